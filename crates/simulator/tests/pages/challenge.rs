//! `/confirmation` after a gateway has confirmed.

use axum::Router;

use super::gateway::{FAILURE, SUCCESS, confirm};
use super::sign_in::token_of;
use super::visitor::{Visitor, query};
use super::{CLIENT, ORIGIN, SELLER, router};

/// An order reference with this card, confirmed; and the page that the buyer is sent to.
pub(crate) async fn confirmed(router: &Router, card: &str) -> (String, String) {
    let token = token_of(router, "marco.rossi@example.it").await;
    let mut visitor = Visitor::on(router.clone());
    let mut fields = vec![
        ("seller_id", SELLER),
        ("client_id", CLIENT),
        ("access_token", token.as_str()),
        ("origin", ORIGIN),
        ("environment", "sandbox"),
    ];
    let made = visitor.get(&format!("/widgets/wallet?{}", query(&fields))).await;
    let page = visitor.get(made.location()).await;
    let order = page.data("order-reference").to_owned();
    fields.extend([("order_reference", order.as_str()), ("card", card)]);
    visitor.post("/widgets/wallet/select", &fields).await;
    confirm(router, &order).await;
    let place = format!("/confirmation?{}", query(&[("order_reference", &order), ("seller_id", SELLER)]));
    (order, place)
}

#[tokio::test]
async fn a_card_that_asks_nothing_goes_straight_on() {
    let router = router();
    let (_, place) = confirmed(&router, "ok").await;
    let answer = Visitor::on(router).get(&place).await;
    assert_eq!(answer.location(), format!("{SUCCESS}&AuthenticationStatus=Success"));
}

#[tokio::test]
async fn each_end_of_a_challenge_goes_to_its_address_with_its_status() {
    for (decision, expected) in [
        ("pass", format!("{SUCCESS}&AuthenticationStatus=Success")),
        ("fail", format!("{FAILURE}&AuthenticationStatus=Failure")),
        ("abandon", format!("{FAILURE}&AuthenticationStatus=Abandoned")),
    ] {
        let router = router();
        let (order, place) = confirmed(&router, "challenge").await;
        let mut buyer = Visitor::on(router);
        let page = buyer.get(&place).await;
        assert!(page.html.contains("24.21 EUR") && page.html.contains("action=\"/confirmation\""), "{}", page.html);
        let fields = [("order_reference", order.as_str()), ("seller_id", SELLER), ("decision", decision)];
        assert_eq!(buyer.post("/confirmation", &fields).await.location(), expected);
    }
}

#[tokio::test]
async fn a_challenge_is_answered_once_and_not_from_another_site() {
    let router = router();
    let (order, _) = confirmed(&router, "challenge").await;
    let fields = [("order_reference", order.as_str()), ("seller_id", SELLER), ("decision", "pass")];
    let stranger =
        Visitor::on(router.clone()).sending_from("https://evil.example").post("/confirmation", &fields).await;
    assert_eq!(stranger.location(), "");
    let mut buyer = Visitor::on(router);
    assert!(buyer.post("/confirmation", &fields).await.location().starts_with(SUCCESS));
    assert_eq!(buyer.post("/confirmation", &fields).await.location(), "", "there is nothing left to answer");
}
