//! The operations that make no sense for Amazon Pay: each refused in its own shape.

use std::collections::BTreeSet;

use wire::other::Operation;
use wire::path::Service;
use wire::{Code, Failure, Lang};

use crate::golden::names_below;

const SPOKEN: [&str; 7] = [
    "callReadTrxS2S",
    "callPagamS2S",
    "callSettleS2S",
    "callDeleteS2S",
    "callRefundS2S",
    "callDeleteTokenS2S",
    "CallUpdateTokenS2S",
];

fn failure(code: Code) -> Failure {
    Failure { code, text: code.text(Lang::Italian).to_owned() }
}

#[test]
fn every_operation_of_the_description_is_spoken_or_refused_and_never_both() {
    let described: BTreeSet<&str> = wire::wsdl::operations(Service::S2s).collect();
    let refused: BTreeSet<&str> = described.iter().copied().filter(|name| Operation::named(name).is_some()).collect();
    let spoken = BTreeSet::from(SPOKEN);
    assert_eq!(described.difference(&refused).copied().collect::<BTreeSet<_>>(), spoken);
    assert!(Operation::named("callpagams2s").is_none() && Operation::named("Encrypt").is_none());
}

#[test]
fn each_has_every_documented_element_in_its_order() {
    let names = |name: &str| {
        let operation = Operation::named(name).expect("refused");
        names_below(&operation.refused(&failure(operation.code)), "GestPayS2S")
    };
    let common = ["TransactionType", "TransactionResult"];
    let plain = ["ErrorCode", "ErrorDescription"];
    assert_eq!(names("CallUpdateOrderS2S"), [common, plain].concat());
    assert_eq!(names("callVerifycardS2S"), [common, ["Country", "Company"], plain].concat());
    assert_eq!(names("callExchangeRateS2S"), [&common[..], &plain, &["ExchangeRates"]].concat());
    assert_eq!(names("CallIdealListS2S"), [&common[..], &plain, &["BankList"]].concat());
    let card = names("callCheckCartaS2S");
    assert_eq!(card[2..4], ["TransactionErrorCode", "TransactionErrorDescription"]);
    assert_eq!(
        (card.len(), card.last().map(String::as_str)),
        (25, Some("Prepaid")),
        "a card's answer ends with its 25th element"
    );
    let token = names("CallRequestTokenS2S");
    assert_eq!(token[..25], card[..]);
    assert_eq!(token[25..], ["Token", "TokenExpiryMonth", "TokenExpiryYear"]);
}

#[test]
fn a_caller_who_is_not_let_in_gets_the_short_form() {
    let operation = Operation::named("CallRequestTokenS2S").expect("refused");
    let text = operation.failed(&failure(Code::IP_REFUSED));
    let expected = ["TransactionType", "TransactionResult", "TransactionErrorCode", "TransactionErrorDescription"]
        .map(str::to_owned);
    assert_eq!(names_below(&text, "GestPayS2S"), expected);
    assert!(text.starts_with("<GestPayS2S xmlns=\"\"><TransactionType>REQUESTTOKEN<"), "{text}");
}
