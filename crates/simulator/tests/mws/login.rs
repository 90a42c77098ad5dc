//! Login with Amazon as servers ask it.

use super::bench::{Bench, CLIENT, SCOPE};

#[tokio::test]
async fn the_connector_learns_whose_a_token_is() {
    let bench = Bench::new().await;
    let token = bench.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    assert!(token.starts_with("Atza|") && token.len() >= 350, "{}", token.len());
    let known = bench.connector.token_info(&token).await.expect("known");
    assert!(known.is_for(CLIENT) && known.user_id.starts_with("amzn1.account."));
    bench.advance_ms(600_500);
    let known = bench.connector.token_info(&token).await.expect("known");
    assert_eq!(known.exp, 2_999);
}

#[tokio::test]
async fn a_token_is_over_after_an_hour() {
    let bench = Bench::new().await;
    let token = bench.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    bench.advance_ms(3_600_000);
    let (status, body) = bench.get("/auth/o2/tokeninfo", &token).await;
    assert_eq!(
        (status, body["error"].as_str()),
        (400, Some("invalid_token")),
        "after an hour the token is no longer valid"
    );
}

#[tokio::test]
async fn a_profile_tells_what_was_agreed_to() {
    let bench = Bench::new().await;
    let token = bench.world().issue_token("anna", CLIENT, true, "profile postal_code").expect("written");
    let (status, body) = bench.get("/user/profile", &token).await;
    assert_eq!(
        (status, body["email"].as_str(), body["postal_code"].as_str()),
        (200, Some("anna.schmidt@example.de"), Some("79098")),
        "the profile tells the address and the postcode that the buyer agreed to"
    );
    let bare = bench.world().issue_token("anna", CLIENT, true, "payments:widget").expect("written");
    assert_eq!(bench.get("/user/profile", &bare).await.0, 401);
    assert_eq!(bench.get("/user/profile", "Atza|unknown").await.0, 400);
    assert_eq!(bench.get("/user/profile", "").await.1["error"], "invalid_request");
}
