//! Published vectors of signature version 2, from reference §3.3 and its table of vectors.

use super::*;

const DELEGATED: [(&str, &str); 2] = [("SellerId", "OVERRIDE_SELLER_ID"), ("MWSAuthToken", "TEST_MWS_AUTH_TOKEN")];
const DIRECT: [(&str, &str); 1] = [("SellerId", "TEST_MERCHANT_ID")];

fn signed(action: &str, more: &[&[(&str, &str)]]) -> (String, String) {
    let every_call = [
        ("AWSAccessKeyId", "TEST_ACCESS_KEY"),
        ("Action", action),
        ("AmazonOrderReferenceId", "AMAZON_ORDER_REFERENCE_ID"),
        ("SignatureMethod", "HmacSHA256"),
        ("SignatureVersion", "2"),
        ("Timestamp", "2015-12-31T23:59:58Z"),
        ("Version", "2013-01-01"),
    ];
    let params: Vec<(String, String)> =
        every_call.iter().chain(more.concat().iter()).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let (host, path) = ("MWS.amazonservices.com", "/OffAmazonPayments_Sandbox/2013-01-01");
    let secret = Secret::from("TEST_SECRET_KEY");
    (string_to_sign("POST", host, path, &params), sign_v2("POST", host, path, &params, &secret))
}

#[test]
fn a_read_for_oneself_is_signed_as_published() {
    let (text, signature) = signed("GetOrderReferenceDetails", &[&DIRECT]);
    let expected = "POST\nmws.amazonservices.com\n/OffAmazonPayments_Sandbox/2013-01-01\n\
        AWSAccessKeyId=TEST_ACCESS_KEY&Action=GetOrderReferenceDetails&\
        AmazonOrderReferenceId=AMAZON_ORDER_REFERENCE_ID&SellerId=TEST_MERCHANT_ID&SignatureMethod=HmacSHA256&\
        SignatureVersion=2&Timestamp=2015-12-31T23%3A59%3A58Z&Version=2013-01-01";
    assert_eq!(text, expected);
    assert_eq!(signature, "cpkDC72d5lMIbo5ET2dvERTw4F2cGQJL3eQPzUe2pAE=");
}

#[test]
fn delegated_calls_are_signed_as_published() {
    let read = signed("GetOrderReferenceDetails", &[&DELEGATED]).1;
    assert_eq!(read, "MelQJXDdQJ85Z7aB85s7eYWm5TdGv6xYAQt/joOhXCo=");
    let confirm = signed("ConfirmOrderReference", &[&DELEGATED]).1;
    assert_eq!(confirm, "mbJBrZKC4Jz8J+rhRqyfYsY6TkSapWOvCTlC+UDUTok=");
}

#[test]
fn amounts_and_addresses_are_signed_as_published() {
    let total = [
        ("OrderReferenceAttributes.OrderTotal.Amount", "2"),
        ("OrderReferenceAttributes.OrderTotal.CurrencyCode", "USD"),
    ];
    let set = signed("SetOrderReferenceDetails", &[&DIRECT, &total]).1;
    assert_eq!(set, "i51MSGv9O2G2LHIlhCXLigA3ZKaZRoc7Mb5A1VX2QTA=");
    let euro = [
        ("AuthorizationAmount.Amount", "0.01"),
        ("AuthorizationAmount.CurrencyCode", "EUR"),
        ("FailureUrl", "https://pay.amazon.com/failure.html"),
        ("SuccessUrl", "https://pay.amazon.com/success.html"),
    ];
    let confirm = signed("ConfirmOrderReference", &[&DELEGATED, &euro]).1;
    assert_eq!(confirm, "KeZbecFqPMxhR4g35iFWsdLmq1rAgwdn4B2WTIFMTHg=");
    let dollar = [
        ("AuthorizationAmount.Amount", "0.01"),
        ("AuthorizationAmount.CurrencyCode", "USD"),
        ("SuccessUrl", "https://pay.amazon.com/success.html"),
    ];
    let confirm = signed("ConfirmOrderReference", &[&DELEGATED, &dollar]).1;
    assert_eq!(confirm, "vGiWtNsdtNKx3QGB+cNNq8tLisqwOeg2a5aIy3p6exw=");
}

#[test]
fn the_raw_mac_is_as_published() {
    assert_eq!(sign("my_test_string", &Secret::from("mws_secret_key")), "JQZYxe8EFlLE3XCAWotsn329rpZF7OFYhA8oo7rUV2E=");
}

#[test]
fn only_unreserved_characters_stay() {
    assert_eq!(encode("aZ09-_.~ *+/%à|"), "aZ09-_.~%20%2A%2B%2F%25%C3%A0%7C");
}

#[test]
fn order_of_parameters_and_a_signature_among_them_do_not_matter() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let one = [pair("b", "2"), pair("B", "1"), pair("a.10", "x"), pair("a.2", "y")];
    let other = [pair("a.2", "y"), pair("Signature", "old"), pair("B", "1"), pair("a.10", "x"), pair("b", "2")];
    let text = string_to_sign("POST", "h", "", &one);
    assert_eq!(text, "POST\nh\n/\nB=1&a.10=x&a.2=y&b=2");
    assert_eq!(string_to_sign("POST", "h", "", &other), text);
}
