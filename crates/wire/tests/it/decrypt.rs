//! Decrypt: request and answer, both directions.

use wire::decrypt::{Outcome, Request, Response};
use wire::soap::{self, Version};
use wire::{CRYPT_NAMESPACE, Code, Failure, Lang, ReadError, Verdict};

use crate::golden::{
    DECRYPT_FAILED, DECRYPT_PAID, DECRYPT_REFUSED, DECRYPT_REQUEST, body_of, names_below, on_the_wire,
};

fn request() -> Request {
    Request {
        shop_login: Some("GESPAY00001".into()),
        crypted_string: Some("Zy8k_Q1w2E3r".into()),
        apikey: Some("k3y==".into()),
    }
}

/// Every optional element is on.
fn paid() -> Outcome {
    let on = |text: &str| Some(text.to_owned());
    Outcome {
        shop_transaction_id: "order-42-1".into(),
        bank_transaction_id: "117".into(),
        authorization_code: "008152".into(),
        currency: "242".into(),
        amount: "24.21".into(),
        country: on(""),
        custom_info: on("STORE=7*P1*NOTE=a%2Fb"),
        buyer_name: on("Anna & Marco Fumagalli"),
        buyer_email: on("anna@example.it"),
        td_level: on(""),
        error_description: Code::OK.text(Lang::Italian).into(),
        cvv_present: on("N"),
        masked_pan: on(""),
        payment_method: on("AMAZONPAY"),
        token: on("7Q2M9X4K1B8V3Z6T"),
        product_type: on(""),
        token_expiry_month: on(""),
        token_expiry_year: on(""),
        risk_response_code: on("approved"),
        risk_response_description: on(""),
        ..Outcome::new(Verdict::Ok, Code::OK)
    }
}

/// Every optional element is off.
fn refused() -> Outcome {
    Outcome {
        shop_transaction_id: "order-42-2".into(),
        bank_transaction_id: "118".into(),
        currency: "71".into(),
        amount: "500".into(),
        error_description: Code::DENIED.text(Lang::Italian).into(),
        alert_code: "2002".into(),
        alert_description: "troppo".into(),
        ..Outcome::new(Verdict::Ko, Code::DENIED)
    }
}

fn respond(response: &Response) -> String {
    soap::respond(Version::V11, CRYPT_NAMESPACE, "Decrypt", &response.write())
}

#[test]
fn a_request_is_written_and_read_to_the_letter() {
    assert_eq!(request().write(), on_the_wire(DECRYPT_REQUEST));
    assert_eq!(body_of(DECRYPT_REQUEST, Request::read), Ok(request()));
}

#[test]
fn a_request_says_nothing_of_what_it_does_not_have() {
    let empty = Request::default();
    assert!(empty.write().contains("<Decrypt xmlns=\"https://ecomm.sella.it/\"></Decrypt>"));
    assert_eq!(body_of(&empty.write(), Request::read), Ok(empty));
}

#[test]
fn outcomes_are_written_in_the_documented_order() {
    assert_eq!(respond(&Response::Outcome(Box::new(paid()))), on_the_wire(DECRYPT_PAID));
    assert_eq!(respond(&Response::Outcome(Box::new(refused()))), on_the_wire(DECRYPT_REFUSED));
}

#[test]
fn outcomes_are_read_as_they_were_written() {
    assert_eq!(Response::read(DECRYPT_PAID), Ok(Response::Outcome(Box::new(paid()))));
    assert_eq!(Response::read(DECRYPT_REFUSED), Ok(Response::Outcome(Box::new(refused()))));
}

#[test]
fn a_call_that_failed_is_short_and_says_nothing_of_a_payment() {
    let failure = Failure { code: Code::SYSTEM, text: Code::SYSTEM.text(Lang::Italian).into() };
    let failed = Response::Failed(failure);
    assert_eq!(respond(&failed), on_the_wire(DECRYPT_FAILED));
    assert_eq!(Response::read(DECRYPT_FAILED), Ok(failed));
    assert_eq!(names_below(DECRYPT_FAILED, "GestPayCryptDecrypt").len(), 4);
}

#[test]
fn an_answer_that_contradicts_itself_is_no_payment() {
    let odd = DECRYPT_PAID.replace("<ErrorCode>0<", "<ErrorCode>74<");
    assert!(matches!(Response::read(&odd), Err(ReadError::Value { element: "ErrorCode", .. })));
    let bare = DECRYPT_FAILED.replace(">KO<", ">OK<").replace(">9999<", ">0<");
    assert_eq!(Response::read(&bare), Err(ReadError::Missing("ShopTransactionID")));
    let silent = DECRYPT_FAILED.replace(">9999<", "><");
    assert_eq!(Response::read(&silent), Err(ReadError::Missing("ErrorCode")));
    let worded = DECRYPT_FAILED.replace(">9999<", ">boom<");
    assert!(matches!(Response::read(&worded), Err(ReadError::Value { element: "ErrorCode", .. })));
}

#[test]
fn a_payment_that_is_not_final_is_neither_paid_nor_refused() {
    let text = DECRYPT_PAID.replace("<TransactionResult>OK", "<TransactionResult>XX");
    let Ok(Response::Outcome(outcome)) = Response::read(&text) else { panic!("an outcome") };
    assert_eq!(outcome.result, Verdict::Xx);
}

#[test]
fn nested_authentication_escaped_wrappers_and_real_cdata_are_read() {
    let text = "<GestPayCryptDecrypt><TransactionResult>OK</TransactionResult><ShopTransactionID>a</ShopTransactionID>\
                <Buyer><BuyerName>&lt;![CDATA[Test Customer]]&gt;</BuyerName><BuyerEmail><![CDATA[a@b.it]]></BuyerEmail>\
                </Buyer><ErrorCode>0</ErrorCode><VbV><VbVFlag>x</VbVFlag><VbVRisp>y</VbVRisp></VbV></GestPayCryptDecrypt>";
    let Ok(Response::Outcome(outcome)) = Response::read(text) else { panic!("an outcome") };
    assert_eq!(outcome.buyer_name.as_deref(), Some("Test Customer"));
    assert_eq!(outcome.buyer_email.as_deref(), Some("a@b.it"));
    assert_eq!(
        (outcome.vbv_flag.as_str(), outcome.vbv_risp.as_str(), outcome.vbv_buyer.as_str()),
        ("x", "y", ""),
        "the nested authentication is read, and what is absent is empty"
    );
}

#[test]
fn no_secret_and_no_buyer_is_in_the_debug_text() {
    let shown = format!("{:?} {:?}", request(), paid());
    assert!(shown.contains("order-42-1") && !shown.contains("k3y") && !shown.contains("Anna"), "{shown}");
}
