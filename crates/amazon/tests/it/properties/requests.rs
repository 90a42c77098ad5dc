//! The requests for captures, refunds, agreements and lists are read back as they were sent.

use amazon::types::BillingAgreementType;
use amazon::{
    AuthorizeOnBillingAgreement, Capture, CloseBillingAgreement, ConfirmBillingAgreement, ListOrderReference,
    PaymentDomain, Refund, SetBillingAgreementDetails,
};

use super::*;

proptest! {
    #[test]
    fn captures_and_refunds_are_read_back_as_they_were_sent(
        parent in text(), reference in "[A-Za-z0-9_-]{1,32}", amount in price(), note in option::of(text()),
        soft_descriptor in option::of("[a-z ]{1,16}"),
    ) {
        let capture = Capture {
            authorization_id: parent.clone(),
            capture_reference_id: reference.clone(),
            amount: amount.clone(),
            note: note.clone(),
            soft_descriptor: soft_descriptor.clone(),
        };
        prop_assert_eq!(Capture::from_params(&capture.params()), Ok(capture));
        let refund = Refund { capture_id: parent, refund_reference_id: reference, amount, note, soft_descriptor };
        prop_assert_eq!(Refund::from_params(&refund.params()), Ok(refund));
    }

    #[test]
    fn a_charge_is_read_back_as_it_was_sent(
        ids in (text(), "[A-Za-z0-9_-]{1,32}"), amount in price(), capture_now in any::<bool>(), fives in 0u32..=288,
        texts in prop::collection::vec(option::of(text()), 7), soft_descriptor in option::of("[a-z ]{1,16}"),
        inherit_shipping_address in option::of(any::<bool>()),
    ) {
        let charge = AuthorizeOnBillingAgreement {
            billing_agreement_id: ids.0,
            authorization_reference_id: ids.1,
            amount,
            capture_now,
            timeout_minutes: fives * 5,
            note: texts[0].clone(),
            soft_descriptor,
            seller_note: texts[1].clone(),
            platform_id: texts[2].clone(),
            seller_order_id: texts[3].clone(),
            store_name: texts[4].clone(),
            custom_information: texts[5].clone(),
            supplementary_data: texts[6].clone(),
            inherit_shipping_address,
        };
        prop_assert_eq!(AuthorizeOnBillingAgreement::from_params(&charge.params()), Ok(charge));
    }

    #[test]
    fn what_is_set_and_confirmed_of_an_agreement_is_read_back_as_it_was_sent(
        id in text(), texts in prop::collection::vec(option::of(text()), 4), number in text(),
        kind in option::of(prop::sample::select(BillingAgreementType::KNOWN)), amount in option::of(price()),
    ) {
        let set = SetBillingAgreementDetails {
            billing_agreement_id: id.clone(),
            platform_id: texts[0].clone(),
            seller_note: texts[1].clone(),
            seller_billing_agreement_id: Some(number),
            store_name: texts[2].clone(),
            custom_information: texts[3].clone(),
            billing_agreement_type: kind.map(BillingAgreementType::from),
            subscription_amount: amount,
        };
        prop_assert_eq!(SetBillingAgreementDetails::from_params(&set.params()), Ok(set));
        let confirm = ConfirmBillingAgreement {
            billing_agreement_id: id.clone(),
            success_url: texts[0].clone(),
            failure_url: texts[1].clone(),
        };
        prop_assert_eq!(ConfirmBillingAgreement::from_params(&confirm.params()), Ok(confirm));
        let close = CloseBillingAgreement { billing_agreement_id: id, reason: texts[2].clone() };
        prop_assert_eq!(CloseBillingAgreement::from_params(&close.params()), Ok(close));
    }

    #[test]
    fn a_question_for_a_number_is_read_back_as_it_was_sent(
        seller_order_id in text(), payment_domain in prop::sample::select(&PaymentDomain::ALL),
    ) {
        let list = ListOrderReference { seller_order_id, payment_domain };
        prop_assert_eq!(ListOrderReference::from_params(&list.params()), Ok(list));
    }
}
