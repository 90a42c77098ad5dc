//! Properties: what is written is read back, and no piece of a document makes a reader fail otherwise than in order.

mod details;
mod requests;

use amazon::types::{
    Address, AgreementAuthorization, AgreementValidation, Answer, AuthorizationReason, AuthorizationState, Buyer,
    Constraint, ConstraintId, Destination, OrderReferenceList, OrderReferenceReason, OrderReferenceState,
    SellerOrderAttributes, Status, write_result,
};
use amazon::{
    AuthorizationDetails, Authorize, BillingAgreementDetails, Call, CaptureDetails, Confirm, OrderReferenceDetails,
    Price, RefundDetails, SetOrderReferenceDetails,
};
use proptest::option;
use proptest::prelude::*;
use xml::{Document, Limits, Writer};

use crate::golden::ALL;

/// Reads whatever can be read; the results do not matter, only that it ends.
fn read_everything(bytes: &[u8]) -> bool {
    let Ok(answer) = Answer::parse(bytes, None) else { return false };
    let root = answer.root();
    let _ = (answer.error(), answer.request_id(), answer.result("Authorize").is_ok());
    let inner = root.children().flat_map(|result| result.children().chain([result]));
    for element in inner {
        let _ = OrderReferenceDetails::read(element);
        let _ = AuthorizationDetails::read(element);
        let _ = CaptureDetails::read(element);
        let _ = RefundDetails::read(element);
        let _ = BillingAgreementDetails::read(element);
        let _ = AgreementAuthorization::read(element);
        let _ = AgreementValidation::read(element);
        let _ = OrderReferenceList::read(element);
    }
    true
}

#[test]
fn no_prefix_of_a_document_is_taken_for_one_and_none_panics() {
    for document in ALL {
        let document = document.trim_end().as_bytes();
        for end in 0..document.len() {
            assert!(!read_everything(&document[..end]), "{}", String::from_utf8_lossy(&document[..end]));
        }
        assert!(read_everything(document));
    }
}

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9àèü<>&\"'€ß./|%+*~-]{1,24}"
}

fn address() -> impl Strategy<Value = Address> {
    (option::of(text()), option::of(text()), option::of(text()), option::of(text()), option::of(text())).prop_map(
        |(state_or_region, phone, city, address_line1, address_line2)| Address {
            state_or_region,
            phone,
            city,
            address_line1,
            address_line2,
            ..Address::default()
        },
    )
}

fn word<T: for<'t> From<&'t str> + std::fmt::Debug>(known: &'static [&'static str]) -> impl Strategy<Value = T> {
    prop_oneof![4 => prop::sample::select(known).prop_map(str::to_owned), 1 => text()]
        .prop_map(|word| T::from(word.as_str()))
}

fn price() -> impl Strategy<Value = Price> {
    ("[1-9][0-9]{0,3}(\\.[0-9]{2})?", "[A-Z]{3}").prop_map(|(amount, currency)| Price::new(amount, currency))
}

fn status<S, R>(
    states: &'static [&'static str],
    reasons: &'static [&'static str],
) -> impl Strategy<Value = Status<S, R>>
where
    S: for<'t> From<&'t str> + std::fmt::Debug,
    R: for<'t> From<&'t str> + std::fmt::Debug,
{
    (word::<S>(states), option::of(word::<R>(reasons)), option::of(text()), option::of(text())).prop_map(
        |(state, reason_code, reason_description, last_update_timestamp)| Status {
            last_update_timestamp,
            state,
            reason_code,
            reason_description,
        },
    )
}

prop_compose! {
    fn authorization()(
        address in option::of(address()),
        amounts in (price(), option::of(price()), option::of(price())),
        texts in (option::of(text()), option::of(text()), option::of(text()), option::of(text()), option::of(text())),
        ids in (text(), text(), prop::collection::vec(text(), 0..3), prop::collection::vec(text(), 0..3)),
        switches in (option::of(any::<bool>()), any::<bool>()),
        authorization_status in status(AuthorizationState::KNOWN, AuthorizationReason::KNOWN),
    ) -> AuthorizationDetails {
        AuthorizationDetails {
            authorization_billing_address: address,
            authorization_amount: amounts.0,
            captured_amount: amounts.1,
            soft_descriptor: texts.0,
            expiration_timestamp: texts.1,
            id_list: ids.2,
            soft_decline: switches.0,
            authorization_status,
            authorization_fee: amounts.2,
            capture_now: switches.1,
            seller_authorization_note: texts.2,
            creation_timestamp: texts.3,
            amazon_authorization_id: ids.0,
            authorization_reference_id: ids.1,
            order_item_categories: ids.3,
            address_verification_code: texts.4,
        }
    }
}

prop_compose! {
    fn order_reference()(
        id in text(),
        status in status(OrderReferenceState::KNOWN, OrderReferenceReason::KNOWN),
        addresses in (option::of(address()), option::of(address())),
        order_total in option::of(price()),
        texts in (option::of(text()), option::of(text()), option::of(text()), option::of(text())),
        id_list in prop::collection::vec(text(), 0..3),
        constraints in prop::collection::vec((word::<ConstraintId>(ConstraintId::KNOWN), option::of(text())), 0..3),
        request in option::of(any::<bool>()),
    ) -> OrderReferenceDetails {
        let mut details = OrderReferenceDetails::new(id, OrderReferenceState::Draft);
        details.order_reference_status = status;
        details.destination = addresses.0.map(|address| Destination {
            destination_type: Some("Physical".into()),
            physical_destination: Some(address),
        });
        details.billing_address = addresses.1;
        details.order_total = order_total;
        details.seller_note = texts.0;
        details.payment_reference = texts.1;
        details.buyer = texts.2.map(|name| Buyer { name: Some(name), ..Buyer::default() });
        details.seller_order_attributes =
            texts.3.map(|number| SellerOrderAttributes { seller_order_id: Some(number), ..Default::default() });
        details.id_list = id_list;
        details.constraints =
            constraints.into_iter().map(|(id, description)| Constraint { id, description }).collect();
        details.request_payment_authorization = request;
        details
    }
}

fn written(write: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::fragment();
    write(&mut writer);
    writer.finish()
}

proptest! {
    #[test]
    fn an_authorization_is_read_back_as_it_was_written(details in authorization()) {
        let text = written(|writer| details.write(writer));
        let document = Document::parse(&text, Limits::default()).expect("well-formed");
        prop_assert_eq!(AuthorizationDetails::read(document.root()).expect("readable"), details);
    }

    #[test]
    fn an_order_reference_is_read_back_as_it_was_written(details in order_reference()) {
        let text = written(|writer| details.write(writer));
        let document = Document::parse(&text, Limits::default()).expect("well-formed");
        let read = OrderReferenceDetails::read(document.root()).expect("readable");
        let again = written(|writer| read.write(writer));
        prop_assert_eq!(again, text);
        let undocumented = OrderReferenceDetails { document: String::new(), ..read };
        prop_assert!(undocumented == details);
    }

    #[test]
    fn a_damaged_document_never_panics(which in 0..ALL.len(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = ALL[which].as_bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        read_everything(&bytes);
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        read_everything(&bytes);
    }

    #[test]
    fn an_authorize_is_read_back_as_it_was_sent(
        order_reference_id in text(),
        authorization_reference_id in "[A-Za-z0-9_-]{1,32}",
        amount in price(),
        capture_now in any::<bool>(),
        fives in 0u32..=288,
        note in option::of(text()),
        soft_descriptor in option::of("[a-z ]{1,16}"),
    ) {
        let request = Authorize {
            order_reference_id, authorization_reference_id, amount, capture_now, timeout_minutes: fives * 5, note,
            soft_descriptor,
        };
        prop_assert_eq!(Authorize::from_params(&request.params()), Ok(request));
    }

    #[test]
    fn setting_and_confirming_are_read_back_as_they_were_sent(
        id in text(), amount in price(), texts in prop::collection::vec(option::of(text()), 5),
        switch in option::of(any::<bool>()), authorization in option::of(price()),
    ) {
        let set = SetOrderReferenceDetails {
            order_reference_id: id.clone(),
            amount,
            seller_order_id: texts[0].clone(),
            seller_note: texts[1].clone(),
            store_name: texts[2].clone(),
            platform_id: texts[3].clone(),
            custom_information: texts[4].clone(),
            supplementary_data: None,
            request_payment_authorization: switch,
        };
        prop_assert_eq!(SetOrderReferenceDetails::from_params(&set.params()), Ok(set));
        let confirm = Confirm {
            order_reference_id: id,
            success_url: texts[0].clone(),
            failure_url: texts[1].clone(),
            amount: authorization,
            expect_immediate_authorization: switch,
        };
        prop_assert_eq!(Confirm::from_params(&confirm.params()), Ok(confirm));
    }

    #[test]
    fn a_written_answer_is_an_answer(details in authorization()) {
        let result = written(|writer| details.write(writer));
        let text = write_result("Authorize", &result, "r");
        let answer = Answer::parse(text.as_bytes(), Some("utf-8")).expect("well-formed");
        prop_assert!(answer.result("Authorize").expect("this operation").is_some());
        prop_assert!(answer.result("Capture").is_err());
        prop_assert_eq!(answer.request_id(), Some("r".to_owned()));
    }
}
