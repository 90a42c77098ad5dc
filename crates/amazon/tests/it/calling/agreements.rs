//! The calls about agreements on the wire: what they carry and what is believed of their answers.

use amazon::types::{AgreementConstraintId, BillingAgreementType};
use amazon::{AuthorizeOnBillingAgreement, ConfirmBillingAgreement, Retry, SetBillingAgreementDetails};

use super::*;
use crate::golden::{AGREEMENT_DRAFT, AGREEMENT_OPEN, CHARGE, NOT_VALIDATED};

#[tokio::test]
async fn every_operation_on_agreements_names_itself_and_reads_its_answer() {
    let id = "C02-5555555-6666666";
    let server = Server::playing([
        Act::xml(200, AGREEMENT_DRAFT),
        Act::xml(200, AGREEMENT_OPEN),
        Act::xml(200, CANCEL.replace("CancelOrderReference", "ConfirmBillingAgreement")),
        Act::xml(200, NOT_VALIDATED),
        Act::xml(200, CANCEL.replace("CancelOrderReference", "CloseBillingAgreement")),
    ])
    .await;
    let (connector, account) = (server.connector(Retry::never()), account());
    let set = SetBillingAgreementDetails {
        billing_agreement_id: id.into(),
        seller_billing_agreement_id: Some("order-77".into()),
        billing_agreement_type: Some(BillingAgreementType::MerchantInitiatedTransaction),
        subscription_amount: Some(Price::new("9.90", "EUR")),
        ..SetBillingAgreementDetails::default()
    };
    let confirm = ConfirmBillingAgreement {
        billing_agreement_id: id.into(),
        success_url: Some("https://shop.example/yes".into()),
        failure_url: Some("https://shop.example/no".into()),
    };
    let draft = connector.set_billing_agreement_details(&account, &set).await.expect("set");
    assert_eq!(draft.constraints[0].id, AgreementConstraintId::BuyerConsentNotSet);
    let open = connector.get_billing_agreement_details(&account, id, Some("Atza|tok+en")).await.expect("read");
    assert!(open.is_chargeable() && open.billing_agreement_consent);
    connector.confirm_billing_agreement(&account, &confirm).await.expect("confirmed");
    assert!(!connector.validate_billing_agreement(&account, id).await.expect("a verdict").is_success());
    connector.close_billing_agreement(&account, id, Some("why")).await.expect("closed");
    let expectations = [
        (0, "Action", "SetBillingAgreementDetails"),
        (0, "BillingAgreementAttributes.SellerBillingAgreementAttributes.SellerBillingAgreementId", "order-77"),
        (0, "BillingAgreementAttributes.BillingAgreementType", "MerchantInitiatedTransaction"),
        (0, "BillingAgreementAttributes.SubscriptionAmount.Amount", "9.90"),
        (0, "BillingAgreementAttributes.SubscriptionAmount.CurrencyCode", "EUR"),
        (1, "Action", "GetBillingAgreementDetails"),
        (1, "AccessToken", "Atza|tok+en"),
        (2, "Action", "ConfirmBillingAgreement"),
        (2, "SuccessUrl", "https://shop.example/yes"),
        (2, "FailureUrl", "https://shop.example/no"),
        (3, "Action", "ValidateBillingAgreement"),
        (4, "Action", "CloseBillingAgreement"),
        (4, "ClosureReason", "why"),
    ];
    assert_sent(&server, &expectations);
    assert!(server.requests().iter().all(|request| value(request, "AmazonBillingAgreementId").as_deref() == Some(id)));
}

#[tokio::test]
async fn a_charge_carries_the_order_that_is_to_be_made() {
    let server = Server::playing([Act::xml(200, CHARGE)]).await;
    let charge = AuthorizeOnBillingAgreement {
        billing_agreement_id: "C02-5555555-6666666".into(),
        authorization_reference_id: "march-77".into(),
        amount: Price::new("9.9", "EUR"),
        note: Some("March".into()),
        seller_order_id: Some("PO 78".into()),
        store_name: Some("Bottega di prova".into()),
        inherit_shipping_address: Some(false),
        ..AuthorizeOnBillingAgreement::default()
    };
    let connector = server.connector(Retry::never());
    let charged = connector.authorize_on_billing_agreement(&account(), &charge).await.expect("an answer");
    assert!(charged.authorization_details.is_approved());
    let expectations = [
        (0, "Action", "AuthorizeOnBillingAgreement"),
        (0, "AmazonBillingAgreementId", "C02-5555555-6666666"),
        (0, "AuthorizationReferenceId", "march-77"),
        (0, "AuthorizationAmount.Amount", "9.9"),
        (0, "AuthorizationAmount.CurrencyCode", "EUR"),
        (0, "CaptureNow", "false"),
        (0, "TransactionTimeout", "0"),
        (0, "SellerAuthorizationNote", "March"),
        (0, "SellerOrderAttributes.SellerOrderId", "PO 78"),
        (0, "SellerOrderAttributes.StoreName", "Bottega di prova"),
        (0, "InheritShippingAddress", "false"),
    ];
    assert_sent(&server, &expectations);
}
