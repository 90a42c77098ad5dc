//! Order references: what is seen of them, what keeps them back, how they end.

use amazon::ErrorCode;
use amazon::types::ConstraintId;

use super::bench::{Bench, CLIENT, SCOPE, SELLER, authorize, confirm};

const HOUR: i64 = 3_600_000;

#[tokio::test]
async fn a_draft_shows_the_town_and_with_the_buyers_token_everything() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let seen = bench.details(&id).await;
    let place = seen.destination.expect("a destination").physical_destination.expect("a place");
    assert_eq!(
        (place.city.as_deref(), place.state_or_region.as_deref()),
        (Some("Biella"), Some("BI")),
        "a draft shows the town and the province"
    );
    assert_eq!(
        (place.name, place.address_line1, seen.buyer, seen.billing_address),
        (None, None, None, None),
        "a draft shows neither the buyer nor any street"
    );
    let token = bench.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    let seen = bench.connector.get_order_reference_details(&bench.account, &id, Some(&token)).await.expect("details");
    let place = seen.destination.expect("a destination").physical_destination.expect("a place");
    assert_eq!(place.address_line1.as_deref(), Some("Via Esempio 15"));
    assert_eq!(seen.buyer.expect("a buyer").email.as_deref(), Some("marco.rossi@example.it"));
    assert!(seen.billing_address.is_some());
}

#[tokio::test]
async fn a_token_of_another_buyer_or_an_old_one_shows_nothing() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let anna = bench.world().issue_token("anna", CLIENT, true, SCOPE).expect("written");
    let marco = bench.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    bench.advance_ms(HOUR);
    for token in [anna.as_str(), &marco, "Atza|unknown"] {
        let error =
            bench.connector.get_order_reference_details(&bench.account, &id, Some(token)).await.expect_err("refused");
        assert_eq!(error.code(), Some(&ErrorCode::InvalidAddressConsentToken));
    }
}

#[tokio::test]
async fn an_address_keeps_its_empty_first_line_and_its_missing_postcode() {
    let bench = Bench::new().await;
    for (address, line1, line2, postcode) in [
        ("a0003", None, Some("Beispielstraße 7"), Some("80331")),
        ("a0004", Some("Sample House"), Some("2 Example Quay"), None),
    ] {
        let id = bench.draft("ok");
        assert!(bench.world().choose_address(&id, "marco", address).expect("written"));
        bench.set(&id).await;
        bench.connector.confirm_order_reference(&bench.account, &confirm(&id)).await.expect("confirmed");
        let place = bench.details(&id).await.destination.expect("a destination").physical_destination.expect("a place");
        assert_eq!(
            (place.address_line1.as_deref(), place.address_line2.as_deref()),
            (line1, line2),
            "an empty first line stays empty, and the second keeps its place"
        );
        assert_eq!(place.postal_code.as_deref(), postcode);
    }
}

#[tokio::test]
async fn each_missing_choice_is_a_constraint_and_keeps_it_from_being_confirmed() {
    let bench = Bench::new().await;
    let new = simulator::NewOrder {
        seller_id: SELLER,
        client_id: CLIENT,
        is_sandbox: true,
        buyer_id: "marco",
        wants_address: true,
    };
    let id = bench.world().new_order(&new).expect("an order").id;
    let found: Vec<_> = bench.details(&id).await.constraints.into_iter().map(|constraint| constraint.id).collect();
    assert_eq!(
        found,
        [ConstraintId::AmountNotSet, ConstraintId::PaymentPlanNotSet, ConstraintId::ShippingAddressNotSet]
    );
    let error = bench.connector.confirm_order_reference(&bench.account, &confirm(&id)).await.expect_err("refused");
    assert_eq!(error.code(), Some(&ErrorCode::ConstraintsExist));
    assert!(error.failure().message.contains("AmountNotSet, PaymentPlanNotSet, ShippingAddressNotSet"), "{error}");
}

#[tokio::test]
async fn a_confirmed_one_is_open_cannot_be_set_again_and_may_be_confirmed_again() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    assert_eq!(bench.state(&id).await, ("Open".into(), String::new()), "a confirmed order is open");
    bench.connector.confirm_order_reference(&bench.account, &confirm(&id)).await.expect("confirmed again");
    let own = [
        ("AmazonOrderReferenceId", id.as_str()),
        ("OrderReferenceAttributes.OrderTotal.Amount", "1.00"),
        ("OrderReferenceAttributes.OrderTotal.CurrencyCode", "EUR"),
    ];
    let reply = bench.send(bench.raw("SetOrderReferenceDetails", &own)).await;
    assert_eq!(reply.refusal(), (405, "OrderReferenceNotModifiable"), "a confirmed order cannot be set again");
    assert!(!bench.world().choose_card(&id, "marco", "rejected").expect("read"));
}

#[tokio::test]
async fn a_draft_goes_stale_after_three_hours() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    bench.advance_ms(3 * HOUR - 1);
    assert_eq!(bench.state(&id).await.0, "Draft");
    bench.advance_ms(1);
    assert_eq!(bench.state(&id).await, ("Canceled".into(), "Stale".into()), "after three hours the draft is stale");
    assert!(bench.world().order(&id).expect("read").expect("there").is_stale);
}

#[tokio::test]
async fn a_cancel_ends_open_authorizations_and_may_be_repeated() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let authorization = bench.authorize(&authorize(&id, "one")).await.expect("authorized").amazon_authorization_id;
    for _ in 0..2 {
        bench.connector.cancel_order_reference(&bench.account, &id, Some("sold out")).await.expect("cancelled");
    }
    assert_eq!(
        bench.state(&id).await,
        ("Canceled".into(), "SellerCanceled".into()),
        "the seller canceled it, and canceling again changes nothing"
    );
    let status = bench
        .connector
        .get_authorization_details(&bench.account, &authorization)
        .await
        .expect("details")
        .authorization_status;
    assert_eq!(status.reason_code.expect("a reason").as_str(), "OrderReferenceCanceled");
    let error = bench.authorize(&authorize(&id, "two")).await.expect_err("refused");
    assert_eq!(error.code(), Some(&ErrorCode::InvalidOrderReferenceStatus));
}

#[tokio::test]
async fn what_was_captured_cannot_be_cancelled_but_closed() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let request = amazon::Authorize { capture_now: true, ..authorize(&id, "one") };
    bench.authorize(&request).await.expect("captured");
    let error = bench.connector.cancel_order_reference(&bench.account, &id, None).await.expect_err("refused");
    assert_eq!(error.code(), Some(&ErrorCode::InvalidCancelAttempt));
    bench.connector.close_order_reference(&bench.account, &id, Some("shipped")).await.expect("closed");
    let status = bench.details(&id).await.order_reference_status;
    assert_eq!(
        (status.reason_code.expect("a reason").as_str(), status.reason_description.as_deref()),
        ("SellerClosed", Some("shipped")),
        "the seller closed it, with its own words"
    );
}

#[tokio::test]
async fn an_expected_authorization_that_does_not_come_closes_the_order() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    bench.set(&id).await;
    let request = amazon::Confirm { expect_immediate_authorization: Some(true), ..confirm(&id) };
    bench.connector.confirm_order_reference(&bench.account, &request).await.expect("confirmed");
    bench.advance_ms(HOUR);
    assert_eq!(
        bench.state(&id).await,
        ("Closed".into(), "AmazonClosed".into()),
        "the authorization never came, so Amazon closed the order"
    );
}
