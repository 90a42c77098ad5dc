//! Answers by the order of their elements, as recorded from Amazon: a witness that shares no code
//! with the types that write them.

use super::bench::{Bench, Reply, charge};

/// Names of the elements as they open, without those of a `Price`.
fn names(reply: &Reply) -> Vec<&str> {
    let tags = reply.body.split('<').filter(|tag| !tag.starts_with(['/', '?']) && !tag.is_empty());
    let names = tags.filter_map(|tag| tag.split(['>', ' ', '/']).next());
    names.filter(|name| !matches!(*name, "CurrencyCode" | "Amount")).collect()
}

#[tokio::test]
async fn a_captured_authorization_has_the_recorded_shape() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let own = [
        ("AmazonOrderReferenceId", id.as_str()),
        ("AuthorizationReferenceId", "one"),
        ("AuthorizationAmount.Amount", "24.21"),
        ("AuthorizationAmount.CurrencyCode", "EUR"),
        ("SellerAuthorizationNote", "thanks"),
        ("TransactionTimeout", "0"),
        ("CaptureNow", "true"),
    ];
    let reply = bench.send(bench.raw("Authorize", &own)).await;
    let namespace = r#"<AuthorizeResponse xmlns="http://mws.amazonservices.com/schema/OffAmazonPayments/2013-01-01">"#;
    assert!(reply.body.contains(namespace), "{}", reply.body);
    let inside = names(&reply);
    let from = inside.iter().position(|name| *name == "AuthorizationAmount").expect("an amount");
    let recorded = "AuthorizationAmount CapturedAmount SoftDescriptor ExpirationTimestamp IdList member AuthorizationStatus \
                    LastUpdateTimestamp State ReasonCode AuthorizationFee CaptureNow SellerAuthorizationNote CreationTimestamp \
                    AmazonAuthorizationId AuthorizationReferenceId ResponseMetadata RequestId";
    assert_eq!(inside[from..].join(" "), recorded);
    assert_eq!(inside[..3], ["AuthorizeResponse", "AuthorizeResult", "AuthorizationDetails"]);
    assert_eq!(
        (reply.text("State"), reply.text("ReasonCode")),
        ("Closed", "MaxCapturesProcessed"),
        "captured at once, the authorization is closed by its capture"
    );
}

#[tokio::test]
async fn an_open_order_reference_has_the_recorded_shape() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let reply = bench.send(bench.raw("GetOrderReferenceDetails", &[("AmazonOrderReferenceId", &id)])).await;
    let recorded = "GetOrderReferenceDetailsResponse GetOrderReferenceDetailsResult OrderReferenceDetails OrderReferenceStatus \
                    LastUpdateTimestamp State OrderLanguage Destination DestinationType PhysicalDestination StateOrRegion Phone City \
                    CountryCode PostalCode Name AddressLine1 ExpirationTimestamp IdList SellerOrderAttributes SellerOrderId OrderTotal \
                    PaymentAuthenticationStatus Buyer Name Email Phone ReleaseEnvironment AmazonOrderReferenceId CreationTimestamp \
                    BillingAddress PhysicalAddress StateOrRegion City CountryCode PostalCode Name AddressLine1 AddressType \
                    RequestPaymentAuthorization ResponseMetadata RequestId";
    let without_country = |text: &str| text.replace(" CountryCode", "");
    assert_eq!(without_country(&names(&reply).join(" ")), without_country(recorded));
}

#[tokio::test]
async fn void_answers_are_void_in_their_two_ways() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let reply = bench.send(bench.raw("CloseOrderReference", &[("AmazonOrderReferenceId", &id)])).await;
    assert_eq!(names(&reply), ["CloseOrderReferenceResponse", "ResponseMetadata", "RequestId"]);
    let id = bench.open("ok").await;
    let reply = bench.send(bench.raw("CancelOrderReference", &[("AmazonOrderReferenceId", &id)])).await;
    assert_eq!(
        names(&reply),
        ["CancelOrderReferenceResponse", "CancelOrderReferenceResult", "ResponseMetadata", "RequestId"]
    );
}

#[tokio::test]
async fn an_agreement_has_the_recorded_shape_in_each_of_its_states() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    let read = async || bench.done("GetBillingAgreementDetails", &[("AmazonBillingAgreementId", &id)]).await;
    let limits = "CreationTimestamp BillingAgreementLimits TimePeriodStartDate CurrentRemainingBalance AmountLimitPerTimePeriod \
                  TimePeriodEndDate ResponseMetadata RequestId";
    let draft = format!(
        "GetBillingAgreementDetailsResponse GetBillingAgreementDetailsResult BillingAgreementDetails AmazonBillingAgreementId \
         BillingAgreementStatus State OrderLanguage BillingAgreementConsent Destination DestinationType PhysicalDestination \
         StateOrRegion City CountryCode PostalCode BillingAgreementType SellerBillingAgreementAttributes ReleaseEnvironment {limits}"
    );
    assert_eq!(names(&read().await).join(" "), draft);
    bench.done("ConfirmBillingAgreement", &[("AmazonBillingAgreementId", &id)]).await;
    let open = draft
        .replace("BillingAgreementStatus State", "BillingAgreementStatus LastUpdatedTimestamp State")
        .replace(
            "StateOrRegion City CountryCode PostalCode",
            "StateOrRegion Phone City CountryCode PostalCode Name AddressLine1",
        )
        .replace("Attributes ReleaseEnvironment", "Attributes Buyer Name Email Phone ReleaseEnvironment");
    let seen = read().await;
    assert_eq!(names(&seen).join(" "), open);
    assert!(
        seen.body.contains("<Amount>500</Amount>") && seen.body.contains("<Amount>500.00</Amount>"),
        "{}",
        seen.body
    );
}

#[tokio::test]
async fn a_charge_has_the_recorded_shape() {
    let bench = Bench::new().await;
    let id = bench.open_agreement("ok").await;
    let reply = bench.done("AuthorizeOnBillingAgreement", &charge(&id, "one", "1.00")).await;
    let inside = names(&reply);
    assert_eq!(
        inside[..3],
        ["AuthorizeOnBillingAgreementResponse", "AuthorizeOnBillingAgreementResult", "AuthorizationDetails"]
    );
    let end = "AmazonAuthorizationId AuthorizationReferenceId AmazonOrderReferenceId ResponseMetadata RequestId";
    assert!(inside.join(" ").ends_with(end), "{inside:?}");
    assert!(reply.text("CapturedAmount").contains("<Amount>0</Amount>"), "{}", reply.body);
}

#[tokio::test]
async fn agreements_are_confirmed_and_closed_with_an_empty_result() {
    let bench = Bench::new().await;
    let id = bench.agreement("ok");
    for action in ["ConfirmBillingAgreement", "CloseBillingAgreement"] {
        let reply = bench.done(action, &[("AmazonBillingAgreementId", &id)]).await;
        let (response, result) = (format!("{action}Response"), format!("{action}Result"));
        assert_eq!(names(&reply), [response.as_str(), result.as_str(), "ResponseMetadata", "RequestId"]);
    }
}
