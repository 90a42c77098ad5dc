//! Order references where they do not belong: of another visit, another order, another shop, or chosen no more.

use payments::{Payment, PaymentId, ShopLogin, Stage};
use serde_json::Value;
use store::Shop;

use crate::amazon_side::{AmazonSide, house_with, house_with_amazon};
use crate::house::{House, order};
use crate::pages::amazon_shop;

/// Authorizes only: what is not captured yet can still be voided.
fn capturing_later() -> Shop {
    Shop { capture_now: false, ..amazon_shop() }
}

pub async fn until_it_stands(amazon: &AmazonSide, order: &str, state: &str) {
    let stands = async {
        while amazon.order(order).state != state {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(20), stands).await;
    assert!(in_time.is_ok(), "{order} is not {state}: {:?}", amazon.order(order));
}

/// A visit with an order reference of its own, given up; returns when Amazon was told.
async fn give_up_another(house: &House, amazon: &AmazonSide) {
    let (names, _) = house.open("given-up").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    house.post_form("/pagam/AmazonPay.aspx/cancel", &names, "same-origin").await;
    until_it_stands(amazon, &order, "Canceled").await;
}

#[tokio::test]
async fn one_authorization_never_pays_two_shops_that_share_a_seller() {
    let (house, amazon) = house_with(capturing_later()).await;
    let second = ShopLogin::new("GESPAY00002").expect("a login");
    let beside = Shop { login: second.clone(), ..capturing_later() };
    house.keep(&beside).await;
    let (first, _) = house.open("order-1").await;
    let chosen = amazon.choose("ok").await;
    assert!(house.pay(&first, &chosen).await.to().starts_with("https://shop.example/ok?"));
    let id = PaymentId::new("VisitOfTheSecondShop").expect("letters");
    house.commit(Payment::open(second.clone(), id.clone(), order("order-1"), house.now())).await;
    let names = format!("a={second}&p={id}");
    assert_eq!(house.press(&names, &chosen).await["ok"], Value::Bool(false));
    let page = house.come_back(&names, "Success").await;
    assert!(page.to().starts_with("/pagam/AmazonPay.aspx?"), "{} {}", page.to(), page.text);
    let other = house.store.payment(&second, &id).await.expect("an answer").expect("the payment");
    assert!(matches!(other.stage, Stage::Open { .. }), "{other:?}");
    assert_eq!((amazon.charges(), amazon.times("Authorize")), (1, 1), "one charge; Authorize is called once");
}

#[tokio::test]
async fn giving_up_a_visit_leaves_the_order_of_another_alone() {
    let (house, amazon) = house_with(capturing_later()).await;
    let (paid, id) = house.open("order-1").await;
    let chosen = amazon.choose("ok").await;
    assert!(house.pay(&paid, &chosen).await.to().starts_with("https://shop.example/ok?"));
    for same_or_other in ["order-2", "order-3"] {
        let (names, _) = house.open(same_or_other).await;
        assert_eq!(house.press(&names, &chosen).await["ok"], false);
        let page = house.post_form("/pagam/AmazonPay.aspx/cancel", &names, "same-origin").await;
        assert!(page.to().starts_with("https://shop.example/ko?"), "{} {}", page.to(), page.text);
    }
    give_up_another(&house, &amazon).await;
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
    assert_eq!(amazon.charges(), 1, "what the buyer owes stays authorized: {:?}", amazon.order(&chosen));
}

#[tokio::test]
async fn an_order_reference_that_is_chosen_no_more_is_closed() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.open("order-1").await;
    let (earlier, later) = (amazon.choose("ok").await, amazon.choose("ok").await);
    assert_eq!(house.press(&names, &earlier).await["ok"], true);
    assert_eq!(house.press(&names, &later).await["ok"], true);
    until_it_stands(&amazon, &earlier, "Closed").await;
    assert_eq!(house.press(&names, &earlier).await["ok"], false, "it is of no use any more");
    assert_eq!(house.press(&names, &later).await["ok"], true);
    assert!(house.come_back(&names, "Success").await.to().starts_with("https://shop.example/ok?"));
    assert_eq!((amazon.charges(), amazon.authorizations(&later)), (1, 1), "one charge; one authorization on the order");
}

#[tokio::test]
async fn the_card_that_was_declined_is_not_taken_again_and_another_is() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("invalid").await;
    assert!(house.pay(&names, &order).await.to().starts_with("/pagam/AmazonPay.aspx?"));
    amazon.choose_card(&order, "invalid");
    let answer = house.press(&names, &order).await;
    assert_eq!((&answer["ok"], &answer["again"]), (&false.into(), &"wallet".into()), "{answer}");
    assert!(answer["message"].as_str().is_some_and(|text| text.contains("declined")), "{answer}");
    let forged = house.come_back(&names, "Success").await;
    assert!(forged.to().contains("m=declined"), "{} {}", forged.to(), forged.text);
    assert!(!house.payment(&id).await.is_final());
    assert_eq!(amazon.times("Authorize"), 1);
    amazon.choose_card(&order, "ok");
    assert!(house.pay(&names, &order).await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.charges(), 1);
}
