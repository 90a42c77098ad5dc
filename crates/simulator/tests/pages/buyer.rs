//! The buyer's account page: sign-in, another card, the end of an agreement, and what no one else
//! may do.

use http::StatusCode;

use super::agreements::chosen;
use super::challenge::confirmed;
use super::gateway::{authorize, confirm_agreement};
use super::visitor::Visitor;
use super::world::simulator;

/// A browser that is signed in.
async fn signed_in(router: axum::Router, email: &str) -> Visitor {
    let mut visitor = Visitor::on(router);
    let answer = visitor.post("/account/signin", &[("email", email), ("password", "amazon")]).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/account"),
        "the buyer is let in and led to the account page: {}",
        answer.html
    );
    visitor
}

#[tokio::test]
async fn a_visitor_without_a_session_sees_the_sign_in_and_changes_nothing() {
    let simulator = simulator();
    let id = chosen(&simulator, "ok");
    confirm_agreement(&simulator.router(), &id).await;
    let mut visitor = Visitor::on(simulator.router());
    let page = visitor.get("/account").await;
    assert!(page.html.contains("action=\"/account/signin\"") && !page.html.contains(&id), "{}", page.html);
    let wrong = visitor.post("/account/signin", &[("email", "marco.rossi@example.it"), ("password", "no")]).await;
    assert!(wrong.status == StatusCode::UNAUTHORIZED && wrong.html.contains("role=\"alert\""));
    for path in ["/account/card", "/account/cancel"] {
        let answer = visitor.post(path, &[("id", &id), ("card", "invalid")]).await;
        assert_eq!(answer.location(), "/account", "{path}");
    }
    assert_eq!(simulator.world().agreement(&id).expect("read").expect("there").state, "Open");
}

#[tokio::test]
async fn a_buyer_changes_the_card_of_an_agreement_and_ends_it() {
    let simulator = simulator();
    let id = chosen(&simulator, "ok");
    confirm_agreement(&simulator.router(), &id).await;
    let mut marco = signed_in(simulator.router(), "marco.rossi@example.it").await;
    let page = marco.get("/account").await;
    assert!(page.html.contains("<html lang=\"it\">") && page.html.contains("500.00 EUR / 500.00 EUR"), "{}", page.html);
    assert!(page.html.contains("<option value=\"ok\" selected>"));
    let changed = marco.post("/account/card", &[("id", &id), ("card", "invalid")]).await;
    assert_eq!(changed.location(), "/account?said=card");
    let page = marco.get("/account?said=card").await;
    assert!(page.html.contains("role=\"status\"") && page.html.contains("<option value=\"invalid\" selected>"));
    assert_eq!(marco.post("/account/cancel", &[("id", &id)]).await.location(), "/account?said=ended");
    let view = simulator.world().agreement(&id).expect("read").expect("there");
    assert_eq!((view.state, view.reason), ("Closed", "BuyerClosed"), "the buyer has ended the agreement");
    assert_eq!(marco.post("/account/cancel", &[("id", &id)]).await.location(), "/account?said=unchanged");
    let page = marco.get("/account?said=unchanged").await;
    assert!(page.html.contains("Chiuso") && !page.html.contains("/account/cancel"), "{}", page.html);
}

#[tokio::test]
async fn a_suspended_order_is_mended_on_the_account_page() {
    let simulator = simulator();
    let (order, _) = confirmed(&simulator.router(), "invalid").await;
    authorize(&simulator.router(), &order).await;
    let mut marco = signed_in(simulator.router(), "marco.rossi@example.it").await;
    assert!(marco.get("/account").await.html.contains("Sospeso"));
    let same = marco.post("/account/card", &[("id", &order), ("card", "invalid")]).await;
    assert_eq!(same.location(), "/account?said=card");
    assert_eq!(simulator.world().order(&order).expect("read").expect("there").state, "Suspended");
    marco.post("/account/card", &[("id", &order), ("card", "ok")]).await;
    assert_eq!(simulator.world().order(&order).expect("read").expect("there").state, "Open");
}

#[tokio::test]
async fn another_buyer_and_another_site_change_nothing() {
    let simulator = simulator();
    let id = chosen(&simulator, "ok");
    confirm_agreement(&simulator.router(), &id).await;
    let mut anna = signed_in(simulator.router(), "anna.schmidt@example.de").await;
    let page = anna.get("/account").await;
    assert!(page.html.contains("<html lang=\"de\">") && !page.html.contains(&id), "{}", page.html);
    for (path, said) in [("/account/card", "unchanged"), ("/account/cancel", "unchanged")] {
        let answer = anna.post(path, &[("id", &id), ("card", "invalid")]).await;
        assert_eq!(answer.location(), format!("/account?said={said}"), "{path}");
    }
    let mut forged = signed_in(simulator.router(), "marco.rossi@example.it").await.sending_from("https://evil.example");
    for path in ["/account/card", "/account/cancel", "/account/signin", "/account/signout"] {
        let answer = forged.post(path, &[("id", &id), ("card", "invalid")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let view = simulator.world().agreement(&id).expect("read").expect("there");
    assert_eq!((view.state, view.card.as_deref()), ("Open", Some("ok")), "the agreement is open and keeps its card");
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let mut marco = signed_in(simulator().router(), "marco.rossi@example.it").await;
    assert_eq!(marco.post("/account/signout", &[]).await.location(), "/account");
    assert!(marco.get("/account").await.html.contains("action=\"/account/signin\""));
}
