//! Why a call is refused: Amazon's code, its HTTP status, a sentence. The sentences are ours except
//! where Amazon's were recorded.

use amazon::ErrorCode;
use amazon::types::{ErrorAnswer, ErrorItem, write_error};
use http::StatusCode;

use crate::Error;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: ErrorCode,
    pub message: String,
}

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into() }
    }

    /// A parameter that is missing or malformed.
    pub fn invalid(message: impl Into<String>) -> Refusal {
        Refusal::new(ErrorCode::InvalidParameterValue, message)
    }

    /// A request that did not arrive whole.
    pub fn cut_off() -> Refusal {
        let message = "The body of the request ended early or is larger than 1 MiB.";
        Refusal::new(ErrorCode::InputStreamDisconnected, message)
    }

    /// An order reference that this seller does not have.
    pub fn no_order(id: &str) -> Refusal {
        Refusal::new(ErrorCode::InvalidOrderReferenceId, format!("The OrderReferenceId {id} is invalid."))
    }

    /// An authorization, capture or refund that this seller does not have.
    pub fn no_transaction(id: &str) -> Refusal {
        Refusal::new(ErrorCode::InvalidTransactionId, format!("The TransactionId {id} is invalid."))
    }

    /// An agreement that this seller does not have.
    pub fn no_agreement(id: &str) -> Refusal {
        Refusal::new(ErrorCode::InvalidBillingAgreementId, format!("The BillingAgreementId {id} is invalid."))
    }

    /// An order reference that was confirmed, or is over.
    pub fn not_modifiable(id: &str) -> Refusal {
        let message = format!(
            "OrderReference {id} is not in draft state and cannot be modified with the request submitted by you."
        );
        Refusal::new(ErrorCode::OrderReferenceNotModifiable, message)
    }

    /// An order reference in the wrong state.
    pub fn order_status(id: &str) -> Refusal {
        let message = format!("The order reference {id} is not in a state that allows this operation.");
        Refusal::new(ErrorCode::InvalidOrderReferenceStatus, message)
    }

    /// An agreement in the wrong state.
    pub fn agreement_status(id: &str) -> Refusal {
        let message = format!("The billing agreement {id} is not in a state that allows this operation.");
        Refusal::new(ErrorCode::InvalidBillingAgreementStatus, message)
    }

    /// An agreement for which the buyer has still to do something.
    pub fn agreement_constraints(id: &str, constraints: &str) -> Refusal {
        let message = format!("The billing agreement {id} has constraints and cannot be confirmed: {constraints}");
        Refusal::new(ErrorCode::BillingAgreementConstraintsExist, message)
    }

    /// An amount in another currency than the order, or the agreement, is in.
    pub fn other_currency() -> Refusal {
        let message = "The currency code does not match the currency of the order reference.";
        Refusal::new(ErrorCode::CurrencyMismatch, message)
    }

    /// An id of the other environment.
    pub fn other_environment() -> Refusal {
        Refusal::new(ErrorCode::InternalServerError, "There was an unknown error in the service.")
    }

    /// The HTTP status that goes with the code.
    pub fn status(&self) -> StatusCode {
        use ErrorCode as C;
        match self.code {
            C::AccessDenied | C::UnauthorizedAccess => StatusCode::UNAUTHORIZED,
            C::InvalidAccessKeyId
            | C::InvalidClientTokenId
            | C::SignatureDoesNotMatch
            | C::MissingAuthenticationToken
            | C::InvalidAccountStatus
            | C::UnauthorizedSolutionProvider => StatusCode::FORBIDDEN,
            C::InvalidOrderReferenceId
            | C::InvalidBillingAgreementId
            | C::InvalidTransactionId
            | C::InvalidAddress
            | C::InvalidAddressConsentToken => StatusCode::NOT_FOUND,
            C::OrderReferenceNotModifiable
            | C::BillingAgreementNotModifiable
            | C::InvalidOrderReferenceStatus
            | C::InvalidBillingAgreementStatus
            | C::InvalidAuthorizationStatus
            | C::CaptureNotRefundable
            | C::InvalidCancelAttempt
            | C::InvalidCloseAttempt
            | C::OrderReferenceCountExceeded => StatusCode::METHOD_NOT_ALLOWED,
            C::InternalServerError | C::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            C::RequestThrottled | C::ServiceUnavailable | C::QuotaExceeded => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub fn document(&self, request_id: &str) -> String {
        let kind = match self.status() {
            _ if self.code == ErrorCode::RequestThrottled => "",
            StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE => "Receiver",
            _ => "Sender",
        };
        let item = ErrorItem { kind: kind.to_owned(), code: self.code.clone(), message: self.message.clone() };
        write_error(&ErrorAnswer { errors: vec![item], request_id: Some(request_id.to_owned()) })
    }
}

impl From<Error> for Refusal {
    /// The caller learns that it failed, the log why.
    fn from(error: Error) -> Refusal {
        tracing::error!(%error, "Ledger not written");
        Refusal::new(ErrorCode::InternalServerError, "There was an unknown error in the service.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_documented_status() {
        let expected = [
            (
                400,
                "InvalidParameterValue AmbiguousToken ConstraintsExist CurrencyMismatch CurrencyUnsupported DuplicateReferenceId",
            ),
            (
                400,
                "DuplicateRequest TransactionAmountExceeded TransactionCountExceeded InvalidSandboxSimulationSpecified",
            ),
            (400, "PaymentMethodNotUpdated InputStreamDisconnected UserAgentHeaderMalformed"),
            (400, "BillingAgreementConstraintsExist PeriodicAmountExceeded"),
            (401, "AccessDenied UnauthorizedAccess"),
            (403, "InvalidAccessKeyId SignatureDoesNotMatch MissingAuthenticationToken UnauthorizedSolutionProvider"),
            (
                404,
                "InvalidOrderReferenceId InvalidBillingAgreementId InvalidTransactionId InvalidAddressConsentToken InvalidAddress",
            ),
            (
                405,
                "OrderReferenceNotModifiable InvalidOrderReferenceStatus InvalidAuthorizationStatus CaptureNotRefundable",
            ),
            (405, "InvalidCancelAttempt InvalidCloseAttempt"),
            (405, "BillingAgreementNotModifiable InvalidBillingAgreementStatus OrderReferenceCountExceeded"),
            (500, "InternalServerError"),
            (503, "RequestThrottled"),
        ];
        for (status, codes) in expected {
            for code in codes.split(' ') {
                let refusal = Refusal::new(ErrorCode::from(code), "why");
                assert!(!matches!(refusal.code, ErrorCode::Other(_)), "{code}");
                assert_eq!(refusal.status().as_u16(), status, "{code}");
            }
        }
    }

    #[test]
    fn the_front_end_spells_the_request_id_in_its_own_way() {
        let document = |code| Refusal::new(code, "a < b").document("1");
        let throttled = document(ErrorCode::RequestThrottled);
        assert!(throttled.contains("<Type></Type>") && throttled.contains("<RequestID>1</RequestID>"), "{throttled}");
        let invalid = document(ErrorCode::InvalidOrderReferenceId);
        assert!(invalid.contains("<Type>Sender</Type>") && invalid.contains("<RequestId>1</RequestId>"), "{invalid}");
        assert!(invalid.contains("<Message>a &lt; b</Message>"), "{invalid}");
        assert!(document(ErrorCode::InternalServerError).contains("<Type>Receiver</Type>"));
    }
}
