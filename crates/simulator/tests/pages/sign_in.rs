//! `/ap/oa` and its forms.

use axum::Router;
use http::StatusCode;

use super::visitor::{Visitor, query};
use super::{CLIENT, LIVE_CLIENT, ORIGIN, RETURN_URL, router};

/// The request of a button, with some of its parts changed.
pub(crate) fn authorize(changes: &[(&str, &str)]) -> String {
    let mut parts = vec![
        ("client_id", CLIENT),
        ("scope", "profile postal_code payments:widget payments:shipping_address payments:billing_address"),
        ("response_type", "token"),
        ("redirect_uri", RETURN_URL),
        ("state", "SHOP.1 2"),
        ("sandbox", "true"),
    ];
    parts.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    parts.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    format!("/ap/oa?{}", query(&parts))
}

const MARCO: &str = "marco.rossi@example.it";

/// Walks through sign-in and consent; the access token.
pub(crate) async fn token_of(router: &Router, email: &str) -> String {
    let (mut buyer, back) = (Visitor::on(router.clone()), authorize(&[]));
    let signed_in = buyer.post("/ap/signin", &[("email", email), ("password", "amazon"), ("return", &back)]).await;
    assert_eq!(signed_in.location(), back);
    let answer = buyer.post("/ap/consent", &[("return", &back), ("decision", "allow")]).await;
    let fragment = answer.location().split_once('#').expect("a fragment").1.to_owned();
    let pairs = form_urlencoded::parse(fragment.as_bytes());
    pairs.into_iter().find(|(name, _)| name == "access_token").expect("a token").1.into_owned()
}

#[tokio::test]
async fn a_buyer_signs_in_allows_once_and_returns_with_a_token_in_the_fragment() {
    let router = router();
    let (mut buyer, back) = (Visitor::on(router), authorize(&[]));
    let page = buyer.get(&back).await;
    assert!(page.status == StatusCode::OK && page.html.contains("action=\"/ap/signin\""));
    let signed_in = buyer.post("/ap/signin", &[("email", MARCO), ("password", "amazon"), ("return", &back)]).await;
    assert_eq!(
        (signed_in.status, signed_in.location()),
        (StatusCode::SEE_OTHER, back.as_str()),
        "who has signed in is led back to the page that asked"
    );
    let cookie = signed_in.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert!(buyer.get(&back).await.html.contains("action=\"/ap/consent\""));
    let answer = buyer.post("/ap/consent", &[("return", &back), ("decision", "allow")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.location().starts_with(&format!("{RETURN_URL}#access_token=Atza%7C")), "{}", answer.location());
    assert!(answer.location().contains("&token_type=bearer&expires_in=3600&scope=profile+postal_code"));
    assert!(answer.location().ends_with("&state=SHOP.1+2"));
    let again = buyer.get(&back).await;
    assert!(again.location().starts_with(&format!("{RETURN_URL}#access_token=")), "asked only once");
}

#[tokio::test]
async fn the_answer_of_a_popup_is_in_the_query() {
    let (mut buyer, back) = (Visitor::on(router()), authorize(&[("popup", "true")]));
    buyer.post("/ap/signin", &[("email", MARCO), ("password", "amazon"), ("return", &back)]).await;
    let answer = buyer.post("/ap/consent", &[("return", &back), ("decision", "allow")]).await;
    assert!(answer.location().starts_with(&format!("{RETURN_URL}?access_token=Atza%7C")), "{}", answer.location());
}

#[tokio::test]
async fn a_message_to_the_opener_names_the_checked_origin_only() {
    let message = [("response_mode", "web_message"), ("origin", ORIGIN), ("redirect_uri", "")];
    let (mut buyer, back) = (Visitor::on(router()), authorize(&message));
    buyer.post("/ap/signin", &[("email", MARCO), ("password", "amazon"), ("return", &back)]).await;
    let page = buyer.post("/ap/consent", &[("return", &back), ("decision", "allow")]).await;
    assert!(page.html.contains(&format!("data-origin=\"{ORIGIN}\"")) && page.html.contains("Atza|"));
    let wrong =
        authorize(&[("response_mode", "web_message"), ("origin", "https://evil.example"), ("redirect_uri", "")]);
    assert_eq!(buyer.get(&wrong).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_buyer_who_does_not_allow_returns_with_access_denied() {
    let (mut buyer, back) = (Visitor::on(router()), authorize(&[]));
    buyer.post("/ap/signin", &[("email", MARCO), ("password", "amazon"), ("return", &back)]).await;
    let answer = buyer.post("/ap/consent", &[("return", &back), ("decision", "deny")]).await;
    assert!(answer.location().starts_with(&format!("{RETURN_URL}#error=access_denied&error_description=")));
    assert!(answer.location().ends_with("&state=SHOP.1+2"));
}

#[tokio::test]
async fn a_wrong_password_says_so_in_the_buyers_language_and_keeps_the_email() {
    let (mut buyer, back) = (Visitor::on(router()), authorize(&[("ui_locales", "it-IT")]));
    let page = buyer.post("/ap/signin", &[("email", MARCO), ("password", "azamon"), ("return", &back)]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(
        page.html.contains("<html lang=\"it\">") && page.html.contains("role=\"alert\"") && page.html.contains(MARCO)
    );
    assert!(page.header("set-cookie").is_empty());
}

#[tokio::test]
async fn an_unregistered_client_or_return_address_is_refused_with_a_page_and_no_redirect() {
    let mut buyer = Visitor::on(router());
    for (name, value, word) in [
        ("client_id", "amzn1.application-oa2-client.nobody", "invalid_client"),
        ("client_id", "", "invalid_request"),
        ("client_id", LIVE_CLIENT, "environment"),
        ("redirect_uri", "https://evil.example/", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("scope", "everything", "invalid_scope"),
        ("response_type", "code", "unsupported_response_type"),
    ] {
        let page = buyer.get(&authorize(&[(name, value)])).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{name}={value}");
        assert!(page.html.contains(word) && page.location().is_empty(), "{name}={value}: {}", page.html);
    }
}

#[tokio::test]
async fn a_return_field_that_leads_elsewhere_is_refused() {
    let mut buyer = Visitor::on(router());
    for back in ["https://evil.example/ap/oa?x", "//evil.example/ap/oa?", "/sellercentral/", ""] {
        let page = buyer.post("/ap/signin", &[("email", MARCO), ("password", "amazon"), ("return", back)]).await;
        assert_eq!(
            (page.status, page.location()),
            (StatusCode::BAD_REQUEST, ""),
            "the sign-in is refused and leads nowhere: {back}"
        );
    }
}

#[tokio::test]
async fn a_form_sent_from_another_site_is_refused() {
    let mut buyer = Visitor::on(router()).sending_from("https://evil.example");
    let fields = [("email", MARCO), ("password", "amazon"), ("return", &authorize(&[]))];
    assert_eq!(buyer.post("/ap/signin", &fields).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn signing_out_shows_the_sign_in_again() {
    let (mut buyer, back) = (Visitor::on(router()), authorize(&[]));
    buyer.post("/ap/signin", &[("email", MARCO), ("password", "amazon"), ("return", &back)]).await;
    assert_eq!(buyer.post("/ap/signout", &[("return", &back)]).await.location(), back);
    assert!(buyer.get(&back).await.html.contains("action=\"/ap/signin\""));
}

#[tokio::test]
async fn a_silent_request_never_shows_a_page() {
    let silent = authorize(&[("interactive", "never")]);
    let answer = Visitor::on(router()).get(&silent).await;
    assert!(answer.location().starts_with(&format!("{RETURN_URL}#error=access_denied")), "{}", answer.location());
}
