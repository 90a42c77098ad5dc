//! The names of what Amazon refuses, from its MWS and from Login with Amazon.

use crate::word::words;

words! {
    /// Why Amazon refused a call.
    ErrorCode {
        /// Token, seller and developer do not belong together, or the token was revoked.
        AccessDenied = "AccessDenied",
        /// Both token parameters were sent.
        AmbiguousToken = "AmbiguousToken",
        /// The agreement cannot be confirmed yet.
        BillingAgreementConstraintsExist = "BillingAgreementConstraintsExist",
        /// The agreement is no longer a draft.
        BillingAgreementNotModifiable = "BillingAgreementNotModifiable",
        /// The capture is not completed.
        CaptureNotRefundable = "CaptureNotRefundable",
        /// The order reference cannot be confirmed yet; the message lists the constraint ids.
        ConstraintsExist = "ConstraintsExist",
        /// The currency is not that of the order.
        CurrencyMismatch = "CurrencyMismatch",
        /// The presentment currency is not known.
        CurrencyUnsupported = "CurrencyUnsupported",
        /// The reference id names an object under another parent already.
        DuplicateReferenceId = "DuplicateReferenceId",
        /// The reference id was used already, with other parameters.
        DuplicateRequest = "DuplicateRequest",
        /// The body of the request was cut off.
        InputStreamDisconnected = "InputStreamDisconnected",
        /// A fault of the front end.
        InternalError = "InternalError",
        /// A fault of the service; also an object of the other environment.
        InternalServerError = "InternalServerError",
        /// The access key is unknown; keys are regional.
        InvalidAccessKeyId = "InvalidAccessKeyId",
        /// The seller account is suspended or unfinished.
        InvalidAccountStatus = "InvalidAccountStatus",
        /// No such section or version in the path.
        InvalidAddress = "InvalidAddress",
        /// The token is expired, of another buyer, or of another client.
        InvalidAddressConsentToken = "InvalidAddressConsentToken",
        /// The authorization is in the wrong state for this.
        InvalidAuthorizationStatus = "InvalidAuthorizationStatus",
        /// The agreement is unknown to this seller.
        InvalidBillingAgreementId = "InvalidBillingAgreementId",
        /// The agreement is in the wrong state for this.
        InvalidBillingAgreementStatus = "InvalidBillingAgreementStatus",
        /// There are captures, or the order reference is over.
        InvalidCancelAttempt = "InvalidCancelAttempt",
        /// A variant of InvalidAccessKeyId.
        InvalidClientTokenId = "InvalidClientTokenId",
        /// The object is neither open nor suspended.
        InvalidCloseAttempt = "InvalidCloseAttempt",
        /// The order reference is unknown to this seller.
        InvalidOrderReferenceId = "InvalidOrderReferenceId",
        /// The order reference is in the wrong state for this, mostly not open.
        InvalidOrderReferenceStatus = "InvalidOrderReferenceStatus",
        /// A parameter is missing or malformed, or the request is older than 15 minutes.
        InvalidParameterValue = "InvalidParameterValue",
        /// The simulation in the note does not exist for this object.
        InvalidSandboxSimulationSpecified = "InvalidSandboxSimulationSpecified",
        /// The authorization, capture or refund is unknown to this seller.
        InvalidTransactionId = "InvalidTransactionId",
        /// Signature or access key is absent.
        MissingAuthenticationToken = "MissingAuthenticationToken",
        /// A draft agreement has an order reference already.
        OrderReferenceCountExceeded = "OrderReferenceCountExceeded",
        /// The order reference is no longer a draft.
        OrderReferenceNotModifiable = "OrderReferenceNotModifiable",
        /// The card that failed is still chosen.
        PaymentMethodNotUpdated = "PaymentMethodNotUpdated",
        /// The monthly cap of the agreement is reached.
        PeriodicAmountExceeded = "PeriodicAmountExceeded",
        /// Marketplaces only.
        ProviderCreditNotReversible = "ProviderCreditNotReversible",
        /// The hourly quota is used up.
        QuotaExceeded = "QuotaExceeded",
        /// The quota of the operation is used up.
        RequestThrottled = "RequestThrottled",
        /// Maintenance or overload.
        ServiceUnavailable = "ServiceUnavailable",
        /// Wrong secret, or another text was signed.
        SignatureDoesNotMatch = "SignatureDoesNotMatch",
        /// Above the allowance of the parent object.
        TransactionAmountExceeded = "TransactionAmountExceeded",
        /// Too many authorizations, captures or refunds on one object.
        TransactionCountExceeded = "TransactionCountExceeded",
        /// The token is valid, but not for this.
        UnauthorizedAccess = "UnauthorizedAccess",
        /// The caller is not the registered solution provider.
        UnauthorizedSolutionProvider = "UnauthorizedSolutionProvider",
        /// The User-Agent is too long or not of the required form.
        UserAgentHeaderMalformed = "UserAgentHeaderMalformed",
        /// Login with Amazon: the access token is expired, revoked or malformed.
        InvalidToken = "invalid_token",
        /// Login with Amazon: the request lacks something.
        InvalidRequest = "invalid_request",
        /// Login with Amazon: the token does not allow this.
        InsufficientScope = "insufficient_scope",
        /// Login with Amazon: a fault of the service.
        ServerError = "ServerError",
    }
}

impl ErrorCode {
    /// Whether the front end turned the request away because there were too many, before any work on it.
    #[must_use]
    pub fn is_throttling(&self) -> bool {
        matches!(self, ErrorCode::RequestThrottled | ErrorCode::QuotaExceeded)
    }

    /// Whether the front end of MWS writes this code; it spells the request's id `RequestID`.
    #[must_use]
    pub fn is_of_front_end(&self) -> bool {
        matches!(
            self,
            ErrorCode::AccessDenied
                | ErrorCode::InputStreamDisconnected
                | ErrorCode::InternalError
                | ErrorCode::InvalidAccessKeyId
                | ErrorCode::InvalidClientTokenId
                | ErrorCode::QuotaExceeded
                | ErrorCode::RequestThrottled
                | ErrorCode::SignatureDoesNotMatch
                | ErrorCode::UserAgentHeaderMalformed
        )
    }

    /// Whether it says that an object with the same reference id exists already: the request did nothing now,
    /// but an earlier one did.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, ErrorCode::DuplicateRequest | ErrorCode::DuplicateReferenceId)
    }

    /// Whether it refuses to end an object.
    #[must_use]
    pub fn is_of_ending(&self) -> bool {
        matches!(self, ErrorCode::InvalidCancelAttempt | ErrorCode::InvalidCloseAttempt)
    }
}
