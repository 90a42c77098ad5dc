//! The widgets of an agreement: address book, wallet and consent with one id, the challenge, and
//! what Seller Central shows.

use axum::Router;
use http::StatusCode;
use pagam_simulator::{NewOrder, Simulator};

use super::frames::{ANNA, MARCO, address, fields};
use super::sign_in::token_of;
use super::visitor::{Seen, Visitor};
use super::world::simulator;
use super::{CLIENT, SELLER, router};

const TYPE: (&str, &str) = ("agreement_type", "BillingAgreement");

/// Opens a widget that makes an agreement: the page after its own redirect.
async fn opened(visitor: &mut Visitor, widget: &str, token: &str) -> Seen {
    let first = visitor.get(&address(widget, &fields(token, &[TYPE]))).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "creates once, then shows: {}", first.html);
    let path = first.location().to_owned();
    visitor.get(&path).await
}

async fn posted(visitor: &mut Visitor, path: &str, fields: &[(&str, &str)]) -> Seen {
    let answer = visitor.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let path = answer.location().to_owned();
    visitor.get(&path).await
}

/// Marco's agreement, with everything chosen.
pub(crate) fn chosen(simulator: &Simulator, card: &str) -> String {
    let (world, buyer_id) = (simulator.world(), "marco");
    let new = NewOrder { seller_id: SELLER, client_id: CLIENT, is_sandbox: true, buyer_id, wants_address: true };
    let id = world.new_agreement(&new).expect("an agreement").id;
    assert!(world.choose_address(&id, buyer_id, "a0001").expect("written"));
    assert!(world.choose_card(&id, buyer_id, card).expect("written"));
    assert!(world.agree(&id, buyer_id, true).expect("written"));
    id
}

/// The fields of a frame that belongs to an agreement.
fn of<'a>(token: &'a str, id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    fields(token, &[&[("billing_agreement", id)], more].concat())
}

#[tokio::test]
async fn three_widgets_share_one_agreement_and_make_no_order_reference() {
    let router = router();
    let token = token_of(&router, MARCO).await;
    let mut visitor = Visitor::on(router);
    let book = opened(&mut visitor, "address-book", &token).await;
    let id = book.data("billing-agreement").to_owned();
    assert!(id.starts_with("C02-") && book.data("order-reference").is_empty(), "{}", book.html);
    assert_eq!(
        (book.data("created"), book.data("selected")),
        ("true", "a0001"),
        "the address book made the agreement and shows the default address"
    );
    for (widget, name, value) in [
        ("address-book", "address", "a0002"),
        ("wallet", "card", "ok"),
        ("consent", "consent", "true"),
        ("consent", "consent", "false"),
    ] {
        let path = format!("/widgets/{widget}/select");
        let page = posted(&mut visitor, &path, &of(&token, &id, &[(name, value)])).await;
        assert_eq!(
            (page.data("selected"), page.data("chosen")),
            (value, "true"),
            "the widget shows what was just chosen and tells the page around it: {widget}"
        );
        assert_eq!(page.data("billing-agreement"), id, "{widget}");
    }
    assert!(visitor.get("/sellercentral/orders").await.html.contains("Nothing has been ordered yet"));
}

#[tokio::test]
async fn a_wallet_alone_makes_an_agreement_too() {
    let router = router();
    let token = token_of(&router, MARCO).await;
    let page = opened(&mut Visitor::on(router), "wallet", &token).await;
    assert!(page.data("billing-agreement").starts_with("C02-") && page.data("created") == "true", "{}", page.html);
}

#[tokio::test]
async fn the_consent_is_a_box_that_says_who_may_charge_how_much() {
    let simulator = simulator();
    let token = token_of(&simulator.router(), MARCO).await;
    let id = chosen(&simulator, "ok");
    let page = Visitor::on(simulator.router()).get(&address("consent", &of(&token, &id, &[]))).await;
    assert_eq!(
        (page.data("selected"), page.data("chosen")),
        ("true", "false"),
        "the box shows the consent given before, and nobody has just pressed it"
    );
    assert!(page.html.contains("role=\"checkbox\" aria-checked=\"true\"") && page.html.contains("value=\"false\""));
    assert!(page.html.contains("Bottega Biella può usare") && page.html.contains("500.00 EUR"), "{}", page.html);
}

#[tokio::test]
async fn a_forbidden_agreement_is_answered_with_the_widgets_error_code() {
    let simulator = simulator();
    let (marco, anna) = (token_of(&simulator.router(), MARCO).await, token_of(&simulator.router(), ANNA).await);
    let id = chosen(&simulator, "ok");
    let mut visitor = Visitor::on(simulator.router());
    for widget in ["address-book", "wallet", "consent"] {
        for (token, changes, code) in [
            (&marco, vec![("billing_agreement", "C02-0000000-0000000")], "InvalidOrderReferenceId"),
            (&marco, vec![("billing_agreement", "S02-0000000-0000000")], "InvalidOrderReferenceId"),
            (&marco, vec![("billing_agreement", "B02-0000000-0000000")], "ReleaseEnvironmentMismatch"),
            (
                &marco,
                vec![("billing_agreement", id.as_str()), ("origin", "https://evil.example")],
                "InvalidParameterValue",
            ),
            (&marco, vec![("billing_agreement", id.as_str()), ("seller_id", "A0NOBODY")], "InvalidSellerId"),
            (&anna, vec![("billing_agreement", id.as_str())], "InvalidOrderReferenceId"),
        ] {
            let page = visitor.get(&address(widget, &fields(token, &changes))).await;
            assert_eq!(page.data("error"), code, "{widget} {changes:?}");
        }
    }
    let page = visitor.get(&address("consent", &fields(&marco, &[]))).await;
    assert_eq!(page.data("error"), "MissingParameter");
    let page = visitor.post("/widgets/consent/select", &of(&marco, &id, &[("consent", "perhaps")])).await;
    assert_eq!(page.data("error"), "InvalidParameterValue");
    let page = visitor.post("/widgets/consent/select", &of(&anna, &id, &[("consent", "false")])).await;
    assert_eq!(page.data("error"), "InvalidOrderReferenceId");
    assert!(simulator.world().choice(&id).expect("read").expect("there").has_consent, "no other request took it back");
}

/// Confirms as a gateway would; the answer is where the buyer is sent.
async fn confirmed(router: &Router, id: &str) -> String {
    super::gateway::confirm_agreement(router, id).await;
    format!("/confirmation?billing_agreement={id}&seller_id={SELLER}")
}

#[tokio::test]
async fn what_is_confirmed_stays_and_its_consent_is_shown() {
    let simulator = simulator();
    let token = token_of(&simulator.router(), MARCO).await;
    let id = chosen(&simulator, "ok");
    confirmed(&simulator.router(), &id).await;
    let mut visitor = Visitor::on(simulator.router());
    let consent = visitor.get(&address("consent", &of(&token, &id, &[]))).await;
    assert!(consent.data("selected") == "true" && consent.html.contains(" disabled"), "{}", consent.html);
    let refused = visitor.post("/widgets/consent/select", &of(&token, &id, &[("consent", "false")])).await;
    assert_eq!(refused.data("error"), "InvalidParameterValue");
    assert_eq!(
        visitor.get(&address("wallet", &of(&token, &id, &[]))).await.data("error"),
        "PaymentMethodNotModifiable"
    );
    let book = visitor.get(&address("address-book", &of(&token, &id, &[]))).await;
    assert_eq!(book.data("error"), "AddressNotModifiable");
}

#[tokio::test]
async fn a_challenge_of_an_agreement_ends_where_the_gateway_said() {
    for (decision, end) in [("pass", "AuthenticationStatus=Success"), ("fail", "Failure"), ("abandon", "Abandoned")] {
        let simulator = simulator();
        let id = chosen(&simulator, "challenge");
        let place = confirmed(&simulator.router(), &id).await;
        let mut buyer = Visitor::on(simulator.router());
        let page = buyer.get(&place).await;
        assert!(page.html.contains(&format!("name=\"billing_agreement\" value=\"{id}\"")), "{}", page.html);
        assert!(page.html.contains("Billing agreement"));
        let fields = [("billing_agreement", id.as_str()), ("seller_id", SELLER), ("decision", decision)];
        let answer = buyer.post("/confirmation", &fields).await;
        assert!(answer.location().ends_with(end), "{}", answer.location());
    }
}

#[tokio::test]
async fn seller_central_shows_an_agreement_with_its_orders_and_an_order_its_agreement() {
    let simulator = simulator();
    let id = chosen(&simulator, "ok");
    confirmed(&simulator.router(), &id).await;
    let order = super::gateway::charge(&simulator.router(), &id).await;
    let mut merchant = Visitor::on(simulator.router());
    let list = merchant.get("/sellercentral/agreements").await;
    assert!(list.html.contains(&format!("/sellercentral/agreements/{id}")) && list.html.contains("475.79 EUR"));
    let page = merchant.get(&format!("/sellercentral/agreements/{id}")).await;
    assert!(page.html.contains(&format!("/sellercentral/orders/{order}")), "{}", page.html);
    assert!(page.html.contains("475.79 EUR of 500.00 EUR") && page.html.contains("Marco Rossi"));
    let page = merchant.get(&format!("/sellercentral/orders/{order}")).await;
    assert!(page.html.contains(&format!("/sellercentral/agreements/{id}")), "{}", page.html);
    let unknown = merchant.get("/sellercentral/agreements/C02-0000000-0000000").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_a_suspended_agreement_the_wallet_is_shown_again_and_mends_it() {
    let simulator = simulator();
    let token = token_of(&simulator.router(), MARCO).await;
    let id = chosen(&simulator, "invalid");
    confirmed(&simulator.router(), &id).await;
    super::gateway::charge(&simulator.router(), &id).await;
    let mut visitor = Visitor::on(simulator.router());
    let wallet = visitor.get(&address("wallet", &of(&token, &id, &[]))).await;
    assert_eq!(
        (wallet.data("error"), wallet.data("selected"), wallet.data("billing-agreement")),
        ("", "", id.as_str()),
        "the wallet of the agreement is shown without an error and without a card"
    );
    let book = visitor.get(&address("address-book", &of(&token, &id, &[]))).await;
    assert_eq!(book.data("error"), "AddressNotModifiable");
    for (card, state) in [("invalid", "Suspended"), ("ok", "Open"), ("review", "Open")] {
        let shown = posted(&mut visitor, "/widgets/wallet/select", &of(&token, &id, &[("card", card)])).await;
        assert_eq!((shown.data("error"), shown.data("selected")), ("", card), "what was chosen is shown");
        assert_eq!(simulator.world().agreement(&id).expect("read").expect("there").state, state, "{card}");
    }
    confirmed(&simulator.router(), &id).await;
    let again = visitor.post("/widgets/wallet/select", &of(&token, &id, &[("card", "ok")])).await;
    assert_eq!(again.data("error"), "PaymentMethodNotModifiable", "once confirmed again it stays");
}
