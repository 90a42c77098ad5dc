//! Encrypt: request and answer, both directions.

use wire::encrypt::{Request, Response};
use wire::soap::{self, Version};
use wire::{CRYPT_NAMESPACE, Code, Failure, Lang, ReadError};

use crate::golden::{ENCRYPT_KO, ENCRYPT_OK, ENCRYPT_OK_12, ENCRYPT_REQUEST, body_of, on_the_wire};

fn request() -> Request {
    let text = |text: &str| Some(text.to_owned());
    Request {
        shop_login: text("GESPAY00001"),
        uic_code: text("242"),
        amount: text("24.21"),
        shop_transaction_id: text("order-42-1"),
        buyer_name: text("Anna & Marco Fumagalli"),
        buyer_email: text("anna@example.it"),
        language_id: text("5"),
        custom_info: text("STORE=7*P1*NOTE=a%2Fb"),
        request_token: text("MASKEDPAN"),
        payment_types: vec!["AMAZONPAY".into(), "CREDITCARD".into()],
        pay_pal_billing_agreement_description: None,
        amazon_pay_billing_agreement_description: text("paynowandrecurring"),
        apikey: text("k3y=="),
    }
}

#[test]
fn a_request_is_written_in_schema_order() {
    assert_eq!(request().write(), on_the_wire(ENCRYPT_REQUEST));
}

#[test]
fn a_request_is_read_as_it_was_written() {
    assert_eq!(body_of(ENCRYPT_REQUEST, Request::read), Ok(request()));
}

#[test]
fn the_four_compulsory_fields_are_written_even_when_empty() {
    let written = Request::default().write();
    assert!(written.contains(
        "<shopLogin></shopLogin><uicCode></uicCode><amount></amount><shopTransactionId></shopTransactionId></Encrypt>"
    ));
}

#[test]
fn fields_are_read_in_any_order_and_unknown_ones_passed_over() {
    let text = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/' \
                xmlns:i='http://www.w3.org/2001/XMLSchema-instance'><e:Header><x/></e:Header><e:Body>\
                <t:Encrypt xmlns:t='https://ecomm.sella.it/'><t:apikey>k</t:apikey><t:amount> 10 \n</t:amount>\
                <t:uicCode i:nil='true'>242</t:uicCode><t:ShopLogin>wrong case</t:ShopLogin><shopLogin>no namespace</shopLogin>\
                <x:buyerName xmlns:x='u'>elsewhere</x:buyerName><t:cvv>123</t:cvv><t:nothing><t:amount>2</t:amount></t:nothing>\
                <t:paymentTypes><t:paymentType/><t:paymentType>AMAZONPAY</t:paymentType><paymentType>PAYPAL</paymentType>\
                </t:paymentTypes></t:Encrypt></e:Body></e:Envelope>";
    let expected = Request {
        apikey: Some("k".into()),
        amount: Some("10".into()),
        payment_types: vec!["AMAZONPAY".into()],
        ..Request::default()
    };
    assert_eq!(body_of(text, Request::read), Ok(expected));
}

#[test]
fn a_field_given_twice_is_refused_not_guessed() {
    let once = "<amount>24.21</amount>";
    let twice = ENCRYPT_REQUEST.replace(once, "<amount>24.21</amount><amount>0.01</amount>");
    assert_eq!(body_of(&twice, Request::read), Err(xml::Error::Repeated("amount".into())));
    let types = "<paymentTypes><paymentType>AMAZONPAY</paymentType></paymentTypes>";
    let twice = ENCRYPT_REQUEST.replace("<paymentTypes>", &format!("{types}<paymentTypes>"));
    assert_eq!(body_of(&twice, Request::read), Err(xml::Error::Repeated("paymentTypes".into())));
}

#[test]
fn an_answer_is_written_to_the_letter_in_both_versions() {
    let answer = Response::Ok("Zy8k_Q1w2E3r".into()).write();
    let respond = |version| soap::respond(version, CRYPT_NAMESPACE, "Encrypt", &answer);
    assert_eq!(respond(Version::V11), on_the_wire(ENCRYPT_OK));
    assert_eq!(respond(Version::V12), on_the_wire(ENCRYPT_OK_12));
    let refusal = Failure { code: Code::AMOUNT_MISSING, text: Code::AMOUNT_MISSING.text(Lang::Italian).into() };
    let refused = soap::respond(Version::V11, CRYPT_NAMESPACE, "Encrypt", &Response::Ko(refusal).write());
    assert_eq!(refused, on_the_wire(ENCRYPT_KO));
}

#[test]
fn an_answer_is_read_in_both_versions() {
    for text in [ENCRYPT_OK, ENCRYPT_OK_12] {
        assert_eq!(Response::read(text), Ok(Response::Ok("Zy8k_Q1w2E3r".into())));
    }
    let Ok(Response::Ko(failure)) = Response::read(ENCRYPT_KO) else { panic!("refused") };
    assert_eq!(failure.code, Code::AMOUNT_MISSING);
}

#[test]
fn an_answer_that_is_none_is_never_a_success() {
    let changed = |from: &str, to: &str| Response::read(&ENCRYPT_OK.replace(from, to));
    assert_eq!(changed("Zy8k_Q1w2E3r", ""), Err(ReadError::Missing("CryptDecryptString")));
    let refused = changed("<TransactionResult>OK", "<TransactionResult>KO");
    assert_eq!(refused, Err(ReadError::Missing("ErrorCode")), "a refusal must say why");
    let odd = changed("<TransactionResult>OK", "<TransactionResult>ok");
    assert_eq!(odd, Err(ReadError::Value { element: "TransactionResult", value: "ok".into() }));
    assert_eq!(Response::read("<html/>"), Err(ReadError::Missing("GestPayCryptDecrypt")));
    assert!(matches!(Response::read("not found"), Err(ReadError::Xml(_))));
}

#[test]
fn no_secret_and_no_buyer_is_in_the_debug_text() {
    let shown = format!("{:?}", request());
    assert!(shown.contains("GESPAY00001") && !shown.contains("k3y") && !shown.contains("anna"), "{shown}");
}
