//! How an object stands: state, reason and time, the same for every kind of object.

use xml::{Element, Writer};

use super::billing_agreement::{BillingAgreementReason, BillingAgreementState};
use super::field::{ReadError, required, text};
use super::state::{
    AsText, AuthorizationReason, AuthorizationState, CaptureReason, CaptureState, OrderReferenceReason,
    OrderReferenceState, RefundReason, RefundState,
};

/// State, reason and time of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status<S, R> {
    /// When it changed last; a draft has none.
    pub last_update_timestamp: Option<String>,
    /// Where it stands.
    pub state: S,
    /// Why, when there is something to say.
    pub reason_code: Option<R>,
    /// The merchant's own words, from a cancel or close.
    pub reason_description: Option<String>,
}

/// Status of an order reference.
pub type OrderReferenceStatus = Status<OrderReferenceState, OrderReferenceReason>;
/// Status of an authorization.
pub type AuthorizationStatus = Status<AuthorizationState, AuthorizationReason>;
/// Status of a capture.
pub type CaptureStatus = Status<CaptureState, CaptureReason>;
/// Status of a refund.
pub type RefundStatus = Status<RefundState, RefundReason>;
/// Status of a billing agreement.
pub type BillingAgreementStatus = Status<BillingAgreementState, BillingAgreementReason>;

impl<S, R> Status<S, R> {
    /// A state without reason or time.
    #[must_use]
    pub fn new(state: S) -> Self {
        Status { last_update_timestamp: None, state, reason_code: None, reason_description: None }
    }
}

/// Words for where an object stands.
pub trait State: AsText + for<'t> From<&'t str> {
    /// The name under which an answer gives the time of the last change.
    const LAST_CHANGE: &'static str = "LastUpdateTimestamp";
}

impl State for OrderReferenceState {}
impl State for AuthorizationState {}
impl State for CaptureState {}
impl State for RefundState {}

/// Answers about agreements spell it their own way; notifications about them do not.
impl State for BillingAgreementState {
    const LAST_CHANGE: &'static str = "LastUpdatedTimestamp";
}

impl<S: State, R: for<'t> From<&'t str> + AsText> Status<S, R> {
    /// Reads the members of an element of an answer or a notification.
    ///
    /// # Errors
    /// [`ReadError::Missing`] without a state, [`ReadError::Xml`] when a member is given twice.
    pub fn read(element: Element<'_>) -> Result<Self, ReadError> {
        let in_answers = text(element, S::LAST_CHANGE)?;
        let in_notifications = text(element, "LastUpdateTimestamp")?;
        Ok(Status {
            last_update_timestamp: in_answers.or(in_notifications),
            state: S::from(&required(element, "State")?),
            reason_code: text(element, "ReasonCode")?.map(|word| R::from(&word)),
            reason_description: text(element, "ReasonDescription")?,
        })
    }

    /// Writes an element of this name, as answers have it.
    pub fn write(&self, name: &str, writer: &mut Writer) {
        writer
            .open(name)
            .leaf_if(S::LAST_CHANGE, self.last_update_timestamp.as_deref())
            .leaf("State", self.state.as_text())
            .leaf_if("ReasonCode", self.reason_code.as_ref().map(AsText::as_text))
            .leaf_if("ReasonDescription", self.reason_description.as_deref())
            .close();
    }
}
