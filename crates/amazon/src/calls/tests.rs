//! Limits of parameters are kept, and refusals read as Amazon's do.

use super::parameter::BadParameter;
use super::*;

fn params(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

const AUTHORIZE: [(&str, &str); 4] = [
    ("AmazonOrderReferenceId", "S02-1111111-2222222"),
    ("AuthorizationReferenceId", "order-77"),
    ("AuthorizationAmount.Amount", "24.21"),
    ("AuthorizationAmount.CurrencyCode", "EUR"),
];

fn authorize_with(name: &str, value: &str) -> Result<Authorize, BadParameter> {
    let mut given = params(&AUTHORIZE);
    given.retain(|(given, _)| given != name);
    given.push((name.to_owned(), value.to_owned()));
    Authorize::from_params(&given)
}

#[test]
fn an_authorize_without_its_options_waits_long_and_does_not_capture() {
    let request = Authorize::from_params(&params(&AUTHORIZE)).expect("complete");
    assert_eq!((request.timeout_minutes, request.capture_now, request.note), (1440, false, None));
}

#[test]
fn what_every_call_carries_is_passed_over() {
    let mut given = params(&AUTHORIZE);
    given.extend(params(&[("Action", "Authorize"), ("SellerId", "A1"), ("Signature", "x"), ("Novelty", "1")]));
    assert!(Authorize::from_params(&given).is_ok());
}

#[test]
fn a_missing_parameter_is_named_as_amazon_names_it() {
    for (left_out, named) in [
        ("AmazonOrderReferenceId", "amazonOrderReferenceId"),
        ("AuthorizationReferenceId", "authorizationReferenceId"),
        ("AuthorizationAmount.Amount", "authorizationAmount.amount"),
        ("AuthorizationAmount.CurrencyCode", "authorizationAmount.currencyCode"),
    ] {
        let error = authorize_with(left_out, "").expect_err("missing");
        assert_eq!(
            error.to_string(),
            format!(
                "1 validation error detected: Value null at '{named}' failed to satisfy constraint: \
                Member must not be null"
            )
        );
    }
    let given = params(&[("AmazonOrderReferenceId", "S02-1111111-2222222")]);
    let error = SetOrderReferenceDetails::from_params(&given).expect_err("missing").to_string();
    assert!(error.contains("'orderReferenceAttributes'"), "{error}");
}

#[test]
fn a_parameter_given_twice_is_refused() {
    let mut given = params(&AUTHORIZE);
    given.push(("AuthorizationAmount.Amount".into(), "1.00".into()));
    assert!(matches!(Authorize::from_params(&given), Err(BadParameter::Repeated(_))));
}

#[test]
fn limits_are_those_of_the_reference() {
    for (name, fits, does_not) in [
        ("AuthorizationReferenceId", "x".repeat(32), "x".repeat(33)),
        ("SellerAuthorizationNote", "é".repeat(255), "é".repeat(256)),
        ("SoftDescriptor", "x".repeat(16), "x".repeat(17)),
        ("TransactionTimeout", "1440".into(), "1445".into()),
        ("TransactionTimeout", "5".into(), "6".into()),
        ("TransactionTimeout", "0".into(), "-5".into()),
        ("AuthorizationAmount.Amount", "150000.00".into(), "150000.01".into()),
        ("AuthorizationAmount.Amount", "0.01".into(), "0".into()),
        ("AuthorizationAmount.Amount", "1".into(), "1,00".into()),
        ("AuthorizationAmount.CurrencyCode", "GBP".into(), "gb".into()),
        ("CaptureNow", "true".into(), "yes".into()),
        ("AuthorizationReferenceId", "A-b_9".into(), "a.b".into()),
    ] {
        assert!(authorize_with(name, &fits).is_ok(), "{name}={fits}");
        assert!(matches!(authorize_with(name, &does_not), Err(BadParameter::Invalid { .. })), "{name}={does_not}");
    }
}

#[test]
fn reasons_have_their_own_lengths() {
    let closing = |length| CloseAuthorization { authorization_id: "S02-1".into(), reason: Some("x".repeat(length)) };
    assert!(closing(255).check().is_ok() && closing(256).check().is_err());
    let cancelling =
        |length| CancelOrderReference { order_reference_id: "S02-1".into(), reason: Some("x".repeat(length)) };
    assert!(cancelling(1024).check().is_ok() && cancelling(1025).check().is_err());
    let over = |length| CloseOrderReference { order_reference_id: "S02-1".into(), reason: Some("x".repeat(length)) };
    assert!(over(1024).check().is_ok() && over(1025).check().is_err());
}

#[test]
fn a_confirmation_with_half_an_amount_is_refused() {
    let mut given = params(&[("AmazonOrderReferenceId", "S02-1"), ("AuthorizationAmount.Amount", "1.00")]);
    assert!(matches!(Confirm::from_params(&given), Err(BadParameter::Missing(_))));
    given.pop();
    assert_eq!(Confirm::from_params(&given).map(|confirm| confirm.amount), Ok(None));
}

#[test]
fn the_buyers_token_has_two_names_and_only_one_may_be_used() {
    let read = |pairs: &[(&str, &str)]| {
        let mut given = params(&[("AmazonOrderReferenceId", "S02-1")]);
        given.extend(params(pairs));
        GetOrderReferenceDetails::from_params(&given)
    };
    for name in ["AccessToken", "AddressConsentToken"] {
        let token = read(&[(name, "Atza|x")]).expect("one").access_token.expect("there");
        assert_eq!(token.expose(), "Atza|x");
    }
    let both = read(&[("AccessToken", "Atza|x"), ("AddressConsentToken", "Atza|x")]);
    assert_eq!(both.err(), Some(BadParameter::BothTokens));
}
