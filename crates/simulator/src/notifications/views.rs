//! Deliveries as pages and programs see them.

use super::Delivery;
use crate::World;
use crate::ledger::Tables;

/// A notification and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationView {
    /// From 1.
    pub number: u64,
    /// `NotificationType`.
    pub what: String,
    /// The object that it is about.
    pub object_id: String,
    pub state: String,
    /// Empty: none.
    pub reason: String,
    pub seller_id: String,
    pub is_sandbox: bool,
    /// Where the last try went or, before the first, where it will.
    pub url: String,
    /// How often it was tried.
    pub tries: u32,
    /// HTTP status of the last try.
    pub status: Option<u16>,
    /// Why the last try had no answer; empty: it had one.
    pub error: String,
    pub delivered: Delivered,
    /// The next try, UTC ms.
    pub due_at: Option<i64>,
    /// UTC ms.
    pub written_at: i64,
}

/// What became of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// It was answered with 200.
    Yes,
    /// It is tried or will be.
    NotYet,
    /// Not acknowledged for two weeks, or no URL is set any more.
    Never,
}

impl World {
    /// The newest notifications, at most `most`, and how many there are.
    #[must_use]
    pub fn notifications(&self, most: usize) -> (Vec<NotificationView>, usize) {
        self.read(|tables| {
            let newest = tables.deliveries.values().rev().take(most);
            (newest.map(|delivery| NotificationView::of(tables, delivery)).collect(), tables.deliveries.len())
        })
    }
}

impl NotificationView {
    pub(super) fn of(tables: &Tables, delivery: &Delivery) -> NotificationView {
        let last = delivery.last.as_ref();
        let next = || tables.ipn_url(&delivery.seller_id, delivery.is_sandbox).unwrap_or_default().to_owned();
        NotificationView {
            number: delivery.number,
            what: delivery.what.clone(),
            object_id: delivery.object_id.clone(),
            state: delivery.state.clone(),
            reason: delivery.reason.clone().unwrap_or_default(),
            seller_id: delivery.seller_id.clone(),
            is_sandbox: delivery.is_sandbox,
            url: last.map_or_else(next, |last| last.url.clone()),
            tries: delivery.tries,
            status: last.and_then(|last| last.status),
            error: last.and_then(|last| last.error.clone()).unwrap_or_default(),
            delivered: match (delivery.is_heard, delivery.due_at) {
                (true, _) => Delivered::Yes,
                (false, Some(_)) => Delivered::NotYet,
                (false, None) => Delivered::Never,
            },
            due_at: delivery.due_at,
            written_at: delivery.written_at,
        }
    }
}

impl Tables {
    /// Where a merchant wants to be told, as entered at one of his clients.
    pub(super) fn ipn_url(&self, seller_id: &str, is_sandbox: bool) -> Option<&str> {
        let mut own = self.clients.values().filter(|one| one.seller_id == seller_id && one.is_sandbox == is_sandbox);
        own.find_map(|client| client.ipn_url.as_deref())
    }
}
