//! Every way in which an `Authorize` can end, and what it means for the money.

use amazon::{Error, ErrorCode, Retry};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::golden::{AUTHORIZE_CAPTURED, CONFIRM, THROTTLED};
use crate::server::{Act, REQUEST_ID, Server, account, authorize, connector_to};

async fn end_of(act: Act) -> Error {
    let server = Server::playing([act]).await;
    server.connector(Retry::never()).authorize(&account(), &authorize()).await.expect_err("no answer")
}

fn assert_later(error: &Error, code: Option<ErrorCode>, status: Option<u16>) {
    assert!(matches!(error, Error::Later(_)), "{error}");
    assert!(error.nothing_done() && !error.last_was_refused(), "{error}");
    assert_eq!(
        (error.code(), error.failure().http_status),
        (code.as_ref(), status),
        "what may be asked again keeps Amazon's code and status: {error}"
    );
}

fn assert_refused(error: &Error, code: Option<ErrorCode>, status: Option<u16>) {
    assert!(matches!(error, Error::Refused(_)), "{error}");
    assert!(error.nothing_done() && error.last_was_refused() && !error.is_about_account(), "{error}");
    assert_eq!(
        (error.code(), error.failure().http_status),
        (code.as_ref(), status),
        "a refusal keeps Amazon's code and status: {error}"
    );
}

fn assert_unknown(error: &Error, code: Option<ErrorCode>, status: Option<u16>) {
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    assert!(!error.nothing_done() && !error.is_about_account(), "{error}");
    assert_eq!(
        (error.code(), error.failure().http_status),
        (code.as_ref(), status),
        "what may have been done keeps Amazon's code and status: {error}"
    );
}

#[tokio::test]
async fn no_connection_means_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let connector = connector_to(&format!("http://127.0.0.1:{port}"), 5_000, Retry::never());
    let error = connector.authorize(&account(), &authorize()).await.expect_err("no connection");
    assert_later(&error, None, None);
    assert!(!error.is_about_account());
}

#[tokio::test]
async fn a_failed_tls_handshake_means_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let connector = connector_to(&format!("https://127.0.0.1:{port}"), 5_000, Retry::never());
    let error = connector.authorize(&account(), &authorize()).await.expect_err("no TLS");
    assert_later(&error, None, None);
}

#[tokio::test]
async fn a_connection_closed_before_reading_means_unknown() {
    assert_unknown(&end_of(Act::CloseBeforeReading).await, None, None);
}

#[tokio::test]
async fn a_connection_closed_after_reading_means_unknown() {
    assert_unknown(&end_of(Act::CloseAfterReading).await, None, None);
}

#[tokio::test]
async fn a_connection_closed_in_the_answer_means_unknown() {
    let body = AUTHORIZE_CAPTURED.to_owned();
    assert_unknown(&end_of(Act::CloseInBody { status: 200, body: body.clone() }).await, None, Some(200));
    assert_unknown(&end_of(Act::CloseInBody { status: 400, body }).await, None, Some(400));
}

#[tokio::test]
async fn no_answer_in_time_means_unknown() {
    let server = Server::playing([Act::Silent]).await;
    let error = server.hasty_connector().authorize(&account(), &authorize()).await.expect_err("too late");
    assert_unknown(&error, None, None);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn half_an_answer_in_time_means_unknown() {
    let server = Server::playing([Act::SilentInBody]).await;
    let error = server.hasty_connector().authorize(&account(), &authorize()).await.expect_err("too late");
    assert_unknown(&error, None, Some(200));
}

#[tokio::test]
async fn an_answer_above_the_limit_means_unknown() {
    let error = end_of(Act::Endless { bytes: 3 << 20 }).await;
    assert_unknown(&error, None, Some(200));
    assert!(error.to_string().contains("larger"), "{error}");
}

#[tokio::test]
async fn a_200_that_is_not_the_answer_means_unknown() {
    for body in [
        "",
        "garbage",
        "<html><body>Welcome</body></html>",
        "<AuthorizeResponse>",
        "<!DOCTYPE x []><AuthorizeResponse/>",
        "<AuthorizeResponse/>",
        CONFIRM,
    ] {
        assert_unknown(&end_of(Act::xml(200, body)).await, None, Some(200));
    }
}

#[tokio::test]
async fn a_200_about_another_attempt_means_unknown() {
    for (right, wrong) in [
        ("<AuthorizationReferenceId>order-77<", "<AuthorizationReferenceId>order-78<"),
        ("<Amount>24.21<", "<Amount>24.20<"),
        ("<CurrencyCode>EUR<", "<CurrencyCode>GBP<"),
        ("<State>Closed</State>", ""),
        ("<State>Closed</State>", "<State>Closed</State><State>Declined</State>"),
    ] {
        let body = AUTHORIZE_CAPTURED.replacen(right, wrong, 1);
        assert_ne!(body, AUTHORIZE_CAPTURED);
        assert_unknown(&end_of(Act::xml(200, body)).await, None, Some(200));
    }
}

#[tokio::test]
async fn a_200_with_a_refusal_in_it_means_unknown() {
    let error = end_of(Act::refusal(200, "InvalidOrderReferenceStatus")).await;
    assert_unknown(&error, Some(ErrorCode::InvalidOrderReferenceStatus), Some(200));
}

#[tokio::test]
async fn other_statuses_below_400_mean_unknown() {
    for status in [201, 204, 302, 304] {
        let body = if matches!(status, 204 | 304) { "" } else { AUTHORIZE_CAPTURED };
        assert_unknown(&end_of(Act::xml(status, body)).await, None, Some(status));
    }
}

#[tokio::test]
async fn a_4xx_about_the_request_means_refused() {
    for (status, code) in [
        (400, ErrorCode::InvalidParameterValue),
        (400, ErrorCode::TransactionAmountExceeded),
        (404, ErrorCode::InvalidOrderReferenceId),
        (405, ErrorCode::InvalidOrderReferenceStatus),
        (405, ErrorCode::InvalidCancelAttempt),
        (405, ErrorCode::Other("Novelty".into())),
    ] {
        let server = Server::playing([Act::refusal(status, code.as_str())]).await;
        let call = server.connector(Retry::never());
        let error =
            call.get_authorization_details(&account(), "S02-1111111-2222222-A333333").await.expect_err("refused");
        assert_refused(&error, Some(code), Some(status));
        assert_eq!(error.failure().request_id.as_deref(), Some(REQUEST_ID));
        assert_eq!(error.failure().message, "a sentence");
    }
}

#[tokio::test]
async fn a_4xx_about_the_account_means_later() {
    for (status, code) in [
        (401, ErrorCode::AccessDenied),
        (403, ErrorCode::SignatureDoesNotMatch),
        (403, ErrorCode::InvalidAccountStatus),
        (404, ErrorCode::InvalidAddress),
        (400, ErrorCode::RequestExpired),
        (403, ErrorCode::Other("Novelty".into())),
    ] {
        let error = end_of(Act::refusal(status, code.as_str())).await;
        assert_later(&error, Some(code), Some(status));
        assert!(error.is_about_account(), "{error}");
    }
}

#[tokio::test]
async fn a_4xx_about_the_clock_means_later() {
    let sentence = "Request signature is too far in the past and has expired. Timestamp date: 2018-09-23T10:04:57Z";
    let Act::Answer { status, content_type, body } = Act::refusal(400, "InvalidParameterValue") else { unreachable!() };
    let body = body.replace("a sentence", sentence);
    let error = end_of(Act::Answer { status, content_type, body }).await;
    assert_later(&error, Some(ErrorCode::InvalidParameterValue), Some(400));
    assert!(error.is_about_account(), "{error}");
}

#[tokio::test]
async fn a_request_cut_off_means_later() {
    let error = end_of(Act::refusal(400, "InputStreamDisconnected")).await;
    assert_later(&error, Some(ErrorCode::InputStreamDisconnected), Some(400));
    assert!(!error.is_about_account(), "{error}");
}

#[tokio::test]
async fn a_duplicate_means_unknown_because_the_first_one_exists() {
    for code in [ErrorCode::DuplicateRequest, ErrorCode::DuplicateReferenceId] {
        let error = end_of(Act::refusal(400, code.as_str())).await;
        assert!(error.last_was_refused(), "{error}");
        assert_unknown(&error, Some(code), Some(400));
    }
}

#[tokio::test]
async fn a_4xx_with_the_code_of_a_fault_means_unknown() {
    let error = end_of(Act::refusal(400, "InternalError")).await;
    assert_unknown(&error, Some(ErrorCode::InternalError), Some(400));
    assert!(!error.last_was_refused(), "{error}");
}

#[tokio::test]
async fn a_4xx_without_a_code_means_unknown() {
    for body in ["", "<html>Not here</html>", "{\"error\":1}", "Somebody said no", "<ErrorResponse/>"] {
        assert_unknown(&end_of(Act::text(404, "text/html", body)).await, None, Some(404));
    }
}

#[tokio::test]
async fn a_plain_text_that_begins_with_a_code_is_read_as_that_code() {
    let error = end_of(Act::text(405, "text/plain", "InvalidOrderReferenceStatus: it is a draft")).await;
    assert_refused(&error, Some(ErrorCode::InvalidOrderReferenceStatus), Some(405));
    let error = end_of(Act::text(500, "text/plain", "InvalidOrderReferenceStatus")).await;
    assert_unknown(&error, Some(ErrorCode::InvalidOrderReferenceStatus), Some(500));
    let error = end_of(Act::text(405, "text/plain", "InvalidOrderReferenceStatusOrSo")).await;
    assert_unknown(&error, None, Some(405));
}

#[tokio::test]
async fn throttling_by_the_front_end_means_later() {
    let error = end_of(Act::xml(503, THROTTLED)).await;
    assert_later(&error, Some(ErrorCode::RequestThrottled), Some(503));
    assert_eq!(error.failure().request_id.as_deref(), Some(REQUEST_ID));
    assert!(!error.is_about_account(), "{error}");
    assert_later(&end_of(Act::refusal(503, "QuotaExceeded")).await, Some(ErrorCode::QuotaExceeded), Some(503));
}

#[tokio::test]
async fn any_other_5xx_means_unknown() {
    for (status, code) in [
        (500, ErrorCode::InternalServerError),
        (500, ErrorCode::InternalError),
        (503, ErrorCode::ServiceUnavailable),
        (500, ErrorCode::RequestThrottled),
    ] {
        assert_unknown(&end_of(Act::refusal(status, code.as_str())).await, Some(code), Some(status));
    }
    for status in [500, 502, 503, 504] {
        let error = end_of(Act::text(status, "text/html", "<html><p>Sorry<br></html>")).await;
        assert_unknown(&error, None, Some(status));
    }
}

#[tokio::test]
async fn what_cannot_be_right_is_not_sent() {
    let server = Server::playing([Act::xml(200, AUTHORIZE_CAPTURED)]).await;
    let connector = server.connector(Retry::never());
    let changes: [fn(&mut amazon::Authorize); 6] = [
        |request| request.order_reference_id = "P02-1111111-2222222".into(),
        |request| request.order_reference_id = String::new(),
        |request| request.authorization_reference_id = "a b".into(),
        |request| request.authorization_reference_id = "x".repeat(33),
        |request| request.amount.amount = "0.00".into(),
        |request| request.timeout_minutes = 7,
    ];
    for change in changes {
        let mut request = authorize();
        change(&mut request);
        let error = connector.authorize(&account(), &request).await.expect_err("refused here");
        assert_refused(&error, None, None);
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_answer_is_the_answer() {
    let server = Server::playing([Act::xml(200, AUTHORIZE_CAPTURED)]).await;
    let details = server.connector(Retry::never()).authorize(&account(), &authorize()).await.expect("an answer");
    assert!(details.is_approved());
}
