//! The four calls that move money, side by side: how each can end, what it means, and how it is repeated.

use amazon::{AuthorizeOnBillingAgreement, Capture, Connector, Error, ErrorCode, Price, Refund, Retry};

use crate::golden::{AUTHORIZE_CAPTURED, CAPTURE_DECLINED, CHARGE, REFUND, THROTTLED};
use crate::server::{Act, Server, account, authorize};

/// One of the calls.
#[derive(Debug, Clone, Copy)]
enum Move {
    Authorize,
    Charge,
    Capture,
    Refund,
}

const ALL: [Move; 4] = [Move::Authorize, Move::Charge, Move::Capture, Move::Refund];

/// Codes after which a call that moves money did nothing and may be taken later, each with its status.
pub const LATER: [(u16, &str); 14] = [
    (400, "InputStreamDisconnected"),
    (400, "InvalidAddress"),
    (400, "RequestExpired"),
    (400, "UserAgentHeaderMalformed"),
    (401, "AccessDenied"),
    (401, "UnauthorizedAccess"),
    (403, "InvalidAccessKeyId"),
    (403, "InvalidAccountStatus"),
    (403, "InvalidClientTokenId"),
    (403, "MissingAuthenticationToken"),
    (403, "SignatureDoesNotMatch"),
    (403, "UnauthorizedSolutionProvider"),
    (503, "QuotaExceeded"),
    (503, "RequestThrottled"),
];

/// Those after which it did nothing and never will.
pub const REFUSED: [(u16, &str); 23] = [
    (400, "AmbiguousToken"),
    (400, "BillingAgreementConstraintsExist"),
    (400, "ConstraintsExist"),
    (400, "CurrencyMismatch"),
    (400, "CurrencyUnsupported"),
    (400, "InvalidParameterValue"),
    (400, "InvalidSandboxSimulationSpecified"),
    (400, "PaymentMethodNotUpdated"),
    (400, "PeriodicAmountExceeded"),
    (400, "TransactionAmountExceeded"),
    (400, "TransactionCountExceeded"),
    (404, "InvalidAddressConsentToken"),
    (404, "InvalidBillingAgreementId"),
    (404, "InvalidOrderReferenceId"),
    (404, "InvalidTransactionId"),
    (405, "BillingAgreementNotModifiable"),
    (405, "CaptureNotRefundable"),
    (405, "InvalidAuthorizationStatus"),
    (405, "InvalidBillingAgreementStatus"),
    (405, "InvalidOrderReferenceStatus"),
    (405, "OrderReferenceCountExceeded"),
    (405, "OrderReferenceNotModifiable"),
    (405, "ProviderCreditNotReversible"),
];

/// Those after which it may have been done.
pub const UNKNOWN: [(u16, &str); 7] = [
    (400, "DuplicateReferenceId"),
    (400, "DuplicateRequest"),
    (405, "InvalidCancelAttempt"),
    (405, "InvalidCloseAttempt"),
    (500, "InternalError"),
    (500, "InternalServerError"),
    (503, "ServiceUnavailable"),
];

fn charge() -> AuthorizeOnBillingAgreement {
    AuthorizeOnBillingAgreement {
        billing_agreement_id: "C02-5555555-6666666".into(),
        authorization_reference_id: "march-77".into(),
        amount: Price::new("9.90", "EUR"),
        ..AuthorizeOnBillingAgreement::default()
    }
}

fn capture() -> Capture {
    Capture {
        authorization_id: "S02-1111111-2222222-A333333".into(),
        capture_reference_id: "settle-1".into(),
        amount: Price::new("24.21", "EUR"),
        ..Capture::default()
    }
}

fn refund() -> Refund {
    Refund {
        capture_id: "S02-1111111-2222222-C333333".into(),
        refund_reference_id: "refund-1".into(),
        amount: Price::new("24.21", "EUR"),
        ..Refund::default()
    }
}

impl Move {
    /// An answer that fits the request.
    fn answer(self) -> &'static str {
        match self {
            Move::Authorize => AUTHORIZE_CAPTURED,
            Move::Charge => CHARGE,
            Move::Capture => CAPTURE_DECLINED,
            Move::Refund => REFUND,
        }
    }

    /// The reference id in it, and that of another attempt.
    fn references(self) -> (&'static str, &'static str) {
        match self {
            Move::Authorize => ("<AuthorizationReferenceId>order-77<", "<AuthorizationReferenceId>order-78<"),
            Move::Charge => ("<AuthorizationReferenceId>march-77<", "<AuthorizationReferenceId>april-77<"),
            Move::Capture => ("<CaptureReferenceId>settle-1<", "<CaptureReferenceId>settle-2<"),
            Move::Refund => ("<RefundReferenceId>refund-1<", "<RefundReferenceId>refund-2<"),
        }
    }

    /// Makes the call and says what Amazon calls the state of what it made.
    async fn made(self, connector: &Connector) -> Result<String, Error> {
        let account = account();
        let state = match self {
            Move::Authorize => {
                connector.authorize(&account, &authorize()).await?.authorization_status.state.to_string()
            }
            Move::Charge => {
                let answer = connector.authorize_on_billing_agreement(&account, &charge()).await?;
                answer.authorization_details.authorization_status.state.to_string()
            }
            Move::Capture => connector.capture(&account, &capture()).await?.capture_status.state.to_string(),
            Move::Refund => connector.refund(&account, &refund()).await?.refund_status.state.to_string(),
        };
        Ok(state)
    }

    async fn made_again(self, connector: &Connector) -> Result<(), Error> {
        let account = account();
        match self {
            Move::Authorize => connector.authorize_again(&account, &authorize()).await.map(drop),
            Move::Charge => connector.authorize_on_billing_agreement_again(&account, &charge()).await.map(drop),
            Move::Capture => connector.capture_again(&account, &capture()).await.map(drop),
            Move::Refund => connector.refund_again(&account, &refund()).await.map(drop),
        }
    }

    /// How the call ends when the server plays this act.
    async fn end_of(self, act: Act) -> Error {
        let server = Server::playing([act]).await;
        self.made(&server.connector(Retry::never())).await.expect_err("no answer")
    }
}

fn retrying(server: &Server) -> Connector {
    server.connector(Retry { delays_ms: vec![0, 0] })
}

#[tokio::test]
async fn every_code_is_sorted_for_every_call_that_moves_money() {
    let all: Vec<(u16, &str)> = [&LATER[..], &REFUSED[..], &UNKNOWN[..]].concat();
    let of_sign_in = ["invalid_token", "invalid_request", "insufficient_scope", "ServerError"];
    let mut listed: Vec<&str> = all.iter().map(|(_, code)| *code).chain(of_sign_in).collect();
    let mut known = ErrorCode::KNOWN.to_vec();
    listed.sort_unstable();
    known.sort_unstable();
    assert_eq!(listed, known, "every code stands in one of the lists");
    for call in ALL {
        let acts: Vec<Act> = all.iter().map(|(status, code)| Act::refusal(*status, code)).collect();
        let server = Server::playing(acts).await;
        let connector = server.connector(Retry::never());
        for one in &all {
            let error = call.made(&connector).await.expect_err("refused");
            assert_eq!(error.code().map(ErrorCode::as_str), Some(one.1));
            let list = match &error {
                Error::Later(_) => &LATER[..],
                Error::Refused(_) => &REFUSED[..],
                Error::Unknown(_) => &UNKNOWN[..],
            };
            assert!(list.contains(one), "{call:?}: {error}");
        }
    }
}

#[tokio::test]
async fn what_amazon_refuses_to_pay_is_an_answer() {
    for call in ALL {
        let name = match call {
            Move::Authorize | Move::Charge => "Authorization",
            Move::Capture => "Capture",
            Move::Refund => "Refund",
        };
        let (before, status) = call.answer().split_once(&format!("<{name}Status>")).expect("a status");
        let (_, after) = status.split_once(&format!("</{name}Status>")).expect("its end");
        let declined = "<State>Declined</State><ReasonCode>AmazonRejected</ReasonCode>";
        let body = format!("{before}<{name}Status>{declined}</{name}Status>{after}");
        let server = Server::playing([Act::xml(200, body)]).await;
        let state = call.made(&server.connector(Retry::never())).await.expect("an answer");
        assert_eq!(state, "Declined", "{call:?}");
    }
}

#[tokio::test]
async fn an_answer_about_something_else_than_was_asked_means_unknown() {
    for call in ALL {
        let amount = if matches!(call, Move::Charge) { "9.90" } else { "24.21" };
        let (asked, other) = call.references();
        let (right_amount, wrong_amount) = (format!("<Amount>{amount}<"), "<Amount>24.20<");
        for (right, wrong) in [
            (asked, other),
            (&right_amount, wrong_amount),
            ("<CurrencyCode>EUR<", "<CurrencyCode>GBP<"),
            ("Result>", "Outcome>"),
        ] {
            let body = call.answer().replace(right, wrong);
            assert_ne!(body, call.answer(), "{call:?}: {right}");
            let error = call.end_of(Act::xml(200, body)).await;
            assert!(matches!(error, Error::Unknown(_)), "{call:?} with {wrong}: {error}");
        }
    }
}

#[tokio::test]
async fn what_moves_money_is_tried_again_when_it_was_throttled() {
    for call in ALL {
        let server = Server::playing([Act::xml(503, THROTTLED), Act::xml(200, call.answer())]).await;
        call.made(&retrying(&server)).await.expect("the second try");
        assert_eq!(server.requests().len(), 2, "{call:?}");
    }
}

#[tokio::test]
async fn what_moves_money_is_never_tried_again_after_an_unknown_end() {
    for call in ALL {
        for trouble in [Act::CloseAfterReading, Act::text(502, "text/html", "bad gateway"), Act::xml(200, "garbage")] {
            let server = Server::playing([trouble, Act::xml(200, call.answer())]).await;
            let error = call.made(&retrying(&server)).await.expect_err("unknown");
            assert!(matches!(error, Error::Unknown(_)), "{call:?}: {error}");
            assert_eq!(server.requests().len(), 1, "{call:?}");
        }
    }
}

#[tokio::test]
async fn what_is_made_again_is_the_identical_request() {
    for call in ALL {
        let server = Server::playing([Act::CloseAfterReading, Act::xml(200, call.answer())]).await;
        let connector = retrying(&server);
        call.made(&connector).await.expect_err("unknown");
        call.made_again(&connector).await.expect("the first result");
        let requests = server.requests();
        assert_eq!(requests[0].params(), requests[1].params(), "{call:?}");
    }
}

#[tokio::test]
async fn refused_account_is_not_retried() {
    for call in ALL {
        let server = Server::playing([Act::refusal(401, "AccessDenied"), Act::xml(200, call.answer())]).await;
        let error = call.made(&retrying(&server)).await.expect_err("refused");
        assert!(error.is_about_account(), "{call:?}: {error}");
        assert_eq!(server.requests().len(), 1, "{call:?}");
    }
}

#[tokio::test]
async fn no_failure_of_a_repetition_says_that_nothing_happened() {
    for call in ALL {
        for (trouble, is_refused) in [
            (Act::refusal(405, "InvalidAuthorizationStatus"), true),
            (Act::refusal(400, "PeriodicAmountExceeded"), true),
            (Act::refusal(400, "DuplicateRequest"), true),
            (Act::refusal(405, "InvalidCloseAttempt"), false),
            (Act::refusal(401, "AccessDenied"), false),
            (Act::xml(503, THROTTLED), false),
            (Act::CloseBeforeReading, false),
        ] {
            let server = Server::playing([trouble.clone()]).await;
            let error = call.made_again(&retrying(&server)).await.expect_err("no result");
            assert!(matches!(error, Error::Unknown(_)), "{call:?}: {error}");
            assert_eq!(error.last_was_refused(), is_refused, "{call:?} after {trouble:?}: {error}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_right_is_not_sent() {
    let server = Server::playing([Act::xml(200, CHARGE)]).await;
    let (connector, account) = (server.connector(Retry::never()), account());
    let not_sent = |error: Error| assert!(matches!(error, Error::Refused(_)) && error.code().is_none(), "{error}");
    let live = AuthorizeOnBillingAgreement { billing_agreement_id: "B02-5555555-6666666".into(), ..charge() };
    not_sent(connector.authorize_on_billing_agreement(&account, &live).await.expect_err("the other environment"));
    let patient = AuthorizeOnBillingAgreement { timeout_minutes: 1445, ..charge() };
    not_sent(connector.authorize_on_billing_agreement(&account, &patient).await.expect_err("too long"));
    let live = Capture { authorization_id: "P02-1111111-2222222-A333333".into(), ..capture() };
    not_sent(connector.capture(&account, &live).await.expect_err("the other environment"));
    let nothing = Capture { amount: Price::new("0", "EUR"), ..capture() };
    not_sent(connector.capture(&account, &nothing).await.expect_err("no amount"));
    let unnamed = Refund { refund_reference_id: String::new(), ..refund() };
    not_sent(connector.refund(&account, &unnamed).await.expect_err("no reference"));
    let negative = Refund { amount: Price::new("-1.00", "EUR"), ..refund() };
    not_sent(connector.refund(&account, &negative).await.expect_err("a negative amount"));
    assert!(server.requests().is_empty());
}
