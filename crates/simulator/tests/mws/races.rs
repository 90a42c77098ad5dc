//! Requests that arrive together.

use amazon::ErrorCode;

use super::bench::{Bench, authorize};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_authorization_asked_for_at_once_is_made_once() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let request = authorize(&id, "one");
    let asked = (0..16).map(|_| bench.authorize(&request));
    let answers = futures_util::future::join_all(asked).await;
    let ids: Vec<String> =
        answers.into_iter().map(|answer| answer.expect("authorized").amazon_authorization_id).collect();
    assert!(ids.iter().all(|one| *one == ids[0]), "{ids:?}");
    assert_eq!(bench.audited(&id).await["authorizations"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn different_authorizations_at_once_never_exceed_the_total() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let requests: Vec<_> = (0..8).map(|at| authorize(&id, &format!("at-{at}"))).collect();
    let answers = futures_util::future::join_all(requests.iter().map(|request| bench.authorize(request))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(bench.audited(&id).await["authorizations"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cancelled_order_holds_no_money_whichever_came_first() {
    let bench = Bench::new().await;
    for round in 0..20 {
        let id = bench.open("ok").await;
        let request = authorize(&id, &format!("round-{round}"));
        let authorizing = bench.authorize(&request);
        let cancelling = bench.connector.cancel_order_reference(&bench.account, &id, None);
        let (authorized, cancelled) = if round % 2 == 0 {
            futures_util::future::join(authorizing, cancelling).await
        } else {
            let (cancelled, authorized) = futures_util::future::join(cancelling, authorizing).await;
            (authorized, cancelled)
        };
        cancelled.expect("a cancel of what is not captured succeeds");
        if let Err(error) = authorized {
            assert_eq!(error.code(), Some(&ErrorCode::InvalidOrderReferenceStatus));
        }
        let audited = bench.audited(&id).await;
        assert_eq!(audited["state"], "Canceled");
        for authorization in audited["authorizations"].as_array().expect("a list") {
            assert_eq!(authorization["reason"], "OrderReferenceCanceled");
        }
    }
}
