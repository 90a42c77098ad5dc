//! What merchants were told and whether they heard it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::orders::utc;
use crate::notifications::{Delivered, NotificationView as Notification};
use crate::pages::contexts::{NotificationView, NotificationsPage};
use crate::pages::page::{Place, Reach, page};
use crate::pages::stop::Stop;
use crate::pages::texts::Language;
use crate::world::World;

/// How many the list shows.
const SHOWN: usize = 100;

/// `GET /sellercentral/notifications`
pub async fn list(State(world): State<Arc<World>>) -> Result<Response, Stop> {
    let (newest, all) = world.notifications(SHOWN);
    let notifications: Vec<_> = newest.into_iter().map(view).collect();
    let hidden = all.saturating_sub(notifications.len());
    let t = Language::English.texts();
    Ok(page(&NotificationsPage { t, place: Place::Notifications, notifications, hidden }, Reach::Own))
}

fn view(told: Notification) -> NotificationView {
    let (heard, tone) = match told.delivered {
        Delivered::Yes => ("heard", "good"),
        Delivered::NotYet => ("not yet", "waiting"),
        Delivered::Never => ("given up", "bad"),
    };
    let is_open = told.delivered != Delivered::Yes;
    let ended = || told.status.map_or_else(|| told.error.clone(), |status| status.to_string());
    NotificationView {
        said: if told.reason.is_empty() { told.state.clone() } else { format!("{}, {}", told.state, told.reason) },
        order_id: order_of(&told.object_id),
        ended: if is_open { ended() } else { String::new() },
        next: told.due_at.filter(|_| told.tries > 0).map(utc).unwrap_or_default(),
        what: told.what,
        object_id: told.object_id,
        heard,
        tone,
        tries: told.tries,
        url: told.url,
        environment_label: if told.is_sandbox { "sandbox" } else { "production" },
        written: utc(told.written_at),
    }
}

/// What hangs on an order reference has an id that begins with that of the order reference.
fn order_of(id: &str) -> String {
    let parts: Vec<&str> = id.splitn(4, '-').collect();
    match parts.as_slice() {
        [letter, one, two, ..] if letter.starts_with(['S', 'P']) => format!("{letter}-{one}-{two}"),
        _ => String::new(),
    }
}
