//! Captures and refunds: taken, refused, given back.

use amazon::types::{CaptureReason, CaptureState, RefundReason, RefundState};
use amazon::{CaptureDetails, RefundDetails};

use super::*;

fn capture() -> CaptureDetails {
    CaptureDetails {
        converted_amount: Some(euro("0.88")),
        capture_reference_id: "order-77".into(),
        capture_fee: Some(euro("0.00")),
        amazon_capture_id: "S02-1111111-2222222-C333333".into(),
        creation_timestamp: some(NOON),
        soft_descriptor: some("AMZ*Bottega"),
        id_list: vec!["S02-1111111-2222222-R555555".into()],
        conversion_rate: some("1.1297854087"),
        capture_status: Status { last_update_timestamp: some(NOON), ..Status::new(CaptureState::Completed) },
        seller_capture_note: None,
        refunded_amount: Some(Price::new("0.10", "CHF")),
        capture_amount: Price::new("0.99", "CHF"),
    }
}

fn refund() -> RefundDetails {
    RefundDetails {
        refund_reference_id: "refund-1".into(),
        refund_type: some("SellerInitiated"),
        seller_refund_note: some("sorry"),
        creation_timestamp: some(NOON),
        soft_descriptor: some("AMZ*Bottega"),
        refund_status: Status { last_update_timestamp: some(NOON), ..Status::new(RefundState::Pending) },
        fee_refunded: Some(euro("0.00")),
        refund_amount: euro("24.21"),
        amazon_refund_id: "S02-1111111-2222222-R555555".into(),
        converted_amount: None,
        conversion_rate: None,
    }
}

fn capture_declined() -> CaptureDetails {
    CaptureDetails {
        converted_amount: None,
        capture_reference_id: "settle-1".into(),
        soft_descriptor: None,
        id_list: Vec::new(),
        conversion_rate: None,
        capture_status: Status {
            state: CaptureState::Declined,
            reason_code: Some(CaptureReason::ProcessingFailure),
            ..capture().capture_status
        },
        seller_capture_note: some("a note"),
        refunded_amount: None,
        capture_amount: euro("24.21"),
        ..capture()
    }
}

fn capture_closed() -> CaptureDetails {
    CaptureDetails {
        capture_fee: None,
        creation_timestamp: None,
        id_list: vec!["S02-1111111-2222222-R555555".into(), "S02-1111111-2222222-R666666".into()],
        capture_status: Status {
            reason_code: Some(CaptureReason::MaxAmountRefunded),
            ..Status::new(CaptureState::Closed)
        },
        seller_capture_note: None,
        refunded_amount: Some(euro("27.84")),
        ..capture_declined()
    }
}

fn refund_declined() -> RefundDetails {
    RefundDetails {
        refund_type: None,
        seller_refund_note: None,
        creation_timestamp: None,
        soft_descriptor: None,
        refund_status: Status {
            state: RefundState::Declined,
            reason_code: Some(RefundReason::ProcessingFailure),
            ..refund().refund_status
        },
        fee_refunded: None,
        refund_amount: Price::new("10.00", "CHF"),
        converted_amount: Some(euro("8.85")),
        conversion_rate: some("1.1297854087"),
        ..refund()
    }
}

#[test]
fn captures_are_read_as_meant_and_written_to_the_letter() {
    for (golden, action, meant) in [
        (CAPTURE, "Capture", capture()),
        (CAPTURE_DECLINED, "Capture", capture_declined()),
        (CAPTURE_CLOSED, "GetCaptureDetails", capture_closed()),
    ] {
        let answer = parsed(golden);
        let element = answer.result(action).expect("this operation").expect("a result").child("CaptureDetails");
        assert_eq!(CaptureDetails::read(element.expect("there")), Ok(meant.clone()));
        let result = written(|writer| meant.write(writer));
        assert_eq!(write_result(action, &result, REQUEST_ID), squeezed(golden));
    }
}

#[test]
fn refunds_are_read_as_meant_and_written_to_the_letter() {
    for (golden, action, meant) in
        [(REFUND, "Refund", refund()), (REFUND_DECLINED, "GetRefundDetails", refund_declined())]
    {
        let answer = parsed(golden);
        let element = answer.result(action).expect("this operation").expect("a result").child("RefundDetails");
        assert_eq!(RefundDetails::read(element.expect("there")), Ok(meant.clone()));
        let result = written(|writer| meant.write(writer));
        assert_eq!(write_result(action, &result, REQUEST_ID), squeezed(golden));
    }
}

#[test]
fn every_state_of_a_capture_means_one_thing_and_a_new_one_nothing() {
    let meaning = |state: &str| {
        let capture = CaptureDetails { capture_status: Status::new(CaptureState::from(state)), ..capture() };
        (capture.is_taken(), capture.is_pending(), capture.is_declined(), capture.is_refundable())
    };
    assert_eq!(meaning("Completed"), (true, false, false, true), "what is completed is taken and can be refunded");
    assert_eq!(meaning("Closed"), (true, false, false, false), "what is closed was taken and is refunded to its limit");
    assert_eq!(
        meaning("Pending"),
        (false, true, false, false),
        "what is pending is not yet taken and cannot be refunded"
    );
    assert_eq!(meaning("Declined"), (false, false, true, false), "what is declined took nothing");
    assert_eq!(meaning("Novelty"), (false, false, false, false), "an unknown state is no proof of anything");
}

#[test]
fn every_state_of_a_refund_means_one_thing_and_a_new_one_nothing() {
    let meaning = |state: &str| {
        let refund = RefundDetails { refund_status: Status::new(RefundState::from(state)), ..refund() };
        (refund.is_returned(), refund.is_pending(), refund.is_declined())
    };
    assert_eq!(meaning("Completed"), (true, false, false), "what is completed went back to the buyer");
    assert_eq!(meaning("Pending"), (false, true, false), "what is pending may still go back or be declined");
    assert_eq!(meaning("Declined"), (false, false, true), "what is declined gave nothing back");
    assert_eq!(meaning("Novelty"), (false, false, false), "an unknown state is no proof of anything");
}

#[test]
fn an_open_authorization_can_be_captured_and_a_captured_one_cannot() {
    let open = AuthorizationDetails { authorization_status: Status::new(AuthorizationState::Open), ..declined() };
    assert!(open.is_capturable() && !captured().is_capturable() && !declined().is_capturable());
}

#[test]
fn a_capture_or_refund_without_its_state_amount_or_ids_is_refused() {
    for (part, name) in [
        ("<State>Closed</State>", "State"),
        ("<CaptureReferenceId>settle-1</CaptureReferenceId>", "CaptureReferenceId"),
        ("<AmazonCaptureId>S02-1111111-2222222-C333333</AmazonCaptureId>", "AmazonCaptureId"),
        ("<Amount>24.21</Amount>", "Amount"),
    ] {
        let answer = parsed(&CAPTURE_CLOSED.replace(part, ""));
        let element = answer.root().find("CaptureDetails").expect("there");
        assert_eq!(CaptureDetails::read(element), Err(ReadError::Missing(name)));
    }
    for (part, name) in [
        ("<State>Declined</State>", "State"),
        ("<RefundReferenceId>refund-1</RefundReferenceId>", "RefundReferenceId"),
        ("<AmazonRefundId>S02-1111111-2222222-R555555</AmazonRefundId>", "AmazonRefundId"),
        ("<CurrencyCode>CHF</CurrencyCode>", "CurrencyCode"),
    ] {
        let answer = parsed(&REFUND_DECLINED.replace(part, ""));
        let element = answer.root().find("RefundDetails").expect("there");
        assert_eq!(RefundDetails::read(element), Err(ReadError::Missing(name)));
    }
}
