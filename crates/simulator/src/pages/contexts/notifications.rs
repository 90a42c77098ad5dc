//! Contexts of what merchants are told.

use askama::Template;

use crate::pages::page::Place;
#[cfg(test)]
use crate::pages::texts::Language;
use crate::pages::texts::Texts;

/// A notification in the list.
#[derive(Debug, Clone)]
pub struct NotificationView {
    /// `NotificationType`.
    pub what: String,
    pub said: String,
    /// The object that it is about.
    pub object_id: String,
    /// Its order reference; empty: not known.
    pub order_id: String,
    /// Whether it was heard, in a word.
    pub heard: &'static str,
    /// Colour of the word.
    pub tone: &'static str,
    /// How the last try ended, unless it was heard; empty: nothing to say.
    pub ended: String,
    /// When it is told next, UTC; empty: not again, or not yet for the first time.
    pub next: String,
    /// How often it was tried.
    pub tries: u32,
    pub url: String,
    /// `sandbox` or `production`.
    pub environment_label: &'static str,
    /// UTC.
    pub written: String,
}

/// `/sellercentral/notifications`
#[derive(Debug, Template)]
#[template(path = "notifications.html")]
pub struct NotificationsPage {
    /// Texts of the frame around it.
    pub t: &'static Texts,
    pub place: Place,
    pub notifications: Vec<NotificationView>,
    /// How many older ones are not shown.
    pub hidden: usize,
}

#[cfg(test)]
impl NotificationsPage {
    /// A page to look at.
    #[must_use]
    pub fn sample() -> NotificationsPage {
        let heard = NotificationView {
            what: "PaymentAuthorize".into(),
            said: "Closed, MaxCapturesProcessed".into(),
            object_id: "S02-0319513-4657042-A000001".into(),
            order_id: "S02-0319513-4657042".into(),
            heard: "heard",
            tone: "good",
            ended: String::new(),
            next: String::new(),
            tries: 1,
            url: "http://127.0.0.1:2420/pagam/AmazonPayNotification.aspx".into(),
            environment_label: "sandbox",
            written: "2026-03-01 10:12:44".into(),
        };
        let waiting = NotificationView {
            what: "Chargeback Detailed Notification".into(),
            said: "RECEIVED, Unauthorized Transaction Chargeback".into(),
            object_id: "CABCDEFGHIJKL".into(),
            order_id: String::new(),
            heard: "not yet",
            tone: "waiting",
            ended: "503".into(),
            next: "2026-03-01 11:12:44".into(),
            ..heard.clone()
        };
        let t = Language::English.texts();
        NotificationsPage { t, place: Place::Notifications, notifications: vec![waiting, heard], hidden: 3 }
    }
}
