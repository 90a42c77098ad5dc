//! Two shops with one account at Amazon, which knows their payments by the identifiers that they happen to choose.

use payments::ShopLogin;
use store::{Environment, Shop};
use wire::{Code, Verdict, delete_token, pagam, token};

use crate::amazon_side::{AmazonSide, Fault, house_with};
use crate::house::House;
use crate::tokens::{token, token_for};
use crate::web_service::{charge, charge_token, delete_token, separated};

const PATIENCE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// A house with two shops that capture later, and the second one's login.
async fn two_shops() -> (House, AmazonSide, ShopLogin) {
    let (house, amazon) = house_with(separated()).await;
    let second = ShopLogin::new("GESPAY00002").expect("a login");
    house.keep(&Shop { login: second.clone(), ..separated() }).await;
    (house, amazon, second)
}

fn by(shop: &ShopLogin, request: pagam::Request) -> pagam::Request {
    pagam::Request { shop_login: Some(shop.to_string()), ..request }
}

#[tokio::test]
async fn an_order_reference_that_paid_one_shop_pays_no_other_under_the_same_identifier() {
    let (house, amazon, second) = two_shops().await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    assert_eq!(house.charge(&by(&second, charge("order-1", &order))).await.error_code, Code(1137));
    assert_eq!(
        (amazon.money(&order), amazon.times("Authorize")),
        ([2421, 0, 0], 1),
        "24.21 held; Authorize is called once"
    );
}

#[tokio::test]
async fn the_second_identifier_on_an_order_reference_pays_no_other_shop_either() {
    let (house, amazon, second) = two_shops().await;
    let order = amazon.choose("invalid").await;
    assert_eq!(house.charge(&charge("order-1", &order)).await.error_code, Code(5001));
    amazon.choose_card(&order, "ok");
    assert_eq!(house.charge(&charge("order-2", &order)).await.error_code, Code::OK);
    assert_eq!(house.charge(&by(&second, charge("order-2", &order))).await.error_code, Code(1137));
    assert_eq!(
        (amazon.money(&order), amazon.times("Authorize")),
        ([2421, 0, 0], 2),
        "24.21 held; Authorize is called twice"
    );
}

#[tokio::test]
async fn an_order_reference_that_paid_one_shop_pays_no_other_under_another_identifier() {
    let (house, amazon, second) = two_shops().await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    let (names, _) = house.open("on-the-page").await;
    let chosen = amazon.choose("ok").await;
    assert!(house.pay(&names, &chosen).await.to().starts_with("https://shop.example/ok?"));
    for (id, order) in [("order-2", &order), ("order-3", &chosen)] {
        let outcome = house.charge(&by(&second, charge(id, order))).await;
        assert_eq!(outcome.result, Verdict::Ko, "Amazon promises an order's total once: {outcome:?}");
        assert_eq!((amazon.money(order), amazon.authorizations(order)), ([2421, 0, 0], 1), "{id}");
    }
}

#[tokio::test]
async fn two_shops_that_charge_one_order_reference_at_once_are_paid_once() {
    for (met_at, fault) in [
        ("SetOrderReferenceDetails", Fault::Held),
        ("GetOrderReferenceDetails", Fault::Held),
        ("GetOrderReferenceDetails", Fault::HeldBack),
        ("Authorize", Fault::Held),
    ] {
        let (house, amazon, second) = two_shops().await;
        let order = amazon.choose("ok").await;
        let (one, other) = (charge("order-1", &order), by(&second, charge("order-2", &order)));
        amazon.will(met_at, std::slice::from_ref(&fault));
        let beside = async {
            amazon.holds_one().await;
            let beside = house.charge(&other).await;
            amazon.let_through();
            beside
        };
        let (first, second) = tokio::join!(house.charge(&one), beside);
        let paid = [&first, &second].iter().filter(|outcome| outcome.result == Verdict::Ok).count();
        assert_eq!((paid, amazon.all_money()), (1, [2421, 0, 0]), "{met_at} {fault:?}: {first:?} {second:?}");
    }
}

#[tokio::test]
async fn two_shops_of_one_seller_may_use_the_same_identifier() {
    let (house, amazon, second) = two_shops().await;
    house.charged(&amazon, "order-1", "ok").await;
    let request = by(&second, charge("order-1", &amazon.choose("ok").await));
    assert_eq!(house.charge(&request).await.result, Verdict::Ok);
    assert_eq!(amazon.charges(), 2);
}

#[tokio::test]
async fn a_token_of_one_shop_is_unknown_to_another() {
    let (house, amazon, second) = two_shops().await;
    let given = token(&house, &amazon, "ok").await;
    let outcome = house.charge(&by(&second, charge_token("month-1", &given.token))).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(1165)));
    let end = delete_token::Request {
        shop_login: Some(second.to_string()),
        ..crate::web_service::delete_token(given.token.as_str())
    };
    let answer = house.asked(end.write()).await;
    assert_eq!(wire::token::Response::read(&answer, wire::token::Kind::Delete).expect("an answer").code, Code(1165));
    assert_eq!(
        (amazon.charges(), &*amazon.agreement(&given.agreement).state),
        (0, "Open"),
        "nothing is charged; the agreement is Open"
    );
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Ok);
}

#[tokio::test]
async fn a_charge_of_a_token_is_never_taken_for_the_one_of_another_shop() {
    let (house, amazon, second) = two_shops().await;
    let (given, others) = (token(&house, &amazon, "ok").await, token_for(&second, &house, &amazon, "ok").await);
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Ok);
    let request = by(&second, charge_token("month-1", &others.token));
    assert_eq!(house.charge(&request).await.result, Verdict::Ok);
    assert_eq!(amazon.charges(), 2);
}

#[tokio::test]
async fn a_charge_that_never_arrived_is_not_found_in_an_order_of_another_shop() {
    let (house, amazon, second) = two_shops().await;
    let (given, others) = (token(&house, &amazon, "ok").await, token_for(&second, &house, &amazon, "ok").await);
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Ok);
    let request = by(&second, charge_token("month-1", &others.token));
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Dropped, Fault::Dropped]);
    assert_eq!(house.charge(&request).await.result, Verdict::Xx);
    amazon.end_agreement(&others.agreement);
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Refused("InvalidBillingAgreementStatus")]);
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 0, "it may not be listed yet");
    house.advance_ms(2 * HOUR_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!((house.charge(&request).await.error_code, amazon.charges()), (Code(1165), 1), "code 1165; one charge");
}

#[tokio::test]
async fn a_charge_is_found_though_the_shop_has_another_name_since() {
    let (house, amazon, _) = two_shops().await;
    let given = token(&house, &amazon, "ok").await;
    let request = charge_token("month-1", &given.token);
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&request).await.result, Verdict::Xx);
    house.keep(&Shop { name: "Bottega Nuova".into(), ..separated() }).await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!((house.charge(&request).await.result, amazon.charges()), (Verdict::Ok, 1), "OK; one charge");
}

#[tokio::test]
async fn a_token_of_another_shop_is_none() {
    let (house, amazon, second) = two_shops().await;
    let given = token(&house, &amazon, "ok").await;
    let stolen = by(&second, charge_token("month-1", &given.token));
    assert_eq!(house.charge(&stolen).await.error_code, Code(1165));
    let end = delete_token::Request { shop_login: Some(second.to_string()), ..delete_token(given.token.as_str()) };
    let answer = house.asked(end.write()).await;
    assert_eq!(token::Response::read(&answer, token::Kind::Delete).expect("an answer").code, Code(1165));
    assert_eq!(
        (amazon.times("AuthorizeOnBillingAgreement"), amazon.times("CloseBillingAgreement")),
        (0, 0),
        "AuthorizeOnBillingAgreement is never called; CloseBillingAgreement is never called"
    );
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.error_code, Code::OK, "it still stands");
}

#[tokio::test]
async fn a_charge_that_the_account_before_has_made_is_not_refused_by_the_account_of_now() {
    let (house, amazon, _) = two_shops().await;
    let given = token(&house, &amazon, "ok").await;
    let request = charge_token("month-1", &given.token);
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&request).await.result, Verdict::Xx);
    let mut moved = separated();
    let account = moved.amazon.get_mut(&Environment::Sandbox).expect("an account");
    (account.seller_id, account.mws_token) = ("A2NEXT".into(), "amzn.mws.next".into());
    amazon.seed_seller("A2NEXT", "amzn.mws.next");
    house.keep(&moved).await;
    house.advance_ms(2 * HOUR_MS);
    let janitor = house.gateway.janitor();
    assert_eq!(janitor.run_once().await.settled, 0, "this account knows no such agreement");
    assert_eq!(house.history("month-1").await, "XX nothing: ");
    house.keep(&separated()).await;
    house.advance_ms(HOUR_MS);
    assert_eq!(janitor.run_once().await.settled, 1);
    assert_eq!((house.charge(&request).await.result, amazon.charges()), (Verdict::Ok, 1), "OK; one charge");
}
