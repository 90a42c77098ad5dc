//! The names of Amazon's refusals, in MWS and Login with Amazon, and what each means for the
//! request.

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
        /// The timestamp is too far from Amazon's clock. Other sections of MWS say it; for this one
        /// InvalidParameterValue is documented.
        RequestExpired = "RequestExpired",
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

/// What a refusal means for the request: the one table from codes to meanings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Not taken now, perhaps a moment later: too many requests, or this one arrived in part.
    Busy,
    /// Not taken until somebody acts: the account, the key, the token, the clock or the way in
    /// which we call.
    Account,
    /// Not taken, and never will be.
    Refused,
    /// Not taken, because an object with the same reference id exists: an earlier request made it.
    Duplicate,
    /// An object will not end, because of its state.
    Ending,
    /// Amazon failed: the request may have been done.
    Fault,
}

impl Meaning {
    /// What it means that Amazon answers with this code. Without a status, what the code means by
    /// itself.
    ///
    /// Only 4xx is a refusal, and 503 when it throttles: whatever else comes with a code may have
    /// been done.
    ///
    /// A code that is not known here says with 4xx that the request was not taken. Most of Amazon's
    /// codes are about the request, and would be repeated for ever if they counted as "later";
    /// counted as unknown they would leave payments open that Amazon has plainly refused. So it is
    /// a refusal. The exceptions are the statuses 401 and 403, under which Amazon refuses the caller
    /// and never what is asked, and a message about the request's timestamp.
    pub(crate) fn of(status: Option<u16>, code: &ErrorCode, message: &str) -> Meaning {
        match (status, code) {
            (None | Some(400..=499), ErrorCode::InvalidParameterValue | ErrorCode::Other(_))
                if is_about_timestamp(message) =>
            {
                Meaning::Account
            }
            (Some(401 | 403), ErrorCode::Other(_)) => Meaning::Account,
            (None | Some(400..=499), code) => code.meaning(),
            (Some(503), code) if code.is_throttling() => Meaning::Busy,
            _ => Meaning::Fault,
        }
    }
}

/// MWS has been seen to write "Request signature is too far in the past and has expired. Timestamp
/// date: …"; its guide says "the request expired"; the simulator writes "The Timestamp … is more
/// than 15 minutes from the server's time".
fn is_about_timestamp(message: &str) -> bool {
    let message = message.to_lowercase();
    ["timestamp", "request expired", "request has expired"].iter().any(|words| message.contains(words))
}

impl ErrorCode {
    /// A code added above does not compile until its meaning stands here.
    fn meaning(&self) -> Meaning {
        use ErrorCode as C;
        match self {
            C::InputStreamDisconnected | C::QuotaExceeded | C::RequestThrottled => Meaning::Busy,
            C::AccessDenied
            | C::InvalidAccessKeyId
            | C::InvalidAccountStatus
            | C::InvalidAddress
            | C::InvalidClientTokenId
            | C::MissingAuthenticationToken
            | C::RequestExpired
            | C::SignatureDoesNotMatch
            | C::UnauthorizedAccess
            | C::UnauthorizedSolutionProvider
            | C::UserAgentHeaderMalformed => Meaning::Account,
            C::DuplicateReferenceId | C::DuplicateRequest => Meaning::Duplicate,
            C::InvalidCancelAttempt | C::InvalidCloseAttempt => Meaning::Ending,
            C::InternalError | C::InternalServerError | C::ServerError | C::ServiceUnavailable => Meaning::Fault,
            C::AmbiguousToken
            | C::BillingAgreementConstraintsExist
            | C::BillingAgreementNotModifiable
            | C::CaptureNotRefundable
            | C::ConstraintsExist
            | C::CurrencyMismatch
            | C::CurrencyUnsupported
            | C::InsufficientScope
            | C::InvalidAddressConsentToken
            | C::InvalidAuthorizationStatus
            | C::InvalidBillingAgreementId
            | C::InvalidBillingAgreementStatus
            | C::InvalidOrderReferenceId
            | C::InvalidOrderReferenceStatus
            | C::InvalidParameterValue
            | C::InvalidRequest
            | C::InvalidSandboxSimulationSpecified
            | C::InvalidToken
            | C::InvalidTransactionId
            | C::OrderReferenceCountExceeded
            | C::OrderReferenceNotModifiable
            | C::PaymentMethodNotUpdated
            | C::PeriodicAmountExceeded
            | C::ProviderCreditNotReversible
            | C::TransactionAmountExceeded
            | C::TransactionCountExceeded
            | C::Other(_) => Meaning::Refused,
        }
    }

    /// Whether there were too many requests; none of this one was done.
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

    /// Whether it says that an object with the same reference id exists: the request did nothing
    /// now, but an earlier one did.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.meaning() == Meaning::Duplicate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUSY: &[&str] = &["InputStreamDisconnected", "QuotaExceeded", "RequestThrottled"];
    const ACCOUNT: &[&str] = &[
        "AccessDenied",
        "InvalidAccessKeyId",
        "InvalidAccountStatus",
        "InvalidAddress",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnauthorizedAccess",
        "UnauthorizedSolutionProvider",
        "UserAgentHeaderMalformed",
    ];
    const OTHERWISE: &[(&str, Meaning)] = &[
        ("DuplicateReferenceId", Meaning::Duplicate),
        ("DuplicateRequest", Meaning::Duplicate),
        ("InvalidCancelAttempt", Meaning::Ending),
        ("InvalidCloseAttempt", Meaning::Ending),
        ("InternalError", Meaning::Fault),
        ("InternalServerError", Meaning::Fault),
        ("ServerError", Meaning::Fault),
        ("ServiceUnavailable", Meaning::Fault),
    ];
    /// What is about the object that the request names, or about what it asks of it.
    const REFUSED: &[&str] = &[
        "AmbiguousToken",
        "BillingAgreementConstraintsExist",
        "BillingAgreementNotModifiable",
        "CaptureNotRefundable",
        "ConstraintsExist",
        "CurrencyMismatch",
        "CurrencyUnsupported",
        "InvalidAddressConsentToken",
        "InvalidAuthorizationStatus",
        "InvalidBillingAgreementId",
        "InvalidBillingAgreementStatus",
        "InvalidOrderReferenceId",
        "InvalidOrderReferenceStatus",
        "InvalidParameterValue",
        "InvalidSandboxSimulationSpecified",
        "InvalidTransactionId",
        "OrderReferenceCountExceeded",
        "OrderReferenceNotModifiable",
        "PaymentMethodNotUpdated",
        "PeriodicAmountExceeded",
        "ProviderCreditNotReversible",
        "TransactionAmountExceeded",
        "TransactionCountExceeded",
        "invalid_token",
        "invalid_request",
        "insufficient_scope",
    ];

    fn meaning(status: u16, code: &str, message: &str) -> Meaning {
        Meaning::of(Some(status), &ErrorCode::from(code), message)
    }

    #[test]
    fn every_known_code_has_exactly_one_meaning() {
        let of = |codes: &[&'static str], meaning| codes.iter().map(|code| (*code, meaning)).collect::<Vec<_>>();
        let table =
            [of(BUSY, Meaning::Busy), of(ACCOUNT, Meaning::Account), of(REFUSED, Meaning::Refused), OTHERWISE.to_vec()]
                .concat();
        let mut listed: Vec<&str> = table.iter().map(|(code, _)| *code).collect();
        let mut known = ErrorCode::KNOWN.to_vec();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known, "the table of this test and the known codes");
        for (code, expected) in table {
            assert_eq!(meaning(400, code, "a sentence"), expected, "{code}");
            assert_eq!(Meaning::of(None, &ErrorCode::from(code), ""), expected, "{code}");
            assert_eq!(meaning(500, code, "a sentence"), Meaning::Fault, "{code} with 500");
        }
    }

    #[test]
    fn only_throttling_is_believed_with_503() {
        assert_eq!(meaning(503, "RequestThrottled", ""), Meaning::Busy);
        assert_eq!(meaning(503, "QuotaExceeded", ""), Meaning::Busy);
        for code in ["AccessDenied", "InputStreamDisconnected", "InvalidOrderReferenceStatus", "ServiceUnavailable"] {
            assert_eq!(meaning(503, code, ""), Meaning::Fault, "{code}");
        }
    }

    #[test]
    fn wrong_clock_is_about_the_account_and_not_a_refusal() {
        for message in [
            "Request signature is too far in the past and has expired. Timestamp date: 2018-09-23T10:04:57Z",
            "The Timestamp 2018-09-23T10:04:57Z is more than 15 minutes from the server's time.",
            "The request expired.",
        ] {
            assert_eq!(meaning(400, "InvalidParameterValue", message), Meaning::Account, "{message}");
            assert_eq!(meaning(400, "RequestTimeTooSkewed", message), Meaning::Account, "{message}");
        }
        let state = "The authorization expired. ExpirationTimestamp: 2018-09-23T10:04:57Z";
        assert_eq!(meaning(405, "InvalidAuthorizationStatus", state), Meaning::Refused, "the code speaks for itself");
        let value =
            "1 validation error detected: Value null at 'orderReferenceAttributes' failed to satisfy constraint";
        assert_eq!(meaning(400, "InvalidParameterValue", value), Meaning::Refused);
    }

    #[test]
    fn unknown_code_is_a_refusal_unless_the_caller_is_refused() {
        for status in [400, 404, 405, 409] {
            assert_eq!(meaning(status, "Novelty", "a sentence"), Meaning::Refused, "{status}");
        }
        for status in [401, 403] {
            assert_eq!(meaning(status, "Novelty", "a sentence"), Meaning::Account, "{status}");
        }
        for status in [200, 302, 500, 503] {
            assert_eq!(meaning(status, "Novelty", "a sentence"), Meaning::Fault, "{status}");
        }
    }
}
