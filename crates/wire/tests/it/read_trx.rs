//! callReadTrxS2S: request and answer, both directions, and the order reference within.

use wire::order_reference::{Address, Price};
use wire::read_trx::{Event, EventKind, NotFound, Report, Request, Response, State};
use wire::soap::{self, Version};
use wire::{Code, Lang, ReadError, S2S_NAMESPACE, Verdict};

use crate::golden::{
    READ_TRX_EVERY_EVENT, READ_TRX_FAILED, READ_TRX_NOT_FOUND, READ_TRX_REQUEST, READ_TRX_SETTLED, body_of,
    names_below, on_the_wire,
};

fn request() -> Request {
    Request {
        shop_login: Some("GESPAY00001".into()),
        shop_transaction_id: Some("order-42-1".into()),
        bank_transaction_id: Some("117".into()),
        apikey: Some("k3y==".into()),
    }
}

fn event(kind: impl Into<EventKind>, date: &str) -> Event {
    Event { kind: kind.into(), amount: "24.21".into(), date: date.into(), arn: String::new(), id: String::new() }
}

fn settled() -> Report {
    let (_, details) = READ_TRX_SETTLED.split_once("<AlertDescription></AlertDescription>").expect("there");
    let (details, _) = details.split_once("</GestPayS2S>").expect("there");
    Report {
        state: Some(State::Settled),
        shop_transaction_id: "order-42-1".into(),
        bank_transaction_id: "117".into(),
        authorization_code: "008152".into(),
        currency: "242".into(),
        company: "AMAZONPAY".into(),
        events: vec![
            event(State::Authorized, "20/03/26 11:11:12"),
            event(State::Settled, "20/03/26 11:11:12"),
            event(EventKind::RefundRequested, "21/03/26 09:00:00"),
        ],
        buyer_name: "Anna & Marco Fumagalli".into(),
        buyer_email: "anna@example.it".into(),
        error_description: Code::OK.text(Lang::Italian).into(),
        order_reference_details: Some(details.to_owned()),
        ..Report::new(Verdict::Ok, Code::OK)
    }
}

fn refused(request: &Request, code: Code) -> Response {
    Response::failed(request, code, code.text(Lang::Italian))
}

fn respond(response: &Response) -> String {
    soap::respond(Version::V11, S2S_NAMESPACE, "callReadTrxS2S", &response.write())
}

#[test]
fn a_request_is_written_and_read_to_the_letter() {
    assert_eq!(request().write(), on_the_wire(READ_TRX_REQUEST));
    assert_eq!(body_of(READ_TRX_REQUEST, Request::read), Ok(request()));
}

#[test]
fn a_report_is_written_and_read_to_the_letter() {
    let report = Response::Report(Box::new(settled()));
    assert_eq!(respond(&report), on_the_wire(READ_TRX_SETTLED));
    assert_eq!(Response::read(READ_TRX_SETTLED), Ok(report));
}

#[test]
fn every_movement_is_written_and_read_to_the_letter() {
    let Ok(Response::Report(report)) = Response::read(READ_TRX_EVERY_EVENT) else { panic!("a report") };
    let kinds: Vec<&EventKind> = report.events.iter().map(|event| &event.kind).collect();
    let state = EventKind::State;
    assert_eq!(kinds[..3], [&state(State::Authorized), &state(State::Booked), &state(State::Settled)]);
    assert_eq!(kinds[3..], [&EventKind::RefundRequested, &state(State::Refunded), &state(State::Cancelled)]);
    assert_eq!(report.state, Some(State::Refunded));
    assert_eq!(respond(&Response::Report(report)), on_the_wire(READ_TRX_EVERY_EVENT));
}

#[test]
fn a_question_that_meets_nothing_gets_its_identifiers_back() {
    let asked = Request { shop_transaction_id: Some("order-<9>".into()), bank_transaction_id: None, ..request() };
    let answer = refused(&asked, Code::NOT_FOUND);
    assert!(matches!(&answer, Response::NotFound(NotFound { failure, .. }) if failure.code == Code::NOT_FOUND));
    assert_eq!(respond(&answer), on_the_wire(READ_TRX_NOT_FOUND));
    assert_eq!(Response::read(READ_TRX_NOT_FOUND), Ok(answer));
}

#[test]
fn a_caller_who_is_not_let_in_gets_the_short_form() {
    let answer = refused(&request(), Code::IP_REFUSED);
    assert_eq!(respond(&answer), on_the_wire(READ_TRX_FAILED));
    assert_eq!(Response::read(READ_TRX_FAILED), Ok(answer));
    assert_eq!(names_below(READ_TRX_FAILED, "GestPayS2S").len(), 4);
}

#[test]
fn a_refused_payment_is_a_report_and_not_a_failed_question() {
    let report = Report {
        state: Some(State::Authorized),
        shop_transaction_id: "order-42-2".into(),
        events: vec![event(State::Authorized, "20/03/26 11:11:12")],
        ..Report::new(Verdict::Ko, Code::DENIED)
    };
    let response = Response::Report(Box::new(report));
    assert_eq!(Response::read(&respond(&response)), Ok(response));
}

#[test]
fn a_report_that_contradicts_itself_is_no_payment() {
    let odd = READ_TRX_SETTLED.replace("<ErrorCode>0<", "<ErrorCode>74<");
    assert!(matches!(Response::read(&odd), Err(ReadError::Value { element: "ErrorCode", .. })));
    let odd = READ_TRX_SETTLED.replace("<TransactionState>MOV", "<TransactionState>GONE");
    assert!(matches!(Response::read(&odd), Err(ReadError::Value { element: "TransactionState", .. })));
    assert!(matches!(Response::read("<GestPayS2S/>"), Err(ReadError::Value { element: "TransactionResult", .. })));
}

#[test]
fn an_undocumented_event_does_not_hide_the_addresses() {
    let text = READ_TRX_SETTLED.replace("<eventtype>REQ", "<eventtype>NEW");
    let Ok(Response::Report(report)) = Response::read(&text) else { panic!("a report") };
    assert_eq!(report.events[2].kind, EventKind::Other("NEW".into()));
    assert!(report.order_reference().expect("XML").is_some());
}

#[test]
fn every_member_of_the_order_reference_is_read() {
    let Ok(Response::Report(report)) = Response::read(READ_TRX_SETTLED) else { panic!("a report") };
    let details = report.order_reference().expect("XML").expect("there");
    let expected_ids = ["S02-1234567-7654321-A000001", "S02-1234567-7654321-A000002"];
    assert_eq!(details.amazon_order_reference_id.as_deref(), Some("S02-1234567-7654321"));
    assert_eq!(details.id_list, expected_ids);
    assert_eq!(details.order_total, Some(Price { currency_code: Some("EUR".into()), amount: Some("24.21".into()) }));
    let status = details.order_reference_status.clone().expect("there");
    assert_eq!(
        (status.state.as_deref(), status.reason_code.as_deref()),
        (Some("Closed"), Some("MaxAmountCharged")),
        "the order's state and its reason are read"
    );
    assert_eq!(status.reason_description.as_deref(), Some("all taken"));
    assert_eq!(status.last_update_timestamp.as_deref(), Some("2026-03-20T10:11:13.001Z"));
    let constraints: Vec<_> = details.constraints.iter().filter_map(|found| found.constraint_id.as_deref()).collect();
    assert_eq!(constraints, ["PaymentPlanNotSet", "AmountNotSet"]);
    let attributes = details.seller_order_attributes.clone().expect("there");
    assert_eq!(attributes.order_item_categories, ["Antiques", "Art"]);
    assert_eq!(attributes.store_name.as_deref(), Some("Bottega & Figli"));
    assert_eq!(attributes.supplementary_data.as_deref(), Some("{\"a\":1}"));
    let descriptor = details.payment_descriptor.clone().expect("there");
    assert_eq!(descriptor.use_amazon_balance_first, Some(false));
    let parent = details.parent_details.clone().expect("there");
    assert_eq!(
        (parent.kind.as_deref(), parent.id.as_deref()),
        (Some("BillingAgreement"), Some("C01-1234567-7654321")),
        "the order says which agreement it was made from"
    );
    let provider = ("PaymentServiceProviderOrderId".to_owned(), "psp-9".to_owned());
    assert_eq!(details.payment_service_provider_attributes.last(), Some(&provider));
    assert_eq!(details.buyer.as_ref().and_then(|buyer| buyer.phone.as_deref()), Some("+39 333 555 0199"));
    let texts = [
        (&details.seller_note, "thank you"),
        (&details.order_language, "it-IT"),
        (&details.release_environment, "Sandbox"),
        (&details.creation_timestamp, "2026-03-20T10:11:00.001Z"),
        (&details.expiration_timestamp, "2026-09-16T10:11:00.001Z"),
        (&details.platform_id, "A9PLATFORM"),
        (&details.payment_reference, "tok20="),
        (&details.payment_authentication_status, "REQUIRED"),
    ];
    for (found, expected) in texts {
        assert_eq!(found.as_deref(), Some(expected));
    }
    assert_eq!(details.request_payment_authorization, Some(true));
}

#[test]
fn addresses_are_read_whole_and_empty_lines_are_left_out() {
    let Ok(Response::Report(report)) = Response::read(READ_TRX_SETTLED) else { panic!("a report") };
    let details = report.order_reference().expect("XML").expect("there");
    let on = |text: &str| Some(text.to_owned());
    let shipping = Address {
        name: on("Anna Fumagalli"),
        address_line_1: None,
        address_line_2: on("Via dei Mille 7"),
        address_line_3: on("scala B"),
        city: on("Milano"),
        county: on("Lombardia"),
        district: on("Brera"),
        state_or_region: on("MI"),
        postal_code: on("20121"),
        country_code: on("IT"),
        phone: on("+39 02 555 0100"),
    };
    assert_eq!(details.shipping_address(), Some(&shipping));
    assert_eq!(shipping.lines().collect::<Vec<_>>(), ["Via dei Mille 7", "scala B"]);
    let invoice = details.invoice_address().expect("there");
    assert_eq!(
        (invoice.city.as_deref(), invoice.county.as_deref()),
        (Some("Köln"), None),
        "the invoice's town is read, and a county that is not there is absent"
    );
}

#[test]
fn no_secret_and_no_buyer_is_in_the_debug_text() {
    let report = settled();
    let details = report.order_reference().expect("XML").expect("there");
    let shown = format!("{:?} {report:?} {details:?} {:?}", request(), details.shipping_address());
    assert!(shown.contains("order-42-1"), "{shown}");
    for private in ["k3y", "Anna", "Mille", "333 555", "anna@"] {
        assert!(!shown.contains(private), "{private} in {shown}");
    }
}
