//! Documents of our own, shaped after recorded ones: they are read as meant and written to the letter.

mod agreements;
mod listing;
mod money;

use amazon::types::{
    Address, Answer, AuthorizationReason, AuthorizationState, Buyer, Constraint, ConstraintId, Destination,
    ErrorAnswer, ErrorItem, OrderReferenceState, ParentDetails, PaymentAuthentication, PaymentDescriptor,
    PaymentServiceProvider, ReadError, SellerOrderAttributes, Status, write_error, write_result, write_void,
};
use amazon::{AuthorizationDetails, Environment, ErrorCode, OrderReferenceDetails, Price};
use xml::Writer;

const REQUEST_ID: &str = "0a0a0a0a-1111-4222-8333-444444444444";
const NOON: &str = "2026-03-02T09:15:00.250Z";

/// Every document, for the tests that want many.
pub const ALL: [&str; 20] = [
    ORDER_OPEN,
    ORDER_DRAFT,
    AUTHORIZE_CAPTURED,
    AUTHORIZE_DECLINED,
    CAPTURE,
    CAPTURE_DECLINED,
    CAPTURE_CLOSED,
    REFUND,
    REFUND_DECLINED,
    AGREEMENT_OPEN,
    AGREEMENT_DRAFT,
    VALIDATED,
    NOT_VALIDATED,
    CHARGE,
    LIST_MORE,
    LIST_NONE,
    CONFIRM,
    CANCEL,
    THROTTLED,
    CONSTRAINTS,
];

pub const ORDER_OPEN: &str = include_str!("../golden/order_reference.open.xml");
pub const ORDER_DRAFT: &str = include_str!("../golden/order_reference.draft.xml");
pub const AUTHORIZE_CAPTURED: &str = include_str!("../golden/authorize.captured.xml");
pub const AUTHORIZE_DECLINED: &str = include_str!("../golden/authorize.declined.xml");
pub const CAPTURE: &str = include_str!("../golden/capture.completed.xml");
pub const REFUND: &str = include_str!("../golden/refund.pending.xml");
pub const CAPTURE_DECLINED: &str = include_str!("../golden/capture.declined.xml");
pub const CAPTURE_CLOSED: &str = include_str!("../golden/capture.closed.xml");
pub const REFUND_DECLINED: &str = include_str!("../golden/refund.declined.xml");
pub const AGREEMENT_OPEN: &str = include_str!("../golden/agreement.open.xml");
pub const AGREEMENT_DRAFT: &str = include_str!("../golden/agreement.draft.xml");
pub const VALIDATED: &str = include_str!("../golden/validate.success.xml");
pub const NOT_VALIDATED: &str = include_str!("../golden/validate.failure.xml");
pub const CHARGE: &str = include_str!("../golden/charge.open.xml");
pub const LIST_MORE: &str = include_str!("../golden/list.more.xml");
pub const LIST_NONE: &str = include_str!("../golden/list.none.xml");
pub const CONFIRM: &str = include_str!("../golden/void.confirm.xml");
pub const CANCEL: &str = include_str!("../golden/void.cancel.xml");
pub const THROTTLED: &str = include_str!("../golden/error.throttled.xml");
pub const CONSTRAINTS: &str = include_str!("../golden/error.constraints.xml");

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn euro(amount: &str) -> Price {
    Price::new(amount, "EUR")
}

/// The document without the white space between elements.
fn squeezed(golden: &str) -> String {
    golden.lines().map(str::trim).collect()
}

fn written(write: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::fragment();
    write(&mut writer);
    writer.finish()
}

fn parsed(golden: &str) -> Answer {
    let answer = Answer::parse(golden.as_bytes(), None).expect("well-formed");
    assert_eq!(answer.request_id().as_deref(), Some(REQUEST_ID));
    answer
}

fn viennese() -> Address {
    Address {
        city: some("Wien"),
        country_code: some("AT"),
        postal_code: some("1010"),
        name: some("Lucia D'Angelò"),
        address_line2: some("Beispielgasse 9"),
        ..Address::default()
    }
}

fn turinese() -> Address {
    Address {
        state_or_region: some("TO"),
        phone: some("+39 011 555010"),
        city: some("Torino"),
        country_code: some("IT"),
        postal_code: some("10121"),
        name: some("Lucia D'Angelò & figli"),
        address_line1: some("Corso Esempio 3"),
        address_line2: some("scala B"),
        address_line3: some("citofono 4"),
        county: some("Torino"),
        district: some("Centro"),
    }
}

fn open_order() -> OrderReferenceDetails {
    let mut details = OrderReferenceDetails::new("S02-1111111-2222222", OrderReferenceState::Open);
    details.payment_service_provider_attributes =
        Some(PaymentServiceProvider { id: some("A1PROVIDER"), order_id: some("psp-7") });
    details.order_reference_status.last_update_timestamp = some(NOON);
    details.order_language = some("it-IT");
    details.payment_reference = some("c3RhdGlj=");
    details.destination =
        Some(Destination { destination_type: some("Physical"), physical_destination: Some(turinese()) });
    details.expiration_timestamp = some("2026-08-29T09:14:02.186Z");
    details.platform_id = some("A1PROVIDER");
    details.id_list = vec!["S02-1111111-2222222-A333333".into(), "S02-1111111-2222222-A444444".into()];
    details.parent_details = Some(ParentDetails { kind: some("BillingAgreement"), id: some("C02-5555555-6666666") });
    details.seller_order_attributes = Some(SellerOrderAttributes {
        store_name: some("Bottega di prova"),
        custom_information: some("a free text"),
        order_item_categories: vec!["Books".into()],
        seller_order_id: some("order-77"),
        supplementary_data: some(r#"{"items":1}"#),
    });
    details.payment_descriptor = Some(PaymentDescriptor {
        name: some("Visa"),
        account_number_tail: some("11"),
        full_descriptor: some("Amazon Pay (Visa **11)"),
        use_amazon_balance_first: Some(false),
    });
    details.constraints =
        vec![Constraint { id: ConstraintId::PaymentPlanNotSet, description: some("no card is chosen") }];
    details.order_total = Some(euro("24.21"));
    details.payment_authentication_status = Some(PaymentAuthentication { state: some("REQUIRED") });
    details.buyer =
        Some(Buyer { name: some("Lucia D'Angelò"), email: some("lucia@example.it"), phone: some("+39 011 555011") });
    details.release_environment = Some(Environment::Sandbox);
    details.seller_note = some("thank you");
    details.creation_timestamp = some("2026-03-02T09:14:02.186Z");
    details.billing_address = Some(viennese());
    details.request_payment_authorization = Some(false);
    details
}

fn draft_order() -> OrderReferenceDetails {
    let mut details = OrderReferenceDetails::new("P02-1111111-2222222", OrderReferenceState::Draft);
    details.order_total = Some(euro("24.21"));
    details.payment_authentication_status = Some(PaymentAuthentication::default());
    details.release_environment = Some(Environment::Live);
    details
}

fn captured() -> AuthorizationDetails {
    AuthorizationDetails {
        authorization_billing_address: Some(viennese()),
        authorization_amount: euro("24.21"),
        captured_amount: Some(euro("0")),
        soft_descriptor: some("AMZ*Bottega"),
        expiration_timestamp: some("2026-04-01T09:15:00.250Z"),
        id_list: vec!["S02-1111111-2222222-C333333".into()],
        soft_decline: None,
        authorization_status: Status {
            last_update_timestamp: some(NOON),
            state: AuthorizationState::Closed,
            reason_code: Some(AuthorizationReason::MaxCapturesProcessed),
            reason_description: None,
        },
        authorization_fee: Some(euro("0.00")),
        capture_now: true,
        seller_authorization_note: some("a note"),
        creation_timestamp: some(NOON),
        amazon_authorization_id: "S02-1111111-2222222-A333333".into(),
        authorization_reference_id: "order-77".into(),
        order_item_categories: vec!["Books".into()],
        address_verification_code: some("Z"),
    }
}

fn declined() -> AuthorizationDetails {
    AuthorizationDetails {
        authorization_billing_address: None,
        captured_amount: None,
        soft_descriptor: None,
        expiration_timestamp: None,
        id_list: Vec::new(),
        soft_decline: Some(true),
        authorization_status: Status {
            last_update_timestamp: None,
            state: AuthorizationState::Declined,
            reason_code: Some(AuthorizationReason::InvalidPaymentMethod),
            reason_description: some("the bank said no"),
        },
        authorization_fee: None,
        capture_now: false,
        seller_authorization_note: None,
        creation_timestamp: None,
        order_item_categories: Vec::new(),
        address_verification_code: None,
        ..captured()
    }
}

fn read_order(golden: &str, action: &str) -> OrderReferenceDetails {
    let answer = parsed(golden);
    let result = answer.result(action).expect("this operation").expect("a result");
    OrderReferenceDetails::read(result.child("OrderReferenceDetails").expect("there")).expect("readable")
}

fn read_authorization(golden: &str) -> AuthorizationDetails {
    let answer = parsed(golden);
    let result = answer.result("Authorize").expect("this operation").expect("a result");
    AuthorizationDetails::read(result.child("AuthorizationDetails").expect("there")).expect("readable")
}

#[test]
fn order_references_are_read_as_meant() {
    for (golden, action, meant) in [
        (ORDER_OPEN, "GetOrderReferenceDetails", open_order()),
        (ORDER_DRAFT, "SetOrderReferenceDetails", draft_order()),
    ] {
        let read = read_order(golden, action);
        let document = read.document.clone();
        assert!(read == OrderReferenceDetails { document, ..meant }, "{golden}");
    }
}

#[test]
fn order_references_are_written_to_the_letter() {
    for (golden, action, details) in [
        (ORDER_OPEN, "GetOrderReferenceDetails", open_order()),
        (ORDER_DRAFT, "SetOrderReferenceDetails", draft_order()),
    ] {
        let result = written(|writer| details.write(writer));
        assert_eq!(write_result(action, &result, REQUEST_ID), squeezed(golden));
    }
}

#[test]
fn the_document_of_an_order_reference_is_kept_without_its_namespace() {
    let document = read_order(&squeezed(ORDER_OPEN), "GetOrderReferenceDetails").document;
    assert_eq!(document, written(|writer| open_order().write(writer)));
    assert!(!document.contains("xmlns"));
}

#[test]
fn debug_of_an_order_reference_does_not_tell_who_the_buyer_is() {
    let shown = format!("{:?}", read_order(ORDER_OPEN, "GetOrderReferenceDetails"));
    assert!(shown.contains("S02-1111111-2222222") && shown.contains("24.21"), "{shown}");
    for personal in ["Lucia", "Corso", "lucia@", "555010", "Wien"] {
        assert!(!shown.contains(personal), "{personal} in {shown}");
    }
}

#[test]
fn authorizations_are_read_as_meant_and_written_to_the_letter() {
    for (golden, meant, is_approved) in
        [(AUTHORIZE_CAPTURED, captured(), true), (AUTHORIZE_DECLINED, declined(), false)]
    {
        assert_eq!(read_authorization(golden), meant);
        assert_eq!(meant.is_approved(), is_approved);
        let result = written(|writer| meant.write(writer));
        assert_eq!(write_result("Authorize", &result, REQUEST_ID), squeezed(golden));
    }
}

#[test]
fn void_answers_come_with_and_without_a_result() {
    assert_eq!(write_void("ConfirmOrderReference", REQUEST_ID), squeezed(CONFIRM));
    for action in ["CancelOrderReference", "CloseAuthorization", "ConfirmBillingAgreement", "CloseBillingAgreement"] {
        let expected = squeezed(CANCEL).replace("CancelOrderReference", action);
        assert_eq!(write_void(action, REQUEST_ID), expected);
    }
    assert_eq!(write_void("CloseOrderReference", REQUEST_ID), squeezed(CONFIRM).replace("Confirm", "Close"));
    assert!(parsed(CONFIRM).result("ConfirmOrderReference").expect("this operation").is_none());
    assert!(parsed(CANCEL).result("CancelOrderReference").expect("this operation").is_some());
}

#[test]
fn refusals_are_read_as_meant_and_written_to_the_letter() {
    let refusal = |kind: &str, code, message: &str| ErrorAnswer {
        errors: vec![ErrorItem { kind: kind.into(), code, message: message.into() }],
        request_id: some(REQUEST_ID),
    };
    for (golden, meant) in [
        (THROTTLED, refusal("", ErrorCode::RequestThrottled, "Request is throttled")),
        (CONSTRAINTS, refusal("Sender", ErrorCode::ConstraintsExist, "PaymentPlanNotSet is left")),
    ] {
        assert_eq!(parsed(golden).error().as_ref(), Some(&meant));
        assert_eq!(write_error(&meant), squeezed(golden));
    }
}

#[test]
fn members_are_found_in_any_order_and_unknown_ones_are_passed_over() {
    let text = "<AuthorizationDetails xmlns:n='u'><Tomorrow><State>Open</State></Tomorrow>\
        <AuthorizationReferenceId> r1 </AuthorizationReferenceId><n:AuthorizationReferenceId>x</n:AuthorizationReferenceId>\
        <AuthorizationStatus><ReasonCode>Novelty</ReasonCode><State>Resting</State></AuthorizationStatus>\
        <AmazonAuthorizationId>\n  S02-1\n</AmazonAuthorizationId>\
        <AuthorizationAmount><Amount>1</Amount><CurrencyCode>EUR</CurrencyCode></AuthorizationAmount>\
        </AuthorizationDetails>";
    let document = xml::Document::parse(text, xml::Limits::default()).expect("well-formed");
    let details = AuthorizationDetails::read(document.root()).expect("readable");
    assert_eq!(
        (details.authorization_reference_id.as_str(), details.amazon_authorization_id.as_str()),
        ("r1", "S02-1"),
        "members are found by namespace and name wherever they stand, and are trimmed"
    );
    assert_eq!(details.authorization_status.state, AuthorizationState::Other("Resting".into()));
    assert_eq!(details.authorization_status.reason_code, Some(AuthorizationReason::Other("Novelty".into())));
    assert!(!details.is_approved(), "an unknown state is never taken for money");
}

#[test]
fn a_state_given_twice_is_refused() {
    let doubled = AUTHORIZE_DECLINED.replace("<State>Declined</State>", "<State>Declined</State><State>Open</State>");
    let answer = parsed(&doubled);
    let element = answer.root().find("AuthorizationDetails").expect("there");
    assert_eq!(AuthorizationDetails::read(element), Err(ReadError::Xml(xml::Error::Repeated("State".into()))));
}

#[test]
fn an_answer_without_its_state_amount_or_id_is_refused() {
    for (part, name) in [
        ("<State>Closed</State>", "State"),
        ("<AuthorizationReferenceId>order-77</AuthorizationReferenceId>", "AuthorizationReferenceId"),
        ("<AmazonAuthorizationId>S02-1111111-2222222-A333333</AmazonAuthorizationId>", "AmazonAuthorizationId"),
        ("<Amount>24.21</Amount>", "Amount"),
    ] {
        let answer = parsed(&AUTHORIZE_CAPTURED.replace(part, ""));
        let element = answer.root().find("AuthorizationDetails").expect("there");
        assert_eq!(AuthorizationDetails::read(element), Err(ReadError::Missing(name)));
    }
}
