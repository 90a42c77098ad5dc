//! Captures, refunds, agreements, charges and lists are read back as they were written.

use amazon::types::{
    AgreementConstraintId, BillingAgreementLimits, BillingAgreementReason, BillingAgreementState, BillingAgreementType,
    CaptureReason, CaptureState, ListedOrderReference, RefundReason, RefundState, SellerBillingAgreementAttributes,
    ValidationFailure, ValidationResult,
};

use super::*;

type Texts = Vec<Option<String>>;

fn texts(count: usize) -> impl Strategy<Value = Texts> {
    prop::collection::vec(option::of(text()), count)
}

prop_compose! {
    fn capture()(
        ids in (text(), text(), prop::collection::vec(text(), 0..3)),
        amounts in (price(), option::of(price()), option::of(price()), option::of(price())),
        texts in texts(4),
        capture_status in status(CaptureState::KNOWN, CaptureReason::KNOWN),
    ) -> CaptureDetails {
        CaptureDetails {
            converted_amount: amounts.1,
            capture_reference_id: ids.0,
            capture_fee: amounts.2,
            amazon_capture_id: ids.1,
            creation_timestamp: texts[0].clone(),
            soft_descriptor: texts[1].clone(),
            id_list: ids.2,
            conversion_rate: texts[2].clone(),
            capture_status,
            seller_capture_note: texts[3].clone(),
            refunded_amount: amounts.3,
            capture_amount: amounts.0,
        }
    }
}

prop_compose! {
    fn refund()(
        ids in (text(), text()),
        amounts in (price(), option::of(price()), option::of(price())),
        texts in texts(5),
        refund_status in status(RefundState::KNOWN, RefundReason::KNOWN),
    ) -> RefundDetails {
        RefundDetails {
            refund_reference_id: ids.0,
            refund_type: texts[0].clone(),
            seller_refund_note: texts[1].clone(),
            creation_timestamp: texts[2].clone(),
            soft_descriptor: texts[3].clone(),
            refund_status,
            fee_refunded: amounts.1,
            refund_amount: amounts.0,
            amazon_refund_id: ids.1,
            converted_amount: amounts.2,
            conversion_rate: texts[4].clone(),
        }
    }
}

prop_compose! {
    fn limits()(texts in texts(2), prices in (option::of(price()), option::of(price()))) -> BillingAgreementLimits {
        BillingAgreementLimits {
            time_period_start_date: texts[0].clone(),
            current_remaining_balance: prices.0,
            amount_limit_per_time_period: prices.1,
            time_period_end_date: texts[1].clone(),
        }
    }
}

prop_compose! {
    fn agreement()(
        id in text(),
        status in status(BillingAgreementState::KNOWN, BillingAgreementReason::KNOWN),
        consent in any::<bool>(),
        addresses in (option::of(address()), option::of(address())),
        constraints in
            prop::collection::vec((word::<AgreementConstraintId>(AgreementConstraintId::KNOWN), option::of(text())), 0..3),
        kind in option::of(word::<BillingAgreementType>(BillingAgreementType::KNOWN)),
        attributes in option::of(texts(3)),
        texts in texts(6),
        amount in option::of(price()),
        limits in option::of(limits()),
    ) -> BillingAgreementDetails {
        let mut details = BillingAgreementDetails::new(id, BillingAgreementState::Draft);
        details.billing_agreement_status = status;
        details.billing_agreement_consent = consent;
        details.destination = addresses.0.map(|address| Destination {
            destination_type: Some("Physical".into()),
            physical_destination: Some(address),
        });
        details.billing_address = addresses.1;
        details.constraints =
            constraints.into_iter().map(|(id, description)| Constraint { id, description }).collect();
        details.billing_agreement_type = kind;
        details.seller_billing_agreement_attributes = attributes.map(|words| SellerBillingAgreementAttributes {
            store_name: words[0].clone(),
            custom_information: words[1].clone(),
            seller_billing_agreement_id: words[2].clone(),
        });
        details.order_language = texts[0].clone();
        details.platform_id = texts[1].clone();
        details.buyer = texts[2].clone().map(|name| Buyer { name: Some(name), ..Buyer::default() });
        details.seller_note = texts[3].clone();
        details.creation_timestamp = texts[4].clone();
        details.expiration_timestamp = texts[5].clone();
        details.subscription_amount = amount;
        details.billing_agreement_limits = limits;
        details
    }
}

prop_compose! {
    fn validation()(
        status in option::of(status(BillingAgreementState::KNOWN, BillingAgreementReason::KNOWN)),
        validation_result in word::<ValidationResult>(ValidationResult::KNOWN),
        failure_reason_code in option::of(word::<ValidationFailure>(ValidationFailure::KNOWN)),
    ) -> AgreementValidation {
        AgreementValidation { billing_agreement_status: status, validation_result, failure_reason_code }
    }
}

prop_compose! {
    fn listed()(
        id in text(),
        order_reference_status in status(OrderReferenceState::KNOWN, OrderReferenceReason::KNOWN),
        texts in texts(2),
        order_total in option::of(price()),
    ) -> ListedOrderReference {
        ListedOrderReference {
            release_environment: None,
            order_reference_status,
            amazon_order_reference_id: id,
            creation_timestamp: texts[0].clone(),
            seller_order_attributes: texts[1]
                .clone()
                .map(|number| SellerOrderAttributes { seller_order_id: Some(number), ..Default::default() }),
            order_total,
        }
    }
}

/// Parses what was written in an answer of some operation and reads it with `read`.
fn read_back<T>(result: &str, read: impl FnOnce(xml::Element<'_>) -> T) -> T {
    let answer = Answer::parse(write_result("Some", result, "r").as_bytes(), None).expect("well-formed");
    read(answer.result("Some").expect("this operation").expect("a result"))
}

proptest! {
    #[test]
    fn captures_and_refunds_are_read_back_as_they_were_written(capture in capture(), refund in refund()) {
        let read = read_back(&written(|writer| capture.write(writer)), |result| {
            CaptureDetails::read(result.child("CaptureDetails").expect("there"))
        });
        prop_assert_eq!(read, Ok(capture));
        let read = read_back(&written(|writer| refund.write(writer)), |result| {
            RefundDetails::read(result.child("RefundDetails").expect("there"))
        });
        prop_assert_eq!(read, Ok(refund));
    }

    #[test]
    fn an_agreement_is_read_back_as_it_was_written(details in agreement()) {
        let read = read_back(&written(|writer| details.write(writer)), |result| {
            BillingAgreementDetails::read(result.child("BillingAgreementDetails").expect("there"))
        });
        prop_assert!(read.expect("readable") == details);
    }

    #[test]
    fn what_answers_with_members_side_by_side_is_read_back_as_it_was_written(
        validation in validation(), details in authorization(), id in option::of(text()),
        order_references in prop::collection::vec(listed(), 0..4), next_page_token in option::of(text()),
    ) {
        let read = read_back(&written(|writer| validation.write(writer)), AgreementValidation::read);
        prop_assert_eq!(read, Ok(validation));
        let charge = AgreementAuthorization { authorization_details: details, amazon_order_reference_id: id };
        let read = read_back(&written(|writer| charge.write(writer)), AgreementAuthorization::read);
        prop_assert_eq!(read, Ok(charge));
        let list = OrderReferenceList { order_references, next_page_token };
        let read = read_back(&written(|writer| list.write(writer)), OrderReferenceList::read);
        prop_assert_eq!(read, Ok(list));
    }
}
