//! The connector and the simulator on the whole life of an agreement: two readers of one reference,
//! which must agree.

use amazon::types::{
    AgreementConstraintId, BillingAgreementReason, BillingAgreementState, BillingAgreementType, ValidationFailure,
};
use amazon::{
    AuthorizeOnBillingAgreement, ConfirmBillingAgreement, Error, ErrorCode, PaymentDomain, Price,
    SetBillingAgreementDetails,
};

use super::bench::{Bench, CLIENT, SCOPE};

fn charge(id: &str, reference: &str, amount: &str) -> AuthorizeOnBillingAgreement {
    AuthorizeOnBillingAgreement {
        billing_agreement_id: id.into(),
        authorization_reference_id: reference.into(),
        amount: Price::new(amount, "EUR"),
        capture_now: true,
        seller_order_id: Some("order-1".into()),
        ..AuthorizeOnBillingAgreement::default()
    }
}

fn confirmation(id: &str) -> ConfirmBillingAgreement {
    ConfirmBillingAgreement { billing_agreement_id: id.into(), ..ConfirmBillingAgreement::default() }
}

#[tokio::test]
async fn an_agreement_is_set_confirmed_validated_charged_found_and_closed() {
    let bench = Bench::new().await;
    let (connector, account, id) = (&bench.connector, &bench.account, bench.agreement("ok"));
    let words = SetBillingAgreementDetails {
        billing_agreement_id: id.clone(),
        seller_billing_agreement_id: Some("subscription-1".into()),
        billing_agreement_type: Some(BillingAgreementType::MerchantInitiatedTransaction),
        subscription_amount: Some(Price::new("24.21", "EUR")),
        ..SetBillingAgreementDetails::default()
    };
    let set = connector.set_billing_agreement_details(account, &words).await.expect("set");
    assert_eq!(set.billing_agreement_type, words.billing_agreement_type);
    let token = bench.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    let seen = connector.get_billing_agreement_details(account, &id, Some(&token)).await.expect("details");
    assert!(seen.buyer.is_some() && seen.billing_agreement_consent && seen.constraints.is_empty());
    connector.confirm_billing_agreement(account, &confirmation(&id)).await.expect("confirmed");
    assert!(connector.validate_billing_agreement(account, &id).await.expect("validated").is_success());
    let charged =
        connector.authorize_on_billing_agreement(account, &charge(&id, "one", "24.21")).await.expect("charged");
    assert!(charged.authorization_details.is_approved());
    let again =
        connector.authorize_on_billing_agreement_again(account, &charge(&id, "one", "24.21")).await.expect("told");
    assert_eq!(again.amazon_order_reference_id, charged.amazon_order_reference_id);
    let found = connector.list_order_reference(account, "order-1", PaymentDomain::EuEur).await.expect("listed");
    assert_eq!(Some(&found.order_references[0].amazon_order_reference_id), charged.amazon_order_reference_id.as_ref());
    let limits = connector.get_billing_agreement_details(account, &id, None).await.expect("details");
    let left = limits.billing_agreement_limits.expect("limits").current_remaining_balance.expect("a balance");
    assert!(left.is_same_as(&Price::new("475.79", "EUR")), "{left:?}");
    connector.close_billing_agreement(account, &id, Some("moved away")).await.expect("closed");
    let status =
        connector.get_billing_agreement_details(account, &id, None).await.expect("details").billing_agreement_status;
    assert_eq!(
        (status.state, status.reason_code),
        (BillingAgreementState::Closed, Some(BillingAgreementReason::SellerClosed)),
        "the seller has closed the agreement"
    );
}

#[tokio::test]
async fn what_is_refused_or_declined_is_understood() {
    let bench = Bench::new().await;
    let (connector, account) = (&bench.connector, &bench.account);
    let bare = bench.bare_agreement();
    let constraints = connector.get_billing_agreement_details(account, &bare, None).await.expect("details").constraints;
    assert_eq!(constraints[0].id, AgreementConstraintId::BuyerConsentNotSet);
    let refused = connector.confirm_billing_agreement(account, &confirmation(&bare)).await.expect_err("refused");
    assert_eq!(refused.code(), Some(&ErrorCode::BillingAgreementConstraintsExist));
    let id = bench.open_agreement("ok").await;
    let over =
        connector.authorize_on_billing_agreement(account, &charge(&id, "over", "500.01")).await.expect_err("refused");
    assert_eq!(over.code(), Some(&ErrorCode::PeriodicAmountExceeded));
    assert!(matches!(over, Error::Refused(_)), "{over}");
    let invalid = bench.open_agreement("invalid").await;
    let declined = connector.authorize_on_billing_agreement(account, &charge(&invalid, "one", "1.00")).await;
    assert!(!declined.expect("an answer").authorization_details.is_approved());
    let validated = connector.validate_billing_agreement(account, &invalid).await.expect("an answer");
    assert_eq!(validated.failure_reason_code, Some(ValidationFailure::InvalidPaymentMethod));
    let lost = bench.open_agreement("lost").await;
    let unknown = connector.authorize_on_billing_agreement(account, &charge(&lost, "lost", "1.00")).await;
    assert!(matches!(unknown.expect_err("no answer"), Error::Unknown(_)));
    let told = connector.authorize_on_billing_agreement_again(account, &charge(&lost, "lost", "1.00")).await;
    assert!(told.expect("the repeat is answered").authorization_details.is_approved());
}
