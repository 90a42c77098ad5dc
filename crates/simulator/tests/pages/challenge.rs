//! `/confirmation` after a gateway has confirmed by MWS, through the connector that gateways use.

use std::sync::Arc;

use amazon::{
    Account, Confirm, Connector, Endpoints, Environment, Price, Retry, Secret, SetOrderReferenceDetails, Timeouts,
};
use axum::Router;

use super::sign_in::token_of;
use super::visitor::{Visitor, query};
use super::world::{ACCESS_KEY, MWS_TOKEN, NOW_MS, SECRET_KEY};
use super::{CLIENT, ORIGIN, SELLER, router};

const SUCCESS: &str = "http://127.0.0.1:2420/pagam/AmazonPay.aspx/result?a=SHOP&p=1";
const FAILURE: &str = "http://127.0.0.1:2420/pagam/AmazonPay.aspx/result?a=SHOP&p=1&f";

/// An order reference with this card, confirmed; and the page that the buyer is sent to.
async fn confirmed(router: &Router, card: &str) -> (String, String) {
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

async fn confirm(router: &Router, order: &str) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("bound")).parse().expect("an address");
    let server = tokio::spawn(axum::serve(listener, router.clone()).into_future());
    let http = amazon::http_client(Timeouts::default()).expect("a client");
    let endpoints = Endpoints::at(base, Environment::Sandbox);
    let connector = Connector::new(http, endpoints, Arc::new(|| NOW_MS), Retry::never()).expect("a connector");
    let account = Account {
        seller_id: SELLER.to_owned(),
        client_id: CLIENT.to_owned(),
        access_key: ACCESS_KEY.to_owned(),
        secret_key: Secret::new(SECRET_KEY),
        mws_token: Some(Secret::new(MWS_TOKEN)),
    };
    let details = SetOrderReferenceDetails {
        order_reference_id: order.to_owned(),
        amount: Price::new("24.21", "EUR"),
        ..SetOrderReferenceDetails::default()
    };
    connector.set_order_reference_details(&account, &details).await.expect("the total is set");
    let confirm = Confirm {
        order_reference_id: order.to_owned(),
        success_url: Some(SUCCESS.to_owned()),
        failure_url: Some(FAILURE.to_owned()),
        ..Confirm::default()
    };
    connector.confirm_order_reference(&account, &confirm).await.expect("it is confirmed");
    server.abort();
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
