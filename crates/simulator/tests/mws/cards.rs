//! What each test card does.

use amazon::types::{AuthorizationReason, ConstraintId};
use amazon::{Error, ErrorCode};
use simulator::{Confirmation, Verdict};

use super::bench::{Bench, SELLER, authorize, confirm, with_return};

async fn declined(bench: &Bench, id: &str, reference: &str) -> AuthorizationReason {
    let details = bench.authorize(&authorize(id, reference)).await.expect("an answer");
    assert_eq!(details.authorization_status.state.as_str(), "Declined");
    details.authorization_status.reason_code.expect("a reason")
}

#[tokio::test]
async fn an_invalid_card_suspends_until_the_buyer_chose_another() {
    let bench = Bench::new().await;
    let id = bench.open("invalid").await;
    assert_eq!(declined(&bench, &id, "one").await, AuthorizationReason::InvalidPaymentMethod);
    assert_eq!(
        bench.state(&id).await,
        ("Suspended".into(), "InvalidPaymentMethod".into()),
        "the order waits for another card"
    );
    assert_eq!(bench.details(&id).await.constraints[0].id, ConstraintId::PaymentPlanNotSet);
    let code = async || {
        let refused = bench.connector.confirm_order_reference(&bench.account, &confirm(&id)).await;
        refused.expect_err("refused").code().cloned()
    };
    assert_eq!(code().await, Some(ErrorCode::ConstraintsExist));
    assert!(bench.world().choose_card(&id, "marco", "invalid").expect("written"));
    assert_eq!(code().await, Some(ErrorCode::PaymentMethodNotUpdated));
    assert!(bench.world().choose_card(&id, "marco", "ok").expect("written"));
    bench.connector.confirm_order_reference(&bench.account, &confirm(&id)).await.expect("confirmed");
    assert!(bench.authorize(&authorize(&id, "two")).await.expect("an answer").is_approved());
}

#[tokio::test]
async fn a_rejected_card_closes_the_order() {
    let bench = Bench::new().await;
    let id = bench.open("rejected").await;
    assert_eq!(declined(&bench, &id, "one").await, AuthorizationReason::AmazonRejected);
    assert_eq!(
        bench.state(&id).await,
        ("Closed".into(), "AmazonClosed".into()),
        "Amazon has closed the order, for the card was rejected"
    );
    assert_eq!(declined(&bench, &id, "one").await, AuthorizationReason::AmazonRejected);
}

#[tokio::test]
async fn a_card_that_times_out_leaves_the_order_open() {
    let bench = Bench::new().await;
    let id = bench.open("timeout").await;
    assert_eq!(declined(&bench, &id, "one").await, AuthorizationReason::TransactionTimedOut);
    assert_eq!(bench.state(&id).await.0, "Open");
}

#[tokio::test]
async fn a_card_that_is_not_allowed_is_a_constraint() {
    let bench = Bench::new().await;
    let id = bench.draft("notallowed");
    let constraints = bench.set(&id).await.constraints;
    assert_eq!(constraints.iter().map(|one| &one.id).collect::<Vec<_>>(), [&ConstraintId::PaymentMethodNotAllowed]);
    let error = bench.connector.confirm_order_reference(&bench.account, &confirm(&id)).await.expect_err("refused");
    assert_eq!(error.code(), Some(&ErrorCode::ConstraintsExist));
}

#[tokio::test]
async fn a_lost_answer_leaves_the_caller_in_the_dark_and_the_repeat_tells() {
    let bench = Bench::new().await;
    let id = bench.open("lost").await;
    let error = bench.authorize(&authorize(&id, "one")).await.expect_err("no answer");
    assert!(matches!(error, Error::Unknown(_)), "{error}");
    assert_eq!(bench.audited(&id).await["authorizations"][0]["state"], "Open");
    let told =
        bench.connector.authorize_again(&bench.account, &authorize(&id, "one")).await.expect("the repeat is answered");
    assert!(told.is_approved());
    assert_eq!(bench.audited(&id).await["authorizations"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_slow_answer_comes_after_six_seconds_and_the_work_is_done_before() {
    let bench = Bench::new().await;
    let id = bench.open("slow").await;
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let details = bench.authorize(&authorize(&id, "one")).await.expect("late");
    assert!(details.is_approved());
    assert!(begun.elapsed() >= std::time::Duration::from_secs(6), "{:?}", begun.elapsed());
    let again = tokio::time::Instant::now();
    bench.authorize(&authorize(&id, "one")).await.expect("at once");
    assert!(again.elapsed() < std::time::Duration::from_secs(6), "{:?}", again.elapsed());
}

#[tokio::test]
async fn nothing_is_authorized_before_the_challenge_is_passed() {
    let bench = Bench::new().await;
    let id = bench.draft("challenge");
    bench.set(&id).await;
    bench.connector.confirm_order_reference(&bench.account, &with_return(&id)).await.expect("asked");
    let seen = bench.details(&id).await;
    assert_eq!(seen.payment_authentication_status.expect("there").state.as_deref(), Some("REQUIRED"));
    let error = bench.authorize(&authorize(&id, "one")).await.expect_err("refused");
    assert_eq!(error.code(), Some(&ErrorCode::InvalidOrderReferenceStatus));
    let asked = bench.world().confirmation(&id, SELLER).expect("read");
    assert_eq!(asked, Confirmation::Asked { amount: "24.21 EUR".into(), card: "Visa …3220".into() });
    let address = bench.world().settle(&id, SELLER, Verdict::Passed).expect("written");
    assert_eq!(address.as_deref(), Some("http://127.0.0.1:2420/result?well"));
    assert_eq!(bench.world().settle(&id, SELLER, Verdict::Failed).expect("read"), None);
    assert!(bench.authorize(&authorize(&id, "one")).await.expect("an answer").is_approved());
}

#[tokio::test]
async fn an_abandoned_challenge_leaves_a_draft_that_another_card_may_pay() {
    let bench = Bench::new().await;
    for verdict in [Verdict::Abandoned, Verdict::Failed] {
        let id = bench.draft("challenge");
        bench.set(&id).await;
        bench.connector.confirm_order_reference(&bench.account, &with_return(&id)).await.expect("asked");
        let address = bench.world().settle(&id, SELLER, verdict).expect("written");
        assert_eq!(address.as_deref(), Some("http://127.0.0.1:2420/result?badly"));
        bench.authorize(&authorize(&id, &format!("{verdict:?}-1"))).await.expect_err("refused");
        assert!(bench.world().choose_card(&id, "marco", "ok").expect("written"));
        bench.set(&id).await;
        bench.connector.confirm_order_reference(&bench.account, &with_return(&id)).await.expect("confirmed");
        assert!(bench.authorize(&authorize(&id, &format!("{verdict:?}-2"))).await.expect("an answer").is_approved());
    }
}

#[tokio::test]
async fn a_challenge_without_return_urls_is_a_soft_decline() {
    let bench = Bench::new().await;
    let id = bench.open("challenge").await;
    let details = bench.authorize(&authorize(&id, "one")).await.expect("an answer");
    assert_eq!(details.authorization_status.reason_code, Some(AuthorizationReason::InvalidPaymentMethod));
    assert_eq!(details.soft_decline, Some(true));
}
