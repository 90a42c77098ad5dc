//! `{"SandboxSimulation": {…}}` in a note: read strictly, because a simulation that is silently not
//! done tests nothing. Any other note is an ordinary one.

use amazon::ErrorCode;
use serde_json::{Map, Value};

use crate::ledger::Reason;
use crate::refusal::Refusal;

/// What a note asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Simulation {
    /// The object is declined.
    Declined {
        reason: Reason,
        /// With InvalidPaymentMethod.
        soft: bool,
        /// After how many minutes the buyer changes the payment method.
        update_minutes: Option<i64>,
    },
    /// The object is closed by itself.
    ClosedAfter {
        reason: Reason,
        /// After how long; soon, when it does not say.
        minutes: Option<i64>,
    },
    /// The object is pending at first.
    Pending,
}

/// The note asks for what this object does not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadSimulation;

impl Simulation {
    /// Of `Authorize`.
    pub fn of_authorization(note: Option<&str>) -> Result<Option<Simulation>, BadSimulation> {
        read(note, |asked| match (asked.word("State"), asked.word("ReasonCode")) {
            ("Declined", "InvalidPaymentMethod") => Ok(Simulation::Declined {
                reason: Reason::InvalidPaymentMethod,
                soft: asked.flag("SoftDecline")?,
                update_minutes: asked.minutes("PaymentMethodUpdateTimeInMins", 240)?,
            }),
            ("Declined", "AmazonRejected") => Ok(declined(Reason::AmazonRejected)),
            ("Declined", "TransactionTimedOut") => Ok(declined(Reason::TransactionTimedOut)),
            ("Closed", "ExpiredUnused") => {
                let minutes = asked.minutes("ExpirationTimeInMins", 60)?;
                Ok(Simulation::ClosedAfter { reason: Reason::ExpiredUnused, minutes: minutes.or(Some(1)) })
            }
            ("Closed", "AmazonClosed") => Ok(Simulation::ClosedAfter { reason: Reason::AmazonClosed, minutes: None }),
            _ => Err(BadSimulation),
        })
    }

    /// Of `Capture`.
    pub fn of_capture(note: Option<&str>) -> Result<Option<Simulation>, BadSimulation> {
        read(note, |asked| match (asked.word("State"), asked.word("ReasonCode")) {
            ("Pending", "") => Ok(Simulation::Pending),
            ("Declined", "AmazonRejected") => Ok(declined(Reason::AmazonRejected)),
            ("Closed", "AmazonClosed") => Ok(Simulation::ClosedAfter { reason: Reason::AmazonClosed, minutes: None }),
            _ => Err(BadSimulation),
        })
    }

    /// Of `Refund`.
    pub fn of_refund(note: Option<&str>) -> Result<Option<Simulation>, BadSimulation> {
        read(note, |asked| match (asked.word("State"), asked.word("ReasonCode")) {
            ("Declined", "AmazonRejected") => Ok(declined(Reason::AmazonRejected)),
            _ => Err(BadSimulation),
        })
    }

    /// Of `CloseOrderReference`: whether it is to look as if Amazon had closed it.
    pub fn closes_as_amazon(note: Option<&str>) -> Result<bool, BadSimulation> {
        let asked = read(note, |asked| match (asked.word("State"), asked.word("ReasonCode")) {
            ("Closed", "AmazonClosed") => Ok(()),
            _ => Err(BadSimulation),
        })?;
        Ok(asked.is_some())
    }

    /// Of `SetOrderReferenceDetails`: whether the payment method is not allowed.
    pub fn refuses_method(note: Option<&str>) -> Result<bool, BadSimulation> {
        let asked = read(note, |asked| match asked.word("Constraint") {
            "PaymentMethodNotAllowed" => Ok(()),
            _ => Err(BadSimulation),
        })?;
        Ok(asked.is_some())
    }
}

impl From<BadSimulation> for Refusal {
    fn from(_: BadSimulation) -> Refusal {
        Refusal::new(
            ErrorCode::InvalidSandboxSimulationSpecified,
            "The simulation in the note does not exist for this object.",
        )
    }
}

fn declined(reason: Reason) -> Simulation {
    Simulation::Declined { reason, soft: false, update_minutes: None }
}

/// The inner object of a note.
struct Asked<'n>(&'n Map<String, Value>);

fn read<T>(
    note: Option<&str>,
    of: impl FnOnce(&Asked<'_>) -> Result<T, BadSimulation>,
) -> Result<Option<T>, BadSimulation> {
    let Some(Ok(Value::Object(outer))) = note.map(serde_json::from_str::<Value>) else { return Ok(None) };
    match outer.get("SandboxSimulation") {
        Some(Value::Object(inner)) => of(&Asked(inner)).map(Some),
        _ => Ok(None),
    }
}

impl Asked<'_> {
    fn word(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text that says true or false.
    fn flag(&self, name: &str) -> Result<bool, BadSimulation> {
        match self.0.get(name).map(Value::as_str) {
            None | Some(Some("false")) => Ok(false),
            Some(Some("true")) => Ok(true),
            Some(_) => Err(BadSimulation),
        }
    }

    fn minutes(&self, name: &str, most: i64) -> Result<Option<i64>, BadSimulation> {
        match self.0.get(name).map(Value::as_i64) {
            None => Ok(None),
            Some(Some(minutes)) if (1..=most).contains(&minutes) => Ok(Some(minutes)),
            Some(_) => Err(BadSimulation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_is_no_simulation_is_a_note() {
        for note in ["thank you", "{}", "[1]", r#"{"SandboxSimulation":"x"}"#, ""] {
            assert_eq!(Simulation::of_authorization(Some(note)), Ok(None), "{note:?}");
        }
        assert_eq!(Simulation::of_authorization(None), Ok(None));
    }

    #[test]
    fn a_decline_says_how_soft_it_is_and_when_the_buyer_reacts() {
        let note = r#"{ "SandboxSimulation" : {"State":"Declined", "ReasonCode":"InvalidPaymentMethod",
            "PaymentMethodUpdateTimeInMins":5, "SoftDecline":"true"}}"#;
        let asked = Simulation::Declined { reason: Reason::InvalidPaymentMethod, soft: true, update_minutes: Some(5) };
        assert_eq!(Simulation::of_authorization(Some(note)), Ok(Some(asked)));
    }

    #[test]
    fn a_simulation_of_another_object_or_with_a_wrong_member_is_refused() {
        let pending = r#"{"SandboxSimulation":{"State":"Pending"}}"#;
        assert_eq!(Simulation::of_authorization(Some(pending)), Err(BadSimulation));
        assert_eq!(Simulation::of_capture(Some(pending)), Ok(Some(Simulation::Pending)));
        assert_eq!(Simulation::refuses_method(Some(pending)), Err(BadSimulation));
        let note =
            r#"{"SandboxSimulation":{"State":"Declined","ReasonCode":"InvalidPaymentMethod","SoftDecline":true}}"#;
        assert_eq!(Simulation::of_authorization(Some(note)), Err(BadSimulation));
        let never = r#"{"SandboxSimulation":{"State":"Declined","ReasonCode":"ProcessingFailure"}}"#;
        assert_eq!(Simulation::of_authorization(Some(never)), Err(BadSimulation));
    }
}
