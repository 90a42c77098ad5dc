//! The calls about captures, refunds and lists on the wire: what they carry and what is believed of their answers.

use amazon::{Capture, Error, PaymentDomain, Refund, Retry};

use super::*;
use crate::golden::{AGREEMENT_OPEN, CAPTURE_CLOSED, CAPTURE_DECLINED, LIST_MORE, REFUND, REFUND_DECLINED};

#[tokio::test]
async fn captures_name_themselves_and_read_their_answers() {
    let server = Server::playing([Act::xml(200, CAPTURE_DECLINED), Act::xml(200, CAPTURE_CLOSED)]).await;
    let (connector, account) = (server.connector(Retry::never()), account());
    let capture = Capture {
        authorization_id: "S02-1111111-2222222-A333333".into(),
        capture_reference_id: "settle-1".into(),
        amount: Price::new("24.210", "EUR"),
        note: Some("a note".into()),
        soft_descriptor: Some("Bottega".into()),
    };
    let answer = connector.capture(&account, &capture).await.expect("an answer");
    assert!(answer.is_declined());
    let read = connector.get_capture_details(&account, &answer.amazon_capture_id).await.expect("read");
    assert!(read.is_taken());
    let expectations = [
        (0, "Action", "Capture"),
        (0, "AmazonAuthorizationId", "S02-1111111-2222222-A333333"),
        (0, "CaptureReferenceId", "settle-1"),
        (0, "CaptureAmount.Amount", "24.210"),
        (0, "CaptureAmount.CurrencyCode", "EUR"),
        (0, "SellerCaptureNote", "a note"),
        (0, "SoftDescriptor", "Bottega"),
        (1, "Action", "GetCaptureDetails"),
        (1, "AmazonCaptureId", "S02-1111111-2222222-C333333"),
    ];
    assert_sent(&server, &expectations);
}

#[tokio::test]
async fn refunds_name_themselves_and_read_their_answers() {
    let server = Server::playing([Act::xml(200, REFUND), Act::xml(200, REFUND_DECLINED)]).await;
    let (connector, account) = (server.connector(Retry::never()), account());
    let refund = Refund {
        capture_id: "S02-1111111-2222222-C333333".into(),
        refund_reference_id: "refund-1".into(),
        amount: Price::new("24.21", "EUR"),
        note: Some("sorry".into()),
        soft_descriptor: Some("Bottega".into()),
    };
    let answer = connector.refund(&account, &refund).await.expect("an answer");
    assert!(answer.is_pending());
    let read = connector.get_refund_details(&account, &answer.amazon_refund_id).await.expect("read");
    assert!(read.is_declined());
    let expectations = [
        (0, "Action", "Refund"),
        (0, "AmazonCaptureId", "S02-1111111-2222222-C333333"),
        (0, "RefundReferenceId", "refund-1"),
        (0, "RefundAmount.Amount", "24.21"),
        (0, "RefundAmount.CurrencyCode", "EUR"),
        (0, "SellerRefundNote", "sorry"),
        (0, "SoftDescriptor", "Bottega"),
        (1, "Action", "GetRefundDetails"),
        (1, "AmazonRefundId", "S02-1111111-2222222-R555555"),
    ];
    assert_sent(&server, &expectations);
}

#[tokio::test]
async fn a_number_is_asked_for_although_it_begins_like_an_id_of_the_other_environment() {
    let server = Server::playing([Act::xml(200, LIST_MORE)]).await;
    let connector = server.connector(Retry::never());
    let page = connector.list_order_reference(&account(), "PO 77", PaymentDomain::EuEur).await.expect("a page");
    assert_eq!(page.order_references.len(), 2);
    assert!(page.has_more());
    let expectations = [
        (0, "Action", "ListOrderReference"),
        (0, "QueryId", "PO 77"),
        (0, "QueryIdType", "SellerOrderId"),
        (0, "PaymentDomain", "EU_EUR"),
    ];
    assert_sent(&server, &expectations);
}

#[tokio::test]
async fn an_answer_about_another_object_is_not_believed() {
    let id = "S02-1111111-2222222-C999999";
    let server = Server::playing([
        Act::xml(200, CAPTURE_CLOSED),
        Act::xml(200, REFUND_DECLINED),
        Act::xml(200, AGREEMENT_OPEN),
        Act::xml(200, LIST_MORE),
        Act::xml(200, LIST_MORE.replacen("<SellerOrderId>PO 77</SellerOrderId>", "", 1)),
    ])
    .await;
    let (connector, account) = (server.connector(Retry::never()), account());
    let about = |error: Error, name: &str| {
        assert!(matches!(&error, Error::Unknown(failure) if failure.message.contains(name)), "{error}");
    };
    about(connector.get_capture_details(&account, id).await.expect_err("another"), "AmazonCaptureId");
    about(connector.get_refund_details(&account, id).await.expect_err("another"), "AmazonRefundId");
    let read = connector.get_billing_agreement_details(&account, "C02-5555555-7777777", None).await;
    about(read.expect_err("another"), "AmazonBillingAgreementId");
    for number in ["PO 78", "PO 77"] {
        let listed = connector.list_order_reference(&account, number, PaymentDomain::EuEur).await;
        about(listed.expect_err("another"), "SellerOrderId");
    }
}
