//! What a gateway does by MWS while these tests walk the pages: hand-made signed calls that must
//! succeed.

use amazon::Secret;
use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use tower::ServiceExt;

use super::SELLER;
use super::world::{ACCESS_KEY, MWS_TOKEN, NOW_MS, SECRET_KEY};

/// Where a buyer goes on who passed.
pub(crate) const SUCCESS: &str = "http://127.0.0.1:2420/pagam/AmazonPay.aspx/result?a=SHOP&p=1";
/// Where a buyer goes on otherwise.
pub(crate) const FAILURE: &str = "http://127.0.0.1:2420/pagam/AmazonPay.aspx/result?a=SHOP&p=1&f";

/// Gives an order reference its total and confirms it with return addresses.
pub(crate) async fn confirm(router: &Router, order: &str) {
    let amount = [
        ("AmazonOrderReferenceId", order),
        ("OrderReferenceAttributes.OrderTotal.Amount", "24.21"),
        ("OrderReferenceAttributes.OrderTotal.CurrencyCode", "EUR"),
    ];
    mws(router, "SetOrderReferenceDetails", &amount).await;
    let urls = [("AmazonOrderReferenceId", order), ("SuccessUrl", SUCCESS), ("FailureUrl", FAILURE)];
    mws(router, "ConfirmOrderReference", &urls).await;
}

/// Confirms an agreement with return addresses.
pub(crate) async fn confirm_agreement(router: &Router, id: &str) {
    let urls = [("AmazonBillingAgreementId", id), ("SuccessUrl", SUCCESS), ("FailureUrl", FAILURE)];
    mws(router, "ConfirmBillingAgreement", &urls).await;
}

/// Charges an agreement with 24.21 EUR; the answer is the order reference that was made for it.
pub(crate) async fn charge(router: &Router, id: &str) -> String {
    let own = [("AmazonBillingAgreementId", id), ("CaptureNow", "true")];
    let answer = mws(router, "AuthorizeOnBillingAgreement", &[own.as_slice(), &AMOUNT].concat()).await;
    let (_, rest) = answer.split_once("<AmazonOrderReferenceId>").expect("an order reference");
    rest.split('<').next().expect("its id").to_owned()
}

/// Asks for 24.21 EUR of an order reference.
pub(crate) async fn authorize(router: &Router, order: &str) {
    mws(router, "Authorize", &[[("AmazonOrderReferenceId", order)].as_slice(), &AMOUNT].concat()).await;
}

const AMOUNT: [(&str, &str); 4] = [
    ("AuthorizationReferenceId", "charge-1"),
    ("AuthorizationAmount.Amount", "24.21"),
    ("AuthorizationAmount.CurrencyCode", "EUR"),
    ("TransactionTimeout", "0"),
];

/// A call of a gateway that must succeed; the answer's document.
async fn mws(router: &Router, action: &str, own: &[(&str, &str)]) -> String {
    const HOST: &str = "127.0.0.1:2421";
    const PATH: &str = "/OffAmazonPayments_Sandbox/2013-01-01";
    let at = amazon::types::timestamp_text(NOW_MS);
    let common = [
        ("AWSAccessKeyId", ACCESS_KEY),
        ("Action", action),
        ("SellerId", SELLER),
        ("MWSAuthToken", MWS_TOKEN),
        ("SignatureMethod", "HmacSHA256"),
        ("SignatureVersion", "2"),
        ("Timestamp", at.as_str()),
        ("Version", "2013-01-01"),
    ];
    let params = common.iter().chain(own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut params: Vec<(String, String)> = params.collect();
    let signature = amazon::signature::sign_v2("POST", HOST, PATH, &params, &Secret::from(SECRET_KEY));
    params.push(("Signature".to_owned(), signature));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&params).finish();
    let request = Request::post(PATH)
        .header("Host", HOST)
        .header("User-Agent", "Tests/1.0 (Language=Rust)")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .expect("a request");
    let answer = router.clone().oneshot(request).await.expect("the router answers");
    let status = answer.status();
    let document = to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    let document = String::from_utf8(document.to_vec()).expect("UTF-8");
    assert_eq!(status, StatusCode::OK, "{document}");
    document
}
