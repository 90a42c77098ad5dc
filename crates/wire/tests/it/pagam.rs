//! callPagamS2S: request and answer, both directions.

use wire::pagam::{Outcome, Request, Response};
use wire::soap::{self, Version};
use wire::{Code, Failure, Lang, ReadError, S2S_NAMESPACE, Verdict};

use crate::golden::{
    PAGAM_FAILED, PAGAM_PAID, PAGAM_REFUSED, PAGAM_REQUEST, PAGAM_TOKEN_REQUEST, body_of, names_below, on_the_wire,
};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn request() -> Request {
    Request {
        shop_login: text("GESPAY00001"),
        uic_code: text("242"),
        amount: text("24.21"),
        shop_transaction_id: text("order-42-1"),
        buyer_name: text("Anna & Marco Fumagalli"),
        buyer_email: text(":NOSEND:anna@example.it"),
        language_id: text("5"),
        trans_key: text("S02-1234567-7654321"),
        custom_info: text("STORE=7*P1*NOTE=a%2Fb"),
        request_token: text("MASKEDPAN"),
        payment_types: vec!["AMAZONPAY".into()],
        apikey: text("k3y=="),
        ..Request::default()
    }
}

fn with_token() -> Request {
    Request {
        shop_login: text("GESPAY00001"),
        uic_code: text("242"),
        amount: text("9.90"),
        shop_transaction_id: text("month-2"),
        token_value: text("7Q2M9X4K1B8V3Z6T"),
        apikey: text("k3y=="),
        ..Request::default()
    }
}

/// Every optional element is on.
fn paid() -> Outcome {
    let custom = [("STORE", "7"), ("NOTE", "a%2Fb"), ("GIFT NOTE", "")];
    Outcome {
        shop_transaction_id: "order-42-1".into(),
        bank_transaction_id: "117".into(),
        authorization_code: "008152".into(),
        currency: "242".into(),
        amount: "24.21".into(),
        buyer_name: "Anna & Marco Fumagalli".into(),
        buyer_email: "anna@example.it".into(),
        custom_info: custom.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec(),
        td_level: text(""),
        error_description: Code::OK.text(Lang::Italian).into(),
        masked_pan: text(""),
        payment_method: "AMAZONPAY".into(),
        product_type: text(""),
        cvv_present: text("N"),
        token: "7Q2M9X4K1B8V3Z6T".into(),
        risk_response_code: text("approved"),
        risk_response_description: text(""),
        ..Outcome::new(Verdict::Ok, Code::OK)
    }
}

/// Every optional element is off.
fn refused() -> Outcome {
    Outcome {
        shop_transaction_id: "order-42-2".into(),
        bank_transaction_id: "118".into(),
        currency: "242".into(),
        amount: "24.21".into(),
        error_description: Code::AMAZON_METHOD_NOT_ALLOWED.text(Lang::Italian).into(),
        alert_code: "2002".into(),
        alert_description: "troppo".into(),
        payment_method: "AMAZONPAY".into(),
        ..Outcome::new(Verdict::Ko, Code::AMAZON_METHOD_NOT_ALLOWED)
    }
}

fn respond(response: &Response) -> String {
    soap::respond(Version::V11, S2S_NAMESPACE, "callPagamS2S", &response.write())
}

#[test]
fn both_kinds_of_charge_are_written_and_read_to_the_letter() {
    for (request, golden) in [(request(), PAGAM_REQUEST), (with_token(), PAGAM_TOKEN_REQUEST)] {
        assert_eq!(request.write(), on_the_wire(golden));
        assert_eq!(body_of(golden, Request::read), Ok(request));
    }
}

#[test]
fn a_card_is_noticed_whatever_it_comes_in_and_its_content_is_not_kept() {
    let with = |field: &str| PAGAM_TOKEN_REQUEST.replace("<tokenValue>", &format!("{field}<tokenValue>"));
    for field in [
        "<cardNumber>4111111111111111</cardNumber>",
        "<cvv>123</cvv>",
        "<googlePay><tokenizationData><token>x</token></tokenizationData></googlePay>",
    ] {
        let read = body_of(&with(field), Request::read).expect("read");
        assert!(read.has_card, "{field}");
        assert!(!read.write().contains("4111"));
    }
    for field in ["<cardNumber/>", "<cardNumber> </cardNumber>", "<x:cvv xmlns:x='u'>1</x:cvv>", "<CVV>1</CVV>"] {
        assert!(!body_of(&with(field), Request::read).expect("read").has_card, "{field}");
    }
}

#[test]
fn outcomes_are_written_in_the_documented_order() {
    assert_eq!(respond(&Response::Outcome(Box::new(paid()))), on_the_wire(PAGAM_PAID));
    assert_eq!(respond(&Response::Outcome(Box::new(refused()))), on_the_wire(PAGAM_REFUSED));
}

#[test]
fn outcomes_are_read_as_they_were_written() {
    assert_eq!(Response::read(PAGAM_PAID), Ok(Response::Outcome(Box::new(paid()))));
    assert_eq!(Response::read(PAGAM_REFUSED), Ok(Response::Outcome(Box::new(refused()))));
}

#[test]
fn what_is_refused_untried_repeats_what_was_asked() {
    let failure = Failure { code: Code::AMOUNT_TOO_BIG, text: "troppo".into() };
    let Response::Outcome(outcome) = Response::refused(&request(), failure) else { panic!("an outcome") };
    assert_eq!(
        (outcome.result, outcome.error_code),
        (Verdict::Ko, Code::AMOUNT_TOO_BIG),
        "it is refused, with the code of the refusal"
    );
    assert_eq!(
        (outcome.shop_transaction_id.as_str(), outcome.amount.as_str()),
        ("order-42-1", "24.21"),
        "the shop finds its own identifier and amount again"
    );
    assert_eq!(outcome.buyer_email, "anna@example.it");
    assert_eq!(outcome.custom_info[0], ("STORE".to_owned(), "7".to_owned()), "the shop finds its own fields again");
    assert_eq!(
        (outcome.bank_transaction_id.as_str(), outcome.authorization_code.as_str()),
        ("", ""),
        "nothing was tried, so no transaction and no code exist"
    );
    let odd = Request { custom_info: text("a<b=1*P1**P1*=*P1*x"), ..Request::default() };
    let written = Response::refused(&odd, Failure { code: Code::PARAMETER_SYNTAX, text: String::new() }).write();
    assert!(written.contains("<CustomInfo><A_x003C_B>1</A_x003C_B><X></X></CustomInfo>"), "{written}");
}

#[test]
fn a_caller_who_is_not_let_in_gets_the_short_form() {
    let failed =
        Response::Failed(Failure { code: Code::IP_REFUSED, text: Code::IP_REFUSED.text(Lang::Italian).into() });
    assert_eq!(respond(&failed), on_the_wire(PAGAM_FAILED));
    assert_eq!(Response::read(PAGAM_FAILED), Ok(failed));
    assert_eq!(names_below(PAGAM_FAILED, "GestPayS2S").len(), 4);
}

#[test]
fn an_answer_that_contradicts_itself_says_nothing_of_the_money() {
    let odd = PAGAM_PAID.replace("<ErrorCode>0<", "<ErrorCode>74<");
    assert!(matches!(Response::read(&odd), Err(ReadError::Value { element: "ErrorCode", .. })));
    let bare = PAGAM_FAILED.replace(">KO<", ">OK<").replace(">1142<", ">0<");
    assert_eq!(Response::read(&bare), Err(ReadError::Missing("ShopTransactionID")));
    for silent in [PAGAM_FAILED.replace(">1142<", "><"), PAGAM_REFUSED.replace(">5001<", ">0<")] {
        assert_eq!(Response::read(&silent), Err(ReadError::Missing("ErrorCode")), "a refusal must say why");
    }
}

#[test]
fn a_charge_that_is_not_final_is_neither_paid_nor_refused() {
    let pending = PAGAM_PAID.replace("<TransactionResult>OK", "<TransactionResult>XX");
    let Ok(Response::Outcome(outcome)) = Response::read(&pending) else { panic!("an outcome") };
    assert_eq!(outcome.result, Verdict::Xx);
}

#[test]
fn no_secret_and_no_buyer_is_in_the_debug_text() {
    let shown = format!("{:?} {:?} {:?}", request(), with_token(), paid());
    assert!(shown.contains("order-42-1"), "{shown}");
    assert!(!shown.contains("k3y") && !shown.contains("Anna") && !shown.contains("7Q2M"), "{shown}");
}
