//! Every call to the letter, as it goes over the wire, and signed as another program signs it.

use std::collections::BTreeMap;

use amazon::calls::PaymentDomain;
use amazon::types::BillingAgreementType;
use amazon::{
    Account, AuthorizeOnBillingAgreement, Capture, Confirm, ConfirmBillingAgreement, Connector, Price, Refund, Retry,
    Secret, SetBillingAgreementDetails, SetOrderReferenceDetails, signature,
};

use crate::server::{Act, Server, account, authorize};

const GOLDEN: &str = include_str!("../golden/requests.txt");
const HOST: &str = "mws-eu.amazonservices.com";
const PATH: &str = "/OffAmazonPayments_Sandbox/2013-01-01";
const ORDER: &str = "S02-1111111-2222222";
const AUTHORIZATION: &str = "S02-1111111-2222222-A333333";
const CAPTURE: &str = "S02-1111111-2222222-C333333";
const REFUND: &str = "S02-1111111-2222222-R555555";
const AGREEMENT: &str = "C02-5555555-6666666";

/// The parameters of each call, and its signature apart.
fn golden() -> Vec<(BTreeMap<String, String>, String)> {
    let blocks = GOLDEN.split("\n\n").filter(|block| !block.starts_with('#'));
    let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut all: Vec<(BTreeMap<String, String>, String)> = Vec::new();
    for block in blocks {
        let mut params: BTreeMap<String, String> = block.lines().map(|line| pair(line).expect("a parameter")).collect();
        let signature = params.remove("Signature").expect("a signature");
        all.push((params, signature));
    }
    all
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn euro(amount: &str) -> Price {
    Price::new(amount, "EUR")
}

/// Makes every call once, in the order of the golden document. No answer comes.
async fn make_every_call(connector: &Connector, account: &Account) {
    drop(connector.set_order_reference_details(account, &named_order()).await);
    drop(connector.confirm_order_reference(account, &confirmation()).await);
    drop(connector.get_order_reference_details(account, ORDER, Some("Atza|tok+en==")).await);
    drop(connector.authorize(account, &authorize()).await);
    drop(connector.get_authorization_details(account, AUTHORIZATION).await);
    drop(connector.close_authorization(account, AUTHORIZATION, Some("sold out: 100%")).await);
    drop(connector.capture(account, &capture()).await);
    drop(connector.get_capture_details(account, CAPTURE).await);
    drop(connector.refund(account, &refund()).await);
    drop(connector.get_refund_details(account, REFUND).await);
    drop(connector.cancel_order_reference(account, ORDER, Some("gave up")).await);
    drop(connector.close_order_reference(account, ORDER, Some("paid")).await);
    drop(connector.list_order_reference(account, "PO 77/è", PaymentDomain::EuEur).await);
    drop(connector.set_billing_agreement_details(account, &named_agreement()).await);
    drop(connector.get_billing_agreement_details(account, AGREEMENT, None).await);
    drop(connector.confirm_billing_agreement(account, &confirmed_agreement()).await);
    drop(connector.validate_billing_agreement(account, AGREEMENT).await);
    drop(connector.authorize_on_billing_agreement(account, &charge()).await);
    drop(connector.close_billing_agreement(account, AGREEMENT, Some("ended")).await);
}

fn named_order() -> SetOrderReferenceDetails {
    SetOrderReferenceDetails {
        order_reference_id: ORDER.into(),
        amount: euro("24.21"),
        seller_order_id: some("order-77"),
        store_name: some("Bottega d'Èze & figli"),
        custom_information: some("a*b+c (d)~e/f"),
        ..SetOrderReferenceDetails::default()
    }
}

fn confirmation() -> Confirm {
    let back = some("https://pay.example/result?a=1&p=2");
    Confirm {
        order_reference_id: ORDER.into(),
        success_url: back.clone(),
        failure_url: back,
        amount: Some(euro("24.21")),
        ..Confirm::default()
    }
}

fn capture() -> Capture {
    Capture {
        authorization_id: AUTHORIZATION.into(),
        capture_reference_id: "visit-c1".into(),
        amount: euro("20.00"),
        note: some("la metà"),
        soft_descriptor: some("Bottega"),
    }
}

fn refund() -> Refund {
    Refund {
        capture_id: CAPTURE.into(),
        refund_reference_id: "visit-r10".into(),
        amount: euro("0.01"),
        note: some("sorry, \"really\""),
        soft_descriptor: some("Bottega"),
    }
}

fn named_agreement() -> SetBillingAgreementDetails {
    SetBillingAgreementDetails {
        billing_agreement_id: AGREEMENT.into(),
        seller_billing_agreement_id: some("order-77"),
        store_name: some("Bottega"),
        custom_information: some("visit"),
        billing_agreement_type: Some(BillingAgreementType::MerchantInitiatedTransaction),
        subscription_amount: Some(euro("9.90")),
        ..SetBillingAgreementDetails::default()
    }
}

fn confirmed_agreement() -> ConfirmBillingAgreement {
    ConfirmBillingAgreement {
        billing_agreement_id: AGREEMENT.into(),
        success_url: some("https://pay.example/yes"),
        failure_url: some("https://pay.example/no"),
    }
}

fn charge() -> AuthorizeOnBillingAgreement {
    AuthorizeOnBillingAgreement {
        billing_agreement_id: AGREEMENT.into(),
        authorization_reference_id: "march-77".into(),
        amount: euro("9.90"),
        timeout_minutes: 60,
        seller_order_id: some("march-77"),
        store_name: some("Bottega"),
        custom_information: some("visit"),
        inherit_shipping_address: Some(false),
        ..AuthorizeOnBillingAgreement::default()
    }
}

#[tokio::test]
async fn every_call_goes_over_the_wire_to_the_letter() {
    let server = Server::playing([Act::CloseAfterReading]).await;
    make_every_call(&server.connector(Retry::never()), &account()).await;
    let (sent, golden) = (server.requests(), golden());
    assert_eq!(sent.len(), golden.len());
    for (request, (meant, _)) in sent.iter().zip(golden) {
        let mut params: BTreeMap<String, String> = request.params().into_iter().collect();
        assert_eq!(params.len(), request.params().len(), "nothing is said twice");
        assert!(params.remove("Signature").is_some());
        assert_eq!(params, meant);
    }
}

#[test]
fn every_call_is_signed_as_another_program_signs_it() {
    for (params, signed) in golden() {
        let action = params["Action"].clone();
        let params: Vec<(String, String)> = params.into_iter().rev().collect();
        let signature = signature::sign_v2("POST", HOST, PATH, &params, &Secret::from("exampleSecretKey"));
        assert_eq!(signature, signed, "{action}");
    }
}
