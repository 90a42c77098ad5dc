//! What goes wrong on purpose: test cards, the sandbox's simulation strings, and switches that
//! tests turn; what each makes of a request.

mod quota;
mod simulation;
mod switches;

use std::time::Duration;

use crate::ledger::{ASYNCHRONOUS_MS, Authorization, Challenge, Choice, Fate, Outcome, Reason};

pub use quota::{Bucket, Quota};
pub use simulation::Simulation;
pub use switches::{Switches, Trouble};

/// What happens to an answer on its way back; the work is done by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It comes late.
    Slow,
    /// It never comes.
    Lost,
}

impl Fault {
    /// How late a slow answer is.
    pub const SLOW: Duration = Duration::from_secs(6);

    /// The fault of a card, met by the first request for a new authorization only: a repeat is
    /// answered.
    pub fn of_card(card: &str) -> Option<Fault> {
        match card {
            "slow" => Some(Fault::Slow),
            "lost" => Some(Fault::Lost),
            _ => None,
        }
    }
}

/// Whether a card cannot be used for any order.
pub fn is_refused_card(card: &str) -> bool {
    card == "notallowed"
}

/// Whether the buyer must authenticate for this card.
pub fn needs_challenge(card: &str) -> bool {
    card == "challenge"
}

/// Whether a capture with this card is pending at first.
pub fn captures_late(card: &str) -> bool {
    card == "latecapture"
}

/// How a capture of an authorization ends: as is switched on, else as the card does.
pub fn capture_outcome(switched: Option<Outcome>, authorization: &Authorization) -> Outcome {
    switched.unwrap_or_else(|| authorization.outcome_of_card())
}

/// How a refund ends: as is switched on, else completed after half a minute.
pub fn refund_outcome(switched: Option<Outcome>) -> Outcome {
    switched.unwrap_or(Outcome::completed_after(ASYNCHRONOUS_MS))
}

/// What becomes of an authorization: what its note asks for, else what the card does.
pub fn fate_of(choice: &Choice, simulation: Option<&Simulation>, is_asynchronous: bool) -> Fate {
    if let Some(simulation) = simulation {
        return match simulation {
            Simulation::Declined { reason, soft, update_minutes } => {
                let reopens_after_ms = update_minutes.filter(|_| is_asynchronous).map(crate::ledger::minutes);
                Fate::Declined { reason: *reason, soft: *soft, reopens_after_ms }
            }
            Simulation::ClosedAfter { reason, minutes: Some(minutes) } => {
                Fate::ClosedAfter(*reason, crate::ledger::minutes(*minutes))
            }
            Simulation::ClosedAfter { reason, minutes: None } => Fate::ClosedAfter(*reason, ASYNCHRONOUS_MS),
            Simulation::Pending => Fate::Approved,
        };
    }
    fate_of_card(choice, is_asynchronous)
}

/// What is wrong with the chosen card as such, whatever it is to pay; nothing: it is good.
pub fn flaw_of_card(choice: &Choice) -> Option<Reason> {
    match choice.card.as_deref().unwrap_or_default() {
        "invalid" => Some(Reason::InvalidPaymentMethod),
        "timeout" => Some(Reason::TransactionTimedOut),
        card if asks_for_buyer(card, choice) => Some(Reason::InvalidPaymentMethod),
        // No order is confirmed with it; an open agreement may have changed to it.
        card if is_refused_card(card) => Some(Reason::InvalidPaymentMethod),
        _ => None,
    }
}

/// Confirmed without return addresses: the bank was never asked and asks for the buyer now.
fn asks_for_buyer(card: &str, choice: &Choice) -> bool {
    needs_challenge(card) && choice.challenge != Some(Challenge::Passed)
}

fn fate_of_card(choice: &Choice, is_asynchronous: bool) -> Fate {
    let card = choice.card.as_deref().unwrap_or_default();
    let declined = |reason| {
        let soft = reason == Reason::InvalidPaymentMethod && asks_for_buyer(card, choice);
        Fate::Declined { reason, soft, reopens_after_ms: None }
    };
    match (flaw_of_card(choice), card) {
        (Some(flaw), _) => declined(flaw),
        (None, "rejected") => declined(Reason::AmazonRejected),
        // A synchronous caller does not wait for the review.
        (None, "review" | "reviewdeclined") if !is_asynchronous => declined(Reason::TransactionTimedOut),
        (None, "reviewdeclined") => declined(Reason::InvalidPaymentMethod),
        (None, _) => Fate::Approved,
    }
}
