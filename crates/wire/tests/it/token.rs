//! callDeleteTokenS2S and CallUpdateTokenS2S: requests and answers, both directions.

use wire::soap::{self, Version};
use wire::token::{Kind, Response};
use wire::{Code, Failure, Lang, ReadError, S2S_NAMESPACE, delete_token, update_token};

use crate::golden::{
    DELETE_TOKEN_DONE, DELETE_TOKEN_REQUEST, UPDATE_TOKEN_REFUSED, UPDATE_TOKEN_REQUEST, body_of, on_the_wire,
};

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn delete() -> delete_token::Request {
    delete_token::Request {
        token_value: text("7Q2M9X4K1B8V3Z6T"),
        shop_login: text("GESPAY00001"),
        apikey: text("k3y=="),
    }
}

fn update() -> update_token::Request {
    update_token::Request {
        shop_login: text("GESPAY00001"),
        token: text("7Q2M9X4K1B8V3Z6T"),
        expiry_month: text("11"),
        expiry_year: text("29"),
        with_aut: text("Y"),
        apikey: text("k3y=="),
    }
}

#[test]
fn requests_are_written_and_read_to_the_letter() {
    assert_eq!(delete().write(), on_the_wire(DELETE_TOKEN_REQUEST), "the token stands first");
    assert_eq!(body_of(DELETE_TOKEN_REQUEST, delete_token::Request::read), Ok(delete()));
    assert_eq!(update().write(), on_the_wire(UPDATE_TOKEN_REQUEST));
    assert_eq!(body_of(UPDATE_TOKEN_REQUEST, update_token::Request::read), Ok(update()));
}

#[test]
fn answers_are_written_and_read_to_the_letter() {
    let unknown = Failure { code: Code::TOKEN_UNKNOWN, text: Code::TOKEN_UNKNOWN.text(Lang::Italian).to_owned() };
    for (operation, golden, answer) in [
        ("callDeleteTokenS2S", DELETE_TOKEN_DONE, Response::done(Kind::Delete)),
        ("CallUpdateTokenS2S", UPDATE_TOKEN_REFUSED, Response::refused(Kind::Update, unknown)),
    ] {
        assert_eq!(soap::respond(Version::V11, S2S_NAMESPACE, operation, &answer.write()), on_the_wire(golden));
        assert_eq!(Response::read(golden, answer.kind), Ok(answer));
    }
}

#[test]
fn an_answer_that_does_not_fit_is_never_taken_for_done() {
    let other = Response::read(DELETE_TOKEN_DONE, Kind::Update);
    assert!(matches!(other, Err(ReadError::Value { element: "TransactionType", .. })));
    let odd = DELETE_TOKEN_DONE.replace(">0<", ">1165<");
    assert!(matches!(Response::read(&odd, Kind::Delete), Err(ReadError::Value { element: "ErrorCode", .. })));
}

#[test]
fn no_key_and_no_token_is_in_the_debug_text() {
    let shown = format!("{:?} {:?}", delete(), update());
    assert!(shown.contains("GESPAY00001") && !shown.contains("k3y") && !shown.contains("7Q2M"), "{shown}");
}
