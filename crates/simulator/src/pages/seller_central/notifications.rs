//! What merchants were told and whether they heard it; and the button that makes a buyer's bank take money back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::orders::utc;
use super::{refuse_forged, refused};
use crate::notifications::{Delivered, NotificationView as Notification};
use crate::pages::contexts::{DisputeView, NotificationView, NotificationsPage};
use crate::pages::form::Form;
use crate::pages::page::{Place, Reach, page, see_other};
use crate::pages::stop::Stop;
use crate::pages::texts::Language;
use crate::world::{MovementView as Movement, World};

/// How many the list shows.
const SHOWN: usize = 100;

/// The reasons that were recorded.
const REASONS: &[&str] = &["Unauthorized Transaction Chargeback", "Generic Service Chargeback"];

/// `GET /sellercentral/notifications`
pub async fn list(State(world): State<Arc<World>>) -> Result<Response, Stop> {
    let (newest, all) = world.notifications(SHOWN);
    let notifications: Vec<_> = newest.into_iter().map(view).collect();
    let hidden = all.saturating_sub(notifications.len());
    let t = Language::English.texts();
    Ok(page(&NotificationsPage { t, place: Place::Notifications, notifications, hidden }, Reach::Own))
}

/// `POST /sellercentral/orders/{id}/chargeback`: capture, reason.
pub async fn raise_chargeback(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Stop> {
    refuse_forged(&headers, &world)?;
    let form = Form::read(&body);
    let own = world.movements(&id)?.into_iter().find(|movement| movement.id == form.value("capture"));
    let reason = REASONS.iter().find(|reason| **reason == form.value("reason")).unwrap_or(&REASONS[0]);
    let raised = match own {
        Some(capture) => world.raise_chargeback(&capture.id, reason)?,
        None => None,
    };
    Ok(match raised {
        Some(_) => see_other(&format!("/sellercentral/orders/{id}")),
        None => refused(StatusCode::NOT_FOUND, "No such capture", "Only a capture that took money can be disputed."),
    })
}

/// The captures that a buyer may dispute: those that took money.
pub fn disputes(movements: &[Movement]) -> Vec<DisputeView> {
    let took = |movement: &&Movement| movement.what == "Capture" && matches!(movement.state, "Completed" | "Closed");
    let view = |capture: &Movement| DisputeView {
        capture_id: capture.id.clone(),
        amount: capture.amount.clone(),
        reasons: REASONS,
    };
    movements.iter().filter(took).map(view).collect()
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
