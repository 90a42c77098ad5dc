//! One order reference that several payments want: calls, visits, and other shops with the same
//! account at Amazon. The buyer has allowed one payment on it, and one is what it pays.

use payments::ShopLogin;
use store::Shop;
use wire::{Code, Verdict, pagam};

use crate::amazon_side::{Fault, house_with};
use crate::crossed::until_it_stands;
use crate::house::House;
use crate::web_service::{charge, separated};

const CALLS: [&str; 4] = ["SetOrderReferenceDetails", "ConfirmOrderReference", "GetOrderReferenceDetails", "Authorize"];

type Called = fn(&str, &str) -> pagam::Request;

async fn second_shop(house: &House) -> ShopLogin {
    let second = ShopLogin::new("GESPAY00002").expect("a login");
    house.keep(&Shop { login: second.clone(), ..separated() }).await;
    second
}

fn by(shop: &ShopLogin, request: pagam::Request) -> pagam::Request {
    pagam::Request { shop_login: Some(shop.to_string()), ..request }
}

/// A call for an amount so small that Amazon would take it on top of the other.
fn small(id: &str, order: &str) -> pagam::Request {
    pagam::Request { amount: Some("1.00".to_owned()), ..charge(id, order) }
}

#[tokio::test]
async fn of_two_calls_at_once_one_is_paid_and_the_other_keeps_its_identifier_wherever_they_meet() {
    for (met_at, one) in CALLS.into_iter().flat_map(|met_at| [(met_at, charge as Called), (met_at, small)]) {
        let (house, amazon) = house_with(separated()).await;
        let order = amazon.choose("ok").await;
        let (one, other) = (one("order-1", &order), charge("order-2", &order));
        amazon.will(met_at, &[Fault::Held]);
        let second = async {
            amazon.holds_one().await;
            let second = house.charge(&other).await;
            amazon.let_through();
            second
        };
        let (first, second) = tokio::join!(house.charge(&one), second);
        let [paid, free] = if first.result == Verdict::Ok { [first, second] } else { [second, first] };
        assert_eq!(paid.result, Verdict::Ok, "{met_at}: {paid:?} {free:?}");
        assert_eq!(house.history(&free.shop_transaction_id).await, "2011", "{met_at}: {free:?}");
        assert_eq!(format!("{}", amazon.all_money()[0]), paid.amount.replace('.', ""), "{met_at}: {paid:?} {free:?}");
    }
}

#[tokio::test]
async fn of_a_call_and_a_visit_at_once_one_is_paid_wherever_they_meet() {
    for met_at in CALLS {
        let (house, amazon) = house_with(separated()).await;
        let (names, _) = house.open("order-2").await;
        let order = amazon.choose("ok").await;
        let request = small("order-1", &order);
        amazon.will(met_at, &[Fault::Held]);
        let visit = async {
            amazon.holds_one().await;
            house.press(&names, &order).await;
            let page = house.come_back(&names, "Success").await;
            amazon.let_through();
            page.to().starts_with("https://shop.example/ok?")
        };
        let (call, by_page) = tokio::join!(house.charge(&request), visit);
        let money = if by_page { [2421, 0, 0] } else { [100, 0, 0] };
        assert_eq!((call.result == Verdict::Ok, amazon.all_money()), (!by_page, money), "{met_at}: {call:?}");
    }
}

#[tokio::test]
async fn of_a_visit_that_presses_pay_and_a_call_meanwhile_one_is_paid() {
    for met_at in ["SetOrderReferenceDetails", "ConfirmOrderReference"] {
        let (house, amazon) = house_with(separated()).await;
        let (names, _) = house.open("order-2").await;
        let order = amazon.choose("ok").await;
        let request = small("order-1", &order);
        amazon.will(met_at, &[Fault::Held]);
        let call = async {
            amazon.holds_one().await;
            let outcome = house.charge(&request).await;
            amazon.let_through();
            outcome
        };
        let (_, call) = tokio::join!(house.press(&names, &order), call);
        let page = house.come_back(&names, "Success").await;
        let by_page = page.to().starts_with("https://shop.example/ok?");
        let money = if by_page { [2421, 0, 0] } else { [100, 0, 0] };
        assert_eq!((call.result == Verdict::Ok, amazon.all_money()), (!by_page, money), "{met_at}: {call:?}");
    }
}

#[tokio::test]
async fn an_order_reference_that_paid_one_shop_pays_no_other_under_any_identifier() {
    let (house, amazon) = house_with(separated()).await;
    let second = second_shop(&house).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    assert_eq!(house.charge(&by(&second, charge("order-2", &order))).await.error_code, Code(1137));
    assert_eq!(
        (amazon.money(&order), amazon.times("Authorize")),
        ([2421, 0, 0], 1),
        "24.21 held; Authorize is called once"
    );
}

#[tokio::test]
async fn an_order_reference_that_a_visit_to_another_shop_has_confirmed_is_not_charged() {
    let (house, amazon) = house_with(separated()).await;
    let second = second_shop(&house).await;
    let (names, _) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    assert_eq!(house.charge(&by(&second, charge("order-2", &order))).await.error_code, Code(1137));
    assert!(house.come_back(&names, "Success").await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(
        (amazon.money(&order), amazon.times("Authorize")),
        ([2421, 0, 0], 1),
        "24.21 held; Authorize is called once"
    );
}

#[tokio::test]
async fn an_order_reference_that_is_being_cancelled_for_a_visit_that_was_given_up_is_not_charged() {
    let (house, amazon) = house_with(separated()).await;
    let (names, _) = house.open("given-up").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    amazon.will("CancelOrderReference", &[Fault::Held]);
    house.post_form("/pagam/AmazonPay.aspx/cancel", &names, "same-origin").await;
    amazon.holds_one().await;
    let outcome = house.charge(&charge("order-1", &order)).await;
    amazon.let_through();
    until_it_stands(&amazon, &order, "Canceled").await;
    assert_eq!((outcome.error_code, amazon.authorizations(&order)), (Code(1137), 0), "no promise is cancelled");
}
