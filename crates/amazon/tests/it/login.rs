//! Login with Amazon: whose a token is, who the buyer is, where he signs in.

use amazon::{Connector, Endpoints, Environment, Error, ErrorCode, Retry, Timeouts, TokenInfo, http_client};

use crate::server::{Act, Server};

const CLIENT: &str = "amzn1.application-oa2-client.0123456789abcdef";
const TOKEN: &str = "Atza|IwEBI+a/b=c";

fn token_info_json() -> String {
    format!(
        r#"{{"aud":"{CLIENT}","user_id":"amzn1.account.A1","iss":"https://www.amazon.com","exp":3597,
        "app_id":"amzn1.application.1","iat":1510644242}}"#
    )
}

async fn playing(act: Act) -> (Server, Connector) {
    let server = Server::playing([act]).await;
    let connector = server.connector(Retry::never());
    (server, connector)
}

#[tokio::test]
async fn a_token_tells_for_whom_it_is() {
    let (server, connector) = playing(Act::text(200, "application/json", &token_info_json())).await;
    let info = connector.token_info(TOKEN).await.expect("read");
    let expected = TokenInfo {
        aud: CLIENT.into(),
        user_id: "amzn1.account.A1".into(),
        app_id: "amzn1.application.1".into(),
        exp: 3597,
    };
    assert_eq!(info, expected);
    assert!(info.is_for(CLIENT));
    assert!(!info.is_for("amzn1.application-oa2-client.other") && !info.is_for("") && !info.is_for(&info.app_id));
    let line = server.requests()[0].head.lines().next().expect("a request line").to_owned();
    assert_eq!(line, "GET /auth/o2/tokeninfo?access_token=Atza%7CIwEBI%2Ba%2Fb%3Dc HTTP/1.1");
}

#[tokio::test]
async fn a_token_without_audience_is_for_nobody() {
    let (_, connector) = playing(Act::text(200, "application/json", "{\"user_id\":\"x\",\"exp\":1}")).await;
    assert!(matches!(connector.token_info(TOKEN).await, Err(Error::Unknown(_))));
}

#[tokio::test]
async fn an_invalid_token_is_named() {
    let body = r#"{"error":"invalid_token","error_description":"expired"}"#;
    let (_, connector) = playing(Act::text(400, "application/json", body)).await;
    let error = connector.token_info(TOKEN).await.expect_err("refused");
    assert!(matches!(error, Error::Refused(_)), "{error}");
    assert_eq!(error.code(), Some(&ErrorCode::InvalidToken));
}

#[tokio::test]
async fn trouble_at_amazon_is_not_an_invalid_token() {
    for act in [
        Act::text(500, "application/json", r#"{"error":"ServerError"}"#),
        Act::text(502, "text/html", "<html>"),
        Act::CloseAfterReading,
    ] {
        let (_, connector) = playing(act).await;
        let error = connector.token_info(TOKEN).await.expect_err("trouble");
        assert!(matches!(error, Error::Unknown(_)), "{error}");
        assert_ne!(error.code(), Some(&ErrorCode::InvalidToken));
    }
}

#[tokio::test]
async fn a_question_about_a_token_is_asked_again_after_passing_trouble() {
    let answer = Act::text(200, "application/json", &token_info_json());
    let server = Server::playing([Act::CloseAfterReading, Act::text(500, "text/html", "<html>"), answer]).await;
    let connector = server.connector(Retry { delays_ms: vec![0, 0] });
    assert!(connector.token_info(TOKEN).await.expect("the third try").is_for(CLIENT));
}

#[tokio::test]
async fn what_cannot_be_a_token_is_not_sent() {
    let (server, connector) = playing(Act::text(200, "application/json", &token_info_json())).await;
    for token in ["", "a b", "a\r\nHost: x", "é", &"x".repeat(2049)] {
        let error = connector.token_info(token).await.expect_err("refused here");
        assert!(matches!(error, Error::Refused(_)), "{error}");
        assert_eq!(error.code(), Some(&ErrorCode::InvalidToken));
        connector.profile(token).await.expect_err("refused here");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_profile_is_read_with_the_token_in_a_header() {
    let body = r#"{"user_id":"amzn1.account.A1","email":"marco.rossi@example.it","name":"Marco Rossi"}"#;
    let (server, connector) = playing(Act::text(200, "application/json", body)).await;
    let profile = connector.profile(TOKEN).await.expect("read");
    assert_eq!(profile.email.as_deref(), Some("marco.rossi@example.it"));
    assert_eq!(
        (profile.name.as_deref(), profile.postal_code),
        (Some("Marco Rossi"), None),
        "the name is read, and a postal code that Amazon leaves out is absent"
    );
    let request = server.requests().remove(0);
    assert!(request.head.starts_with("GET /user/profile HTTP/1.1"), "{}", request.head);
    assert_eq!(request.header("x-amz-access-token"), Some(TOKEN));
}

#[test]
fn the_buyer_is_sent_to_sign_in_with_every_scope() {
    let connector = |environment| {
        let http = http_client(Timeouts::default()).expect("a client");
        Connector::new(http, Endpoints::europe(environment), std::sync::Arc::new(|| 0), Retry::never()).expect("https")
    };
    let back = "https://pay.example.com/pagam/AmazonPay.aspx";
    let url = connector(Environment::Sandbox).sign_in_url(CLIENT, back, "SHOP.PAYMENT&x=1");
    assert_eq!(
        url.as_str(),
        "https://eu.account.amazon.com/ap/oa?client_id=amzn1.application-oa2-client.0123456789abcdef&scope=profile+\
        postal_code+payments%3Awidget+payments%3Ashipping_address+payments%3Abilling_address&response_type=token&\
        redirect_uri=https%3A%2F%2Fpay.example.com%2Fpagam%2FAmazonPay.aspx&state=SHOP.PAYMENT%26x%3D1&sandbox=true"
    );
    assert!(!connector(Environment::Live).sign_in_url(CLIENT, back, "s").as_str().contains("sandbox"));
}
