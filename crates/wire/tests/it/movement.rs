//! callSettleS2S, callDeleteS2S, callRefundS2S: requests and answers, both directions.

use wire::movement::{Kind, Named, Response};
use wire::soap::{self, Version};
use wire::{Code, Currency, Failure, Lang, ReadError, S2S_NAMESPACE, delete, refund, settle};

use crate::golden::{
    DELETE_REFUSED, DELETE_REQUEST, REFUND_DONE, REFUND_REQUEST, SETTLE_DONE, SETTLE_FAILED, SETTLE_REQUEST, body_of,
    names_below, on_the_wire,
};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn named(shop: Option<&str>, bank: Option<&str>) -> Named {
    Named { shop_transaction_id: shop.map(str::to_owned), bank_transaction_id: bank.map(str::to_owned) }
}

fn both() -> Named {
    named(Some("order-42-1"), Some("117"))
}

fn settle() -> settle::Request {
    settle::Request {
        shop_login: text("GESPAY00001"),
        uic_code: text("242"),
        amount: text("20.00"),
        named: both(),
        settlement_id: text("parcel-1"),
        apikey: text("k3y=="),
    }
}

fn delete() -> delete::Request {
    delete::Request {
        shop_login: text("GESPAY00001"),
        named: both(),
        cancel_reason: text("out of stock"),
        apikey: text("k3y=="),
    }
}

fn refund() -> refund::Request {
    refund::Request {
        shop_login: text("GESPAY00001"),
        uic_code: text("242"),
        amount: text("5.00"),
        named: both(),
        settlement_id: text("return-1"),
        refund_reason: text("a scratch"),
        charge_back_fraud: text("N"),
        apikey: text("k3y=="),
    }
}

fn failure(code: Code) -> Failure {
    Failure { code, text: code.text(Lang::Italian).to_owned() }
}

fn respond(operation: &str, response: &Response) -> String {
    soap::respond(Version::V11, S2S_NAMESPACE, operation, &response.write())
}

#[test]
fn requests_are_written_and_read_to_the_letter() {
    assert_eq!(settle().write(), on_the_wire(SETTLE_REQUEST));
    assert_eq!(body_of(SETTLE_REQUEST, settle::Request::read), Ok(settle()));
    assert_eq!(delete().write(), on_the_wire(DELETE_REQUEST));
    assert_eq!(body_of(DELETE_REQUEST, delete::Request::read), Ok(delete()));
    assert_eq!(refund().write(), on_the_wire(REFUND_REQUEST));
    assert_eq!(body_of(REFUND_REQUEST, refund::Request::read), Ok(refund()));
}

#[test]
fn a_settlement_knows_its_transaction_by_its_own_names_only() {
    let misnamed = SETTLE_REQUEST.replace("shopTransID>", "shopTransactionId>").replace("bankTransID>", "bankTransId>");
    assert_eq!(body_of(&misnamed, settle::Request::read).map(|request| request.named), Ok(Named::default()));
}

#[test]
fn what_was_shipped_is_passed_over() {
    let shipped = "<FullFillment><FullFillmentlst><FullfillmentDetail><Status>success</Status><amount>1</amount>\
                   </FullfillmentDetail></FullFillmentlst></FullFillment><apikey>";
    let with = SETTLE_REQUEST.replace("<apikey>", shipped);
    assert_eq!(body_of(&with, settle::Request::read), Ok(settle()));
}

#[test]
fn amounts_names_and_reasons_keep_the_rules() {
    let valid = settle().validate().expect("valid");
    assert_eq!((valid.currency, valid.amount_minor), (Currency::EUR, 2000), "the amount is 20.00 in euro cents");
    assert_eq!(valid.settlement_id.as_deref(), Some("parcel-1"));
    let refused = |change: fn(&mut settle::Request)| {
        let mut request = settle();
        change(&mut request);
        request.validate().err()
    };
    assert_eq!(refused(|r| r.uic_code = None), Some(Code::CURRENCY_MISSING));
    assert_eq!(refused(|r| r.amount = None), Some(Code::AMOUNT_MISSING));
    assert_eq!(refused(|r| r.amount = text("0")), Some(Code::AMOUNT_TOO_SMALL));
    assert_eq!(refused(|r| r.settlement_id = Some("x".repeat(21))), Some(Code::PARAMETER_TOO_LONG));
    assert_eq!(refused(|r| r.named = Named::default()), None, "which transaction is a question for later");
    let long = Some("x".repeat(51));
    assert_eq!(delete().validate(), Ok("out of stock".to_owned()));
    assert_eq!(delete::Request { cancel_reason: long.clone(), ..delete() }.validate(), Err(Code::PARAMETER_TOO_LONG));
    assert_eq!(refund().validate().map(|(valid, reason)| (valid.amount_minor, reason)), Ok((500, "a scratch".into())));
    assert_eq!(refund::Request { refund_reason: long, ..refund() }.validate().err(), Some(Code::PARAMETER_TOO_LONG));
}

#[test]
fn answers_repeat_the_requests_identifiers() {
    let answers = [
        ("callSettleS2S", SETTLE_DONE, Response::done(Kind::Settle, &both(), Lang::Italian)),
        (
            "callDeleteS2S",
            DELETE_REFUSED,
            Response::refused(Kind::Delete, &named(None, Some("117")), failure(Code::NOT_DELETABLE)),
        ),
        ("callRefundS2S", REFUND_DONE, Response::done(Kind::Refund, &named(Some("order-42-1"), None), Lang::Italian)),
    ];
    for (operation, golden, answer) in answers {
        assert_eq!(respond(operation, &answer), on_the_wire(golden));
        assert_eq!(Response::read(golden, answer.kind), Ok(answer));
    }
}

#[test]
fn a_caller_who_is_not_let_in_gets_the_short_form() {
    let answer = Response::failed(Kind::Settle, failure(Code::IP_REFUSED));
    assert_eq!(respond("callSettleS2S", &answer), on_the_wire(SETTLE_FAILED));
    assert_eq!(Response::read(SETTLE_FAILED, Kind::Settle), Ok(answer));
    assert_eq!(names_below(SETTLE_FAILED, "GestPayS2S").len(), 4);
}

#[test]
fn an_answer_that_does_not_fit_is_never_taken_for_done() {
    let other = Response::read(SETTLE_DONE, Kind::Refund);
    assert_eq!(other, Err(ReadError::Value { element: "TransactionType", value: "Settle".into() }));
    let changed = |from: &str, to: &str| Response::read(&SETTLE_DONE.replace(from, to), Kind::Settle);
    assert!(matches!(changed(">0<", ">2019<"), Err(ReadError::Value { element: "ErrorCode", .. })));
    assert_eq!(changed("<TransactionResult>OK", "<TransactionResult>KO"), Err(ReadError::Missing("ErrorCode")));
    for odd in ["XX", "ok", ""] {
        let read = changed("<TransactionResult>OK", &format!("<TransactionResult>{odd}"));
        assert!(matches!(read, Err(ReadError::Value { element: "TransactionResult", .. })), "{odd:?}");
    }
}

#[test]
fn no_key_is_in_the_debug_text() {
    let shown = format!("{:?} {:?} {:?}", settle(), delete(), refund());
    assert!(shown.contains("order-42-1") && !shown.contains("k3y"), "{shown}");
}
