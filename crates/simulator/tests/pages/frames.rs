//! The widgets' frames, and the script that opens them.

use http::StatusCode;

use super::sign_in::token_of;
use super::visitor::{Seen, Visitor, query};
use super::{CLIENT, LIVE_CLIENT, ORIGIN, SELLER, router};

pub(crate) const MARCO: &str = "marco.rossi@example.it";
pub(crate) const ANNA: &str = "anna.schmidt@example.de";

/// The fields every frame takes.
pub(crate) fn fields<'a>(token: &'a str, changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("seller_id", SELLER),
        ("client_id", CLIENT),
        ("access_token", token),
        ("origin", ORIGIN),
        ("language", "it-IT"),
        ("environment", "sandbox"),
    ];
    fields.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    fields.extend(changes);
    fields
}

pub(crate) fn address(widget: &str, fields: &[(&str, &str)]) -> String {
    format!("/widgets/{widget}?{}", query(fields))
}

/// Opens a widget for the first time: the page after its own redirect.
async fn opened(visitor: &mut Visitor, widget: &str, token: &str) -> Seen {
    let first = visitor.get(&address(widget, &fields(token, &[]))).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "creates once, then shows: {}", first.html);
    let path = first.location().to_owned();
    visitor.get(&path).await
}

fn first_other_address(page: &Seen) -> String {
    let buttons = page.html.split("name=\"address\" value=\"").skip(1);
    let other = buttons.filter(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("aria-pressed=\"false\"")));
    other.filter_map(|rest| rest.split('"').next()).next().expect("another address").to_owned()
}

#[tokio::test]
async fn the_address_book_creates_an_order_reference_and_shows_a_default_address() {
    let router = router();
    let token = token_of(&router, MARCO).await;
    let page = opened(&mut Visitor::on(router), "address-book", &token).await;
    assert!(page.data("order-reference").starts_with("S02-"), "{}", page.html);
    assert_eq!(
        (page.data("created"), page.data("chosen"), page.data("origin")),
        ("true", "false", ORIGIN),
        "an order was made, nothing was chosen by hand, and the page around is known"
    );
    assert!(page.is_pressed("address", page.data("selected")));
    assert!(page.html.contains("<html lang=\"it\">") && page.html.contains("Spedisci a"));
    let ancestors = page.header("content-security-policy").split("frame-ancestors ").nth(1).expect("named");
    assert!(ancestors.split(' ').any(|origin| origin == ORIGIN), "{ancestors}");
}

#[tokio::test]
async fn choosing_an_address_marks_it_and_tells_the_page_around() {
    let router = router();
    let token = token_of(&router, MARCO).await;
    let mut visitor = Visitor::on(router);
    let page = opened(&mut visitor, "address-book", &token).await;
    let (order, other) = (page.data("order-reference").to_owned(), first_other_address(&page));
    let chosen = fields(&token, &[("order_reference", &order), ("address", &other)]);
    let answer = visitor.post("/widgets/address-book/select", &chosen).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let path = answer.location().to_owned();
    let page = visitor.get(&path).await;
    assert_eq!(
        (page.data("selected"), page.data("chosen")),
        (other.as_str(), "true"),
        "the address just chosen is marked"
    );
    assert_eq!(page.data("order-reference"), order);
    assert!(page.is_pressed("address", &other));
}

#[tokio::test]
async fn an_invalid_new_address_comes_back_with_the_fault_beside_its_field() {
    let router = router();
    let token = token_of(&router, MARCO).await;
    let mut visitor = Visitor::on(router);
    let order = opened(&mut visitor, "address-book", &token).await.data("order-reference").to_owned();
    let written = [
        ("order_reference", order.as_str()),
        ("country", "IT"),
        ("name", "Marco Rossi"),
        ("line1", "Via Nuova 2"),
        ("city", "Torino"),
        ("state", "Torino"),
        ("postal_code", "101"),
    ];
    let page = visitor.post("/widgets/address-book/add", &fields(&token, &written)).await;
    assert!(page.html.contains("role=\"alert\"") && page.html.contains("<details open"));
    for id in ["state", "postal_code"] {
        assert!(
            page.html.contains(&format!("aria-describedby=\"{id}-error\""))
                && page.html.contains(&format!("id=\"{id}-error\""))
        );
    }
    assert!(
        !page.html.contains("id=\"city-error\"") && page.html.contains("value=\"Via Nuova 2\""),
        "what was written stays"
    );
}

#[tokio::test]
async fn a_valid_new_address_is_saved_and_chosen_at_once() {
    let router = router();
    let token = token_of(&router, ANNA).await;
    let mut visitor = Visitor::on(router);
    let order = opened(&mut visitor, "address-book", &token).await.data("order-reference").to_owned();
    let written = [
        ("order_reference", order.as_str()),
        ("country", "GB"),
        ("name", "Anna Schmidt"),
        ("line2", "10 Downing Street"),
        ("city", "London"),
        ("postal_code", "sw1a2aa"),
    ];
    let answer = visitor.post("/widgets/address-book/add", &fields(&token, &written)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.html);
    let path = answer.location().to_owned();
    let page = visitor.get(&path).await;
    assert!(page.html.contains("SW1A 2AA") && page.html.contains("Regno Unito"));
    assert!(page.data("chosen") == "true" && page.is_pressed("address", page.data("selected")));
}

#[tokio::test]
async fn a_card_is_chosen_only_by_the_buyer_and_says_what_it_does() {
    let router = router();
    let token = token_of(&router, MARCO).await;
    let mut visitor = Visitor::on(router);
    let page = opened(&mut visitor, "wallet", &token).await;
    assert_eq!(page.data("selected"), "");
    let cards = "ok challenge invalid rejected timeout notallowed review reviewdeclined latecapture slow lost";
    for card in cards.split(' ') {
        assert!(page.html.contains(&format!("name=\"card\" value=\"{card}\"")), "{card}");
    }
    assert!(page.html.contains("InvalidPaymentMethod"));
    let order = page.data("order-reference").to_owned();
    let answer = visitor
        .post("/widgets/wallet/select", &fields(&token, &[("order_reference", &order), ("card", "invalid")]))
        .await;
    let path = answer.location().to_owned();
    let page = visitor.get(&path).await;
    assert_eq!((page.data("selected"), page.data("chosen")), ("invalid", "true"), "the card just chosen is marked");
}

#[tokio::test]
async fn a_forbidden_widget_is_answered_with_its_error_code() {
    let router = router();
    let token = token_of(&router, MARCO).await;
    let mut visitor = Visitor::on(router);
    for (change, code) in [
        (("seller_id", "A0NOBODY"), "InvalidSellerId"),
        (("client_id", "amzn1.application-oa2-client.nobody"), "InvalidParameterValue"),
        (("client_id", LIVE_CLIENT), "ReleaseEnvironmentMismatch"),
        (("origin", "https://evil.example"), "InvalidParameterValue"),
        (("access_token", ""), "BuyerNotAssociated"),
        (("access_token", "Atza|made-up"), "BuyerNotAssociated"),
        (("environment", ""), "MissingParameter"),
        (("order_reference", "S02-0000000-0000000"), "InvalidOrderReferenceId"),
        (("order_reference", "P02-0000000-0000000"), "ReleaseEnvironmentMismatch"),
        (("order_reference", "C02-0000000-0000000"), "InvalidOrderReferenceId"),
        (("billing_agreement", "C02-0000000-0000000"), "InvalidOrderReferenceId"),
        (("billing_agreement", "B02-0000000-0000000"), "ReleaseEnvironmentMismatch"),
        (("agreement_type", "Subscription"), "InvalidParameterValue"),
    ] {
        let page = visitor.get(&address("wallet", &fields(&token, &[change]))).await;
        assert_eq!(page.data("error"), code, "{change:?}");
        assert!(!page.data("error-message").is_empty() && page.html.contains("role=\"alert\""), "{change:?}");
    }
}

#[tokio::test]
async fn an_error_is_told_to_the_asking_origin_only_when_that_is_valid() {
    let router = router();
    let mut visitor = Visitor::on(router);
    let other = visitor.get(&address("wallet", &fields("", &[("origin", "https://other.example")]))).await;
    assert_eq!(other.data("origin"), "https://other.example");
    let none = visitor.get(&address("wallet", &fields("", &[("origin", "https://a.example *")]))).await;
    assert_eq!(none.data("origin"), "");
    assert!(none.header("content-security-policy").ends_with("frame-ancestors 'none'"));
}

#[tokio::test]
async fn another_buyer_cannot_open_or_change_an_order_reference() {
    let router = router();
    let (marco, anna) = (token_of(&router, MARCO).await, token_of(&router, ANNA).await);
    let mut visitor = Visitor::on(router);
    let order = opened(&mut visitor, "wallet", &marco).await.data("order-reference").to_owned();
    let page =
        visitor.post("/widgets/wallet/select", &fields(&anna, &[("order_reference", &order), ("card", "ok")])).await;
    assert_eq!(page.data("error"), "InvalidOrderReferenceId");
}

#[tokio::test]
async fn the_script_is_at_every_documented_path_and_needs_no_eval() {
    let mut visitor = Visitor::on(router());
    for region in ["eur", "de", "uk", "jp"] {
        for environment in ["", "sandbox/"] {
            let path = format!("/OffAmazonPayments/{region}/{environment}lpa/js/Widgets.js?sellerId={SELLER}");
            assert_eq!(visitor.get(&path).await.status, StatusCode::OK, "{path}");
        }
    }
    for path in ["/OffAmazonPayments/us/js/Widgets.js", "/OffAmazonPayments/us/sandbox/js/Widgets.js"] {
        let script = visitor.get(path).await;
        assert!(script.status == StatusCode::OK && script.header("content-type").starts_with("text/javascript"));
        for word in ["eval(", "new Function", "innerHTML", "setAttribute('style'", "postMessage(message, '*'"] {
            assert!(!script.html.contains(word), "{word}");
        }
    }
}
