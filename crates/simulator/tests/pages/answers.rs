//! What every answer of the simulator carries, and whose cookie is believed.

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, ORIGIN, REFERER, SET_COOKIE, X_CONTENT_TYPE_OPTIONS};
use http::{Request, Response};
use tower::ServiceExt as _;

use crate::world::{router, simulator_at};

const SIGN_IN: &str = "email=marco.rossi%40example.it&password=amazon";

async fn ask(router: &axum::Router, request: http::request::Builder, form: &'static str) -> Response<Body> {
    router.clone().oneshot(request.body(Body::from(form)).expect("a request")).await.expect("an answer")
}

async fn text_of(answer: Response<Body>) -> String {
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(body.to_vec()).expect("text")
}

fn form(path: &str) -> http::request::Builder {
    Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

#[tokio::test]
async fn every_answer_says_that_it_is_what_it_says_and_how_long_it_may_be_kept() {
    let router = router();
    let pages = [
        "/",
        "/nowhere",
        "/ap/oa",
        "/account",
        "/assets/simulator.css",
        "/auth/o2/tokeninfo",
        "/user/profile",
        "/_simulator/ledger",
        "/_simulator/notifications",
        "/widgets/wallet",
        "/sellercentral/",
        "/confirmation",
        "/OffAmazonPayments/eur/sandbox/lpa/js/Widgets.js",
        "/OffAmazonPayments_Sandbox/2013-01-01",
    ];
    let asked = pages.map(Request::get).into_iter().chain(pages.map(form));
    for request in asked {
        let answer = ask(&router, request, "").await;
        assert_eq!(answer.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff", "{answer:?}");
        assert!(answer.headers().contains_key(CACHE_CONTROL), "{answer:?}");
    }
}

#[tokio::test]
async fn over_https_the_session_is_this_hosts_alone() {
    for (address, name) in
        [("http://127.0.0.1:2421", "simulator_session="), ("https://amazon.example", "__Host-simulator_session=")]
    {
        let router = simulator_at(address).router();
        let signed_in = ask(&router, form("/account/signin"), SIGN_IN).await;
        let cookie = signed_in.headers()[SET_COOKIE].to_str().expect("text").to_owned();
        assert!(cookie.starts_with(name) && cookie.contains("; Path=/;") && !cookie.contains("Domain"), "{cookie}");
        assert_eq!(cookie.contains("; Secure"), address.starts_with("https"), "{cookie}");
        let pair = cookie.split(';').next().expect("a cookie");
        let is_known = async |pair: &str| {
            let answer = ask(&router, Request::get("/account").header(COOKIE, pair), "").await;
            text_of(answer).await.contains("/account/signout")
        };
        assert!(is_known(pair).await, "{pair}");
        let (_, value) = pair.split_once('=').expect("a value");
        let other = if address.starts_with("https") { "simulator_session" } else { "__Host-simulator_session" };
        assert!(!is_known(&format!("{other}={value}")).await, "the other name is nobody's");
    }
}

#[tokio::test]
async fn a_form_of_another_page_is_refused_without_the_browsers_word_for_it() {
    let router = router();
    for path in ["/account/signin", "/account/signout", "/ap/signin", "/confirmation", "/sellercentral/clients"] {
        for (header, sender) in
            [(ORIGIN, "https://evil.example"), (REFERER, "https://evil.example/x"), (ORIGIN, "null")]
        {
            let answer = ask(&router, form(path).header(&header, sender), SIGN_IN).await;
            assert!(
                answer.status().is_client_error() && !answer.headers().contains_key(SET_COOKIE),
                "{path}: {answer:?}"
            );
            let said = text_of(answer).await;
            assert!(said.contains("not sent from a page of this simulator"), "{path} {header}: {said}");
        }
    }
}
