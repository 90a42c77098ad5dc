//! Who is let in, and in which words the others are refused.

use super::bench::{Bench, SELLER, TOKEN};
use amazon::types::timestamp_text;

const READ: &str = "GetOrderReferenceDetails";

#[tokio::test]
async fn a_request_signed_with_another_secret_is_refused() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let mut raw = bench.raw(READ, &[("AmazonOrderReferenceId", &id)]);
    raw.secret = "another/secret";
    let reply = bench.send(raw).await;
    assert_eq!(reply.refusal(), (403, "SignatureDoesNotMatch"), "a signature by another secret is refused");
    assert!(!reply.text("RequestID").is_empty() && reply.text("RequestId").is_empty(), "{}", reply.body);
}

#[tokio::test]
async fn a_parameter_changed_after_signing_is_refused() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let mut params = bench.raw(READ, &[("AmazonOrderReferenceId", &id)]).params;
    params.push(("Signature".into(), "cpkDC72d5lMIbo5ET2dvERTw4F2cGQJL3eQPzUe2pAE=".into()));
    let reply = bench.post(super::bench::SANDBOX, "Tests/1.0", &params).await;
    assert_eq!(reply.refusal(), (403, "SignatureDoesNotMatch"), "the signature no longer fits what was sent");
}

#[tokio::test]
async fn odd_characters_are_signed_as_rfc_3986_says() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let odd = "a b*c~d+e%f é/\u{1f600}&=";
    let own = [
        ("AmazonOrderReferenceId", id.as_str()),
        ("OrderReferenceAttributes.OrderTotal.Amount", "10.00"),
        ("OrderReferenceAttributes.OrderTotal.CurrencyCode", "EUR"),
        ("OrderReferenceAttributes.SellerNote", odd),
    ];
    let reply = bench.send(bench.raw("SetOrderReferenceDetails", &own)).await;
    assert_eq!(
        (reply.status, reply.text("SellerNote")),
        (200, "a b*c~d+e%f é/\u{1f600}&amp;="),
        "the signature holds, and the note comes back as it was sent"
    );
}

#[tokio::test]
async fn an_unknown_key_and_an_absent_signature_are_told_apart() {
    let bench = Bench::new().await;
    let unknown = bench.raw("GetServiceStatus", &[]).but("AWSAccessKeyId", Some("AKIAUNKNOWN"));
    assert_eq!(
        bench.send(unknown).await.refusal(),
        (403, "InvalidAccessKeyId"),
        "an unknown key is named as the trouble"
    );
    let params = bench.raw("GetServiceStatus", &[]).params;
    let reply = bench.post(super::bench::SANDBOX, "Tests/1.0", &params).await;
    assert_eq!(reply.refusal(), (403, "MissingAuthenticationToken"), "a missing signature is named as the trouble");
}

#[tokio::test]
async fn a_revoked_token_is_refused_and_a_new_one_is_taken() {
    let bench = Bench::new().await;
    assert_eq!(bench.send(bench.raw("GetServiceStatus", &[])).await.status, 200);
    bench.world().revoke_developer(SELLER, simulator::DEVELOPER_ID).expect("written");
    assert_eq!(
        bench.send(bench.raw("GetServiceStatus", &[])).await.refusal(),
        (401, "AccessDenied"),
        "a revoked token opens nothing"
    );
    let token = bench.world().authorize_developer(SELLER, "Gestpay", simulator::DEVELOPER_ID).expect("written");
    assert_ne!(token, TOKEN);
    assert_eq!(
        bench.send(bench.raw("GetServiceStatus", &[])).await.refusal(),
        (401, "AccessDenied"),
        "the old token stays revoked when a new one is made"
    );
    let renewed = bench.raw("GetServiceStatus", &[]).but("MWSAuthToken", Some(&token));
    assert_eq!(bench.send(renewed).await.status, 200);
}

#[tokio::test]
async fn the_token_of_one_seller_opens_no_other() {
    let bench = Bench::new().await;
    let other = bench.raw("GetServiceStatus", &[]).but("SellerId", Some("A3OTHERSELLER"));
    assert_eq!(
        bench.send(other).await.refusal(),
        (401, "AccessDenied"),
        "one seller's token does not open another's account"
    );
    let none = bench.raw("GetServiceStatus", &[]).but("MWSAuthToken", None);
    assert_eq!(bench.send(none).await.refusal(), (401, "AccessDenied"), "without a token nothing is opened");
    let foreign =
        bench.world().authorize_developer("A3OTHERSELLER", "Gestpay", simulator::DEVELOPER_ID).expect("written");
    let id = bench.draft("ok");
    let read = bench.raw(READ, &[("AmazonOrderReferenceId", &id)]);
    let read = read.but("SellerId", Some("A3OTHERSELLER")).but("MWSAuthToken", Some(&foreign));
    let reply = bench.send(read).await;
    assert_eq!(reply.refusal(), (404, "InvalidOrderReferenceId"), "another seller's order is unknown to this one");
    assert_eq!(reply.text("Message"), format!("The OrderReferenceId {id} is invalid."));
}

#[tokio::test]
async fn a_timestamp_may_be_fifteen_minutes_off_and_no_more() {
    let bench = Bench::new().await;
    for (off, status) in [(-900_000, 200), (900_000, 200), (-901_000, 400), (901_000, 400)] {
        let at = timestamp_text(super::bench::START + off);
        let reply = bench.send(bench.raw("GetServiceStatus", &[]).but("Timestamp", Some(&at))).await;
        assert_eq!(reply.status, status, "{off}: {}", reply.body);
        assert!(status == 200 || reply.text("Code") == "InvalidParameterValue");
    }
}

#[tokio::test]
async fn an_agent_without_a_version_and_a_path_of_another_version_are_refused() {
    let bench = Bench::new().await;
    let mut raw = bench.raw("GetServiceStatus", &[]);
    raw.agent = "Tests";
    assert_eq!(
        bench.send(raw).await.refusal(),
        (400, "UserAgentHeaderMalformed"),
        "an agent without a version is refused"
    );
    let mut raw = bench.raw("GetServiceStatus", &[]);
    raw.path = "/OffAmazonPayments_Sandbox/2013-01-02";
    assert_eq!(bench.send(raw).await.refusal(), (404, "InvalidAddress"), "a path of another version leads nowhere");
}

#[tokio::test]
async fn what_is_not_played_is_refused_in_amazons_words() {
    let bench = Bench::new().await;
    let configuration = bench.raw("GetMerchantNotificationConfiguration", &[]);
    assert_eq!(
        bench.send(configuration).await.refusal(),
        (401, "UnauthorizedAccess"),
        "the settings of notifications are closed to developers"
    );
    assert_eq!(
        bench.send(bench.raw("GetMerchantAccountStatus", &[])).await.refusal(),
        (403, "UnauthorizedSolutionProvider"),
        "the state of a merchant's account is closed to developers"
    );
    assert_eq!(
        bench.send(bench.raw("MakeCoffee", &[])).await.refusal(),
        (400, "InvalidParameterValue"),
        "an unknown action is refused"
    );
}

#[tokio::test]
async fn an_id_of_the_other_environment_is_a_fault_of_the_service() {
    let bench = Bench::new().await;
    let id = bench.draft("ok");
    let mut raw = bench.raw(READ, &[("AmazonOrderReferenceId", &id)]);
    raw.path = "/OffAmazonPayments/2013-01-01";
    assert_eq!(
        bench.send(raw).await.refusal(),
        (500, "InternalServerError"),
        "an identifier of the sandbox breaks the service in production"
    );
}

#[tokio::test]
async fn beyond_the_quota_a_call_is_throttled_and_nothing_is_done() {
    let bench = Bench::with(None, true).await;
    let id = bench.draft("ok");
    bench.set(&id).await;
    bench.set(&id).await;
    let own = [("AmazonOrderReferenceId", id.as_str()), ("OrderReferenceAttributes.OrderTotal.Amount", "99.00")];
    let own = [own[0], own[1], ("OrderReferenceAttributes.OrderTotal.CurrencyCode", "EUR")];
    let reply = bench.send(bench.raw("SetOrderReferenceDetails", &own)).await;
    assert_eq!(reply.refusal(), (503, "RequestThrottled"), "the call beyond the quota is throttled");
    assert!(reply.body.contains("<Type></Type>") && reply.body.contains("<RequestID>"), "{}", reply.body);
    assert_eq!(bench.details(&id).await.order_total.expect("a total").amount, "24.21");
    bench.advance_ms(2_000);
    bench.set(&id).await;
}

#[tokio::test]
async fn a_signed_get_is_taken_and_a_parameter_that_is_there_twice_is_not() {
    let bench = Bench::new().await;
    let params = bench.raw("GetServiceStatus", &[]).params;
    let host = format!("127.0.0.1:{}", bench.base.port().expect("a port"));
    let signature = amazon::signature::sign_v2("GET", &host, super::bench::SANDBOX, &params, &bench.account.secret_key);
    let mut url = bench.base.join(super::bench::SANDBOX).expect("an address");
    url.query_pairs_mut().extend_pairs(&params).append_pair("Signature", &signature);
    assert_eq!(status_of(&url).await, 200);
    let mut twice = bench.raw("GetServiceStatus", &[]);
    twice.params.push(("Action".into(), "Authorize".into()));
    assert_eq!(
        bench.send(twice).await.refusal(),
        (400, "InvalidParameterValue"),
        "a parameter that is there twice is refused"
    );
}

async fn status_of(url: &url::Url) -> u16 {
    let http = amazon::http_client(amazon::Timeouts::default()).expect("a client");
    http.get(url.clone()).send().await.expect("an answer").status().as_u16()
}
