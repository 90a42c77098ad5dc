//! The kinds of acts: their paths, their fields, and what is said about each.

use crate::pages::contexts::ActForm;
use crate::world::MovementView as Movement;

/// Why buyers dispute a capture: what was recorded.
const REASONS: &[&str] = &["Unauthorized Transaction Chargeback", "Generic Service Chargeback"];

/// What can be done with an order, or with what hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Capture,
    Refund,
    Chargeback,
    Close,
    Cancel,
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::Capture, Kind::Refund, Kind::Chargeback, Kind::Close, Kind::Cancel];

    /// The act that the last part of a path names.
    pub fn read(path: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.path() == path)
    }

    pub const fn path(self) -> &'static str {
        match self {
            Kind::Capture => "capture",
            Kind::Refund => "refund",
            Kind::Chargeback => "chargeback",
            Kind::Close => "close",
            Kind::Cancel => "cancel",
        }
    }

    /// What it is done to, as [`Movement::what`] says it; empty: the order itself.
    pub const fn object(self) -> &'static str {
        match self {
            Kind::Capture => "Authorization",
            Kind::Refund | Kind::Chargeback => "Capture",
            Kind::Close | Kind::Cancel => "",
        }
    }

    /// Name of the field that holds the id of that; empty: none.
    pub const fn field(self) -> &'static str {
        match self {
            Kind::Capture => "authorization",
            Kind::Refund | Kind::Chargeback => "capture",
            Kind::Close | Kind::Cancel => "",
        }
    }

    pub const fn takes_amount(self) -> bool {
        matches!(self, Kind::Capture | Kind::Refund)
    }

    /// Whether something is lost by it.
    pub const fn is_grave(self) -> bool {
        !matches!(self, Kind::Capture)
    }

    /// Whether it can be done to an authorization or a capture now.
    pub fn is_open_for(self, movement: &Movement) -> bool {
        match self {
            Kind::Capture | Kind::Refund => !movement.left.is_empty(),
            Kind::Chargeback => matches!(movement.state, "Completed" | "Closed"),
            Kind::Close | Kind::Cancel => false,
        }
    }

    /// The reason that is meant: one of those that buyers have, or what the merchant wrote.
    pub fn reason(self, given: &str) -> &str {
        match self {
            Kind::Chargeback => REASONS.iter().find(|reason| **reason == given).unwrap_or(&REASONS[0]),
            _ => given.trim(),
        }
    }

    /// What the button says, and what it means when it is done.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Capture => (
                "Capture",
                "The buyer's card is charged. An authorization is captured once: what is not captured is released.",
            ),
            Kind::Refund => ("Refund", "The buyer gets the money back. A refund cannot be undone."),
            Kind::Chargeback => (
                "Charge back",
                "The buyer's bank takes the money back. Amazon tells the merchant by a notification and by nothing else.",
            ),
            Kind::Close => ("Close", "Nothing new is authorized. What is authorized can still be captured."),
            Kind::Cancel => {
                ("Cancel", "Open and pending authorizations end with it, and nothing can be charged any more.")
            }
        }
    }

    /// What is said when it is done.
    pub const fn said(self) -> &'static str {
        match self {
            Kind::Capture => "Captured.",
            Kind::Refund => "The refund is on its way.",
            Kind::Chargeback => "The chargeback is raised.",
            Kind::Close => "The order is closed.",
            Kind::Cancel => "The order is canceled.",
        }
    }

    /// The form that leads to it from an authorization or a capture.
    pub fn form_of(self, movement: &Movement) -> ActForm {
        let amount = if self.takes_amount() { movement.left.clone() } else { String::new() };
        let reasons = if self == Kind::Chargeback { REASONS } else { &[] };
        ActForm {
            field: self.field(),
            id: movement.id.clone(),
            amount,
            currency: movement.currency.clone(),
            reasons,
            has_words: false,
            ..self.form_of_order()
        }
    }

    /// The form that leads to it from the order itself.
    pub fn form_of_order(self) -> ActForm {
        let (heading, button) = match self {
            Kind::Capture => ("Capture", "Capture…"),
            Kind::Refund => ("Refund", "Refund…"),
            Kind::Chargeback => ("Buyer's dispute", "Dispute…"),
            Kind::Close => ("Close the order", "Close…"),
            Kind::Cancel => ("Cancel the order", "Cancel…"),
        };
        ActForm {
            path: self.path(),
            heading,
            field: "",
            id: String::new(),
            amount: String::new(),
            currency: String::new(),
            reasons: &[],
            has_words: true,
            button,
            is_grave: self.is_grave(),
        }
    }
}
