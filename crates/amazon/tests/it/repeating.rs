//! Which calls are tried again, after what, and what the end of the last try then means. Those that move money are in
//! `moves.rs`.

use amazon::{Confirm, Connector, Error, ErrorCode, Retry};

use crate::golden::{CANCEL, CONFIRM, ORDER_OPEN, THROTTLED};
use crate::server::{Act, Server, account, authorize};

const ORDER: &str = "S02-1111111-2222222";

async fn playing<const N: usize>(acts: [Act; N]) -> (Server, Connector) {
    let server = Server::playing(acts).await;
    let connector = server.connector(Retry { delays_ms: vec![0, 0] });
    (server, connector)
}

#[tokio::test]
async fn a_read_is_tried_again_after_any_passing_trouble() {
    for trouble in [
        Act::CloseBeforeReading,
        Act::CloseAfterReading,
        Act::xml(503, THROTTLED),
        Act::text(500, "text/html", "<html>Sorry</html>"),
        Act::xml(200, "garbage"),
    ] {
        let (_, connector) = playing([trouble.clone(), trouble, Act::xml(200, ORDER_OPEN)]).await;
        let details = connector.get_order_reference_details(&account(), ORDER, None).await.expect("the third try");
        assert_eq!(details.amazon_order_reference_id, ORDER);
    }
}

#[tokio::test]
async fn the_tries_are_counted() {
    let (server, connector) = playing([Act::xml(503, THROTTLED)]).await;
    let error = connector.get_order_reference_details(&account(), ORDER, None).await.expect_err("throttled");
    assert!(matches!(error, Error::Later(_)), "{error}");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    let (server, connector) = playing([Act::refusal(404, "InvalidOrderReferenceId")]).await;
    let error = connector.get_order_reference_details(&account(), ORDER, None).await.expect_err("refused");
    assert_eq!(error.code(), Some(&ErrorCode::InvalidOrderReferenceId));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn the_newest_answer_to_a_read_counts() {
    let (_, connector) = playing([Act::CloseAfterReading, Act::refusal(404, "InvalidOrderReferenceId")]).await;
    let error = connector.get_order_reference_details(&account(), ORDER, None).await.expect_err("refused");
    assert!(matches!(error, Error::Refused(_)), "{error}");
}

#[tokio::test]
async fn confirming_is_tried_again_after_an_unknown_end() {
    let (server, connector) = playing([Act::CloseAfterReading, Act::xml(200, CONFIRM)]).await;
    let request = Confirm { order_reference_id: ORDER.into(), ..Confirm::default() };
    connector.confirm_order_reference(&account(), &request).await.expect("the second try");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_refusal_after_an_unknown_try_does_not_say_that_nothing_happened() {
    let (_, connector) = playing([Act::CloseAfterReading, Act::refusal(405, "InvalidCancelAttempt")]).await;
    let error = connector.cancel_order_reference(&account(), ORDER, None).await.expect_err("refused");
    assert!(matches!(error, Error::Unknown(_)), "the first try may have cancelled it: {error}");
    assert_eq!(error.code(), Some(&ErrorCode::InvalidCancelAttempt));
    assert!(error.last_was_refused(), "{error}");
}

#[tokio::test]
async fn the_answer_of_a_cancel_may_have_an_empty_result_or_none() {
    for body in [CANCEL.to_owned(), CANCEL.replace("<CancelOrderReferenceResult/>", "")] {
        let (_, connector) = playing([Act::xml(200, body)]).await;
        connector.cancel_order_reference(&account(), ORDER, Some("no longer wanted")).await.expect("cancelled");
    }
}

#[tokio::test]
async fn delays_go_through_the_jitter() {
    let server = Server::playing([Act::xml(503, THROTTLED)]).await;
    let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = std::sync::Arc::clone(&asked);
    let jitter = std::sync::Arc::new(move |delay_ms| {
        heard.lock().expect("not poisoned").push(delay_ms);
        0
    });
    let connector = server.connector(Retry::documented()).with_jitter(jitter);
    connector.authorize(&account(), &authorize()).await.expect_err("throttled");
    assert_eq!(*asked.lock().expect("not poisoned"), [1_000, 4_000, 10_000, 30_000]);
    assert_eq!(server.requests().len(), 5);
}
