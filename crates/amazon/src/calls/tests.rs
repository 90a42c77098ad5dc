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
    changed(&AUTHORIZE, name, value)
}

/// Reads parameters of which one is set to another value.
fn changed<C: Call>(all: &[(&str, &str)], name: &str, value: &str) -> Result<C, BadParameter> {
    let mut given = params(all);
    given.retain(|(given, _)| given != name);
    given.push((name.to_owned(), value.to_owned()));
    C::from_params(&given)
}

/// What fits the limit of each parameter is taken, what does not is refused.
fn assert_limits<C: Call>(all: &[(&str, &str)], limits: &[(&str, String, String)]) {
    for (name, fits, does_not) in limits {
        assert!(changed::<C>(all, name, fits).is_ok(), "{name}={fits}");
        assert!(matches!(changed::<C>(all, name, does_not), Err(BadParameter::Invalid { .. })), "{name}={does_not}");
    }
}

#[test]
fn an_authorize_without_its_options_waits_long_and_does_not_capture() {
    let request = Authorize::from_params(&params(&AUTHORIZE)).expect("complete");
    assert_eq!(
        (request.timeout_minutes, request.capture_now, request.note),
        (1440, false, None),
        "left out, Amazon decides within a day, nothing is captured and no note is kept"
    );
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
    let limits = [
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
    ];
    assert_limits::<Authorize>(&AUTHORIZE, &limits);
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
    let ending =
        |length| CloseBillingAgreement { billing_agreement_id: "C02-1".into(), reason: Some("x".repeat(length)) };
    assert!(ending(1024).check().is_ok() && ending(1025).check().is_err());
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

#[test]
fn captures_and_refunds_have_the_limits_of_authorizations() {
    let capture = [
        ("AmazonAuthorizationId", "S02-1111111-2222222-A333333"),
        ("CaptureReferenceId", "settle-1"),
        ("CaptureAmount.Amount", "24.21"),
        ("CaptureAmount.CurrencyCode", "EUR"),
    ];
    let refund = [
        ("AmazonCaptureId", "S02-1111111-2222222-C333333"),
        ("RefundReferenceId", "refund-1"),
        ("RefundAmount.Amount", "24.21"),
        ("RefundAmount.CurrencyCode", "EUR"),
    ];
    let limits = |kind: &'static str, names: [&'static str; 3]| {
        [
            (names[0], "x".repeat(32), "x".repeat(33)),
            (names[0], "A-b_9".into(), "a.b".into()),
            (names[1], "150000".into(), "150000.01".into()),
            (names[1], "0.01".into(), "0.001".into()),
            (names[2], "é".repeat(255), "é".repeat(256)),
            (kind, "S".repeat(64), "S".repeat(65)),
            ("SoftDescriptor", "x".repeat(16), "x".repeat(17)),
        ]
    };
    let of_capture =
        limits("AmazonAuthorizationId", ["CaptureReferenceId", "CaptureAmount.Amount", "SellerCaptureNote"]);
    assert_limits::<Capture>(&capture, &of_capture);
    let of_refund = limits("AmazonCaptureId", ["RefundReferenceId", "RefundAmount.Amount", "SellerRefundNote"]);
    assert_limits::<Refund>(&refund, &of_refund);
    for (name, _) in capture {
        assert!(matches!(changed::<Capture>(&capture, name, ""), Err(BadParameter::Missing(_))), "{name}");
    }
    for (name, _) in refund {
        assert!(matches!(changed::<Refund>(&refund, name, ""), Err(BadParameter::Missing(_))), "{name}");
    }
}

#[test]
fn a_charge_has_the_limits_of_an_authorization_and_of_an_order() {
    let charge = [
        ("AmazonBillingAgreementId", "C02-5555555-6666666"),
        ("AuthorizationReferenceId", "march-77"),
        ("AuthorizationAmount.Amount", "9.90"),
        ("AuthorizationAmount.CurrencyCode", "EUR"),
    ];
    let limits = [
        ("AuthorizationReferenceId", "x".repeat(32), "x".repeat(33)),
        ("TransactionTimeout", "1440".into(), "1445".into()),
        ("SellerAuthorizationNote", "x".repeat(255), "x".repeat(256)),
        ("SoftDescriptor", "x".repeat(16), "x".repeat(17)),
        ("SellerNote", "x".repeat(1024), "x".repeat(1025)),
        ("SellerOrderAttributes.SellerOrderId", "x".repeat(127), "x".repeat(128)),
        ("SellerOrderAttributes.StoreName", "x".repeat(1024), "x".repeat(1025)),
        ("InheritShippingAddress", "false".into(), "no".into()),
    ];
    assert_limits::<AuthorizeOnBillingAgreement>(&charge, &limits);
    let request = AuthorizeOnBillingAgreement::from_params(&params(&charge)).expect("complete");
    assert_eq!(
        (request.timeout_minutes, request.capture_now, request.inherit_shipping_address),
        (1440, false, None),
        "left out, Amazon decides within a day, nothing is captured, and the address is the agreement's"
    );
}

#[test]
fn an_agreement_is_set_to_something_and_to_known_words() {
    let kind = "BillingAgreementAttributes.BillingAgreementType";
    let all = [("AmazonBillingAgreementId", "C02-5555555-6666666"), (kind, "CustomerInitiatedTransaction")];
    let error = SetBillingAgreementDetails::from_params(&params(&all[..1])).expect_err("nothing is set").to_string();
    assert!(error.contains("'billingAgreementAttributes'"), "{error}");
    let limits = [
        (kind, "MerchantInitiatedTransaction".into(), "NobodyInitiatedTransaction".into()),
        ("BillingAgreementAttributes.SellerNote", "x".repeat(1024), "x".repeat(1025)),
    ];
    assert_limits::<SetBillingAgreementDetails>(&all, &limits);
    let half = changed::<SetBillingAgreementDetails>(&all, "BillingAgreementAttributes.SubscriptionAmount.Amount", "9");
    assert!(matches!(half, Err(BadParameter::Missing(_))));
}

#[test]
fn a_list_asks_for_a_merchants_number_in_a_known_ledger() {
    let all = [("QueryId", "PO 77"), ("QueryIdType", "SellerOrderId"), ("PaymentDomain", "EU_EUR")];
    let limits = [
        ("QueryId", "x".repeat(127), "x".repeat(128)),
        ("QueryIdType", "SellerOrderId".into(), "AmazonOrderReferenceId".into()),
        ("PaymentDomain", "FE_JPY".into(), "EU_CHF".into()),
    ];
    assert_limits::<ListOrderReference>(&all, &limits);
    let domains = ["EUR", "GBP", "USD", "JPY"].map(PaymentDomain::of_currency);
    assert_eq!(domains, PaymentDomain::ALL.map(Some));
    for none in ["CHF", "eur", "", "EU_EUR", "UR"] {
        assert_eq!(PaymentDomain::of_currency(none), None, "{none}");
    }
}
