//! Properties: what is written is read back, and no bytes whatever make a reader fail otherwise than in order.

use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;
use wire::encrypt::{Permitted, validate};
use wire::movement::{self, Named};
use wire::soap::{self, Fault, Version};
use wire::{
    Code, Currency, Failure, ReadError, Verdict, amount, custom_info, decrypt, delete, delete_token, encrypt, other,
    pagam, read_trx, refund, settle, token, update_token,
};

use crate::golden::{self, body_of};

/// Reads as a server and as a client. The results do not matter, only that all of it ends in order.
fn read_everything(bytes: &[u8]) {
    match soap::read(Some("text/xml"), None, bytes) {
        Ok(envelope) => {
            let (namespace, operation) = envelope.operation();
            let _ = soap::respond(envelope.version(), namespace, operation, "");
            let _ = (decrypt::Request::read(envelope.body()), read_trx::Request::read(envelope.body()));
            if let Ok(request) = encrypt::Request::read(envelope.body()) {
                let _ = validate(&request, Permitted::default());
            }
            read_what_moves_money(envelope.body());
        }
        Err(fault) => assert!((400..600).contains(&fault.status()) && !fault.is_ours(), "{fault:?}"),
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = (encrypt::Response::read(&text), decrypt::Response::read(&text));
    if let Ok(read_trx::Response::Report(report)) = read_trx::Response::read(&text) {
        report.order_reference().expect("what was read is XML");
    }
    if let Ok(pagam::Response::Outcome(outcome)) = pagam::Response::read(&text) {
        let again = pagam::Response::Outcome(outcome).write();
        pagam::Response::read(&again).expect("what was read is an answer");
    }
    for kind in KINDS {
        let _ = movement::Response::read(&text, kind).map(|answer| answer.write());
    }
    let _ = (token::Response::read(&text, token::Kind::Delete), token::Response::read(&text, token::Kind::Update));
}

fn read_what_moves_money(body: xml::Element<'_>) {
    if let Ok(request) = pagam::Request::read(body) {
        let _ = pagam::validate(&request, Permitted::default());
    }
    let _ = settle::Request::read(body).map(|request| request.validate());
    let _ = delete::Request::read(body).map(|request| request.validate());
    let _ = refund::Request::read(body).map(|request| request.validate());
    let _ = (delete_token::Request::read(body), update_token::Request::read(body), other::Request::read(body));
}

const KINDS: [movement::Kind; 3] = [movement::Kind::Settle, movement::Kind::Delete, movement::Kind::Refund];

fn named() -> impl Strategy<Value = Named> {
    (field(), field())
        .prop_map(|(shop_transaction_id, bank_transaction_id)| Named { shop_transaction_id, bank_transaction_id })
}

fn line() -> impl Strategy<Value = String> {
    "[ -~àèßØ漢\u{1F980}]{0,40}".prop_map(|text| text.trim().to_owned())
}

fn field() -> impl Strategy<Value = Option<String>> {
    option::of(line().prop_filter("empty is absent", |text| !text.is_empty()))
}

fn encrypt_request() -> impl Strategy<Value = encrypt::Request> {
    let compulsory = (field(), field(), field(), field());
    let buyer = (field(), field(), field(), field(), field());
    let methods = prop::collection::vec(line().prop_filter("empty is absent", |text| !text.is_empty()), 0..4);
    (compulsory, buyer, methods, (field(), field(), field())).prop_map(
        |(compulsory, buyer, payment_types, (pay_pal, amazon_pay, apikey))| encrypt::Request {
            shop_login: compulsory.0,
            uic_code: compulsory.1,
            amount: compulsory.2,
            shop_transaction_id: compulsory.3,
            buyer_name: buyer.0,
            buyer_email: buyer.1,
            language_id: buyer.2,
            custom_info: buyer.3,
            request_token: buyer.4,
            payment_types,
            pay_pal_billing_agreement_description: pay_pal,
            amazon_pay_billing_agreement_description: amazon_pay,
            apikey,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_prefix_is_read_or_refused(message in any::<Index>(), end in any::<Index>()) {
        let bytes = message.get(&golden::ALL).as_bytes();
        read_everything(&bytes[..end.index(bytes.len() + 1)]);
    }

    #[test]
    fn any_mutation_is_read_or_refused(
        message in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), 0_u8..4, any::<u8>(), any::<Index>()), 1..6),
    ) {
        let mut bytes = message.get(&golden::ALL).as_bytes().to_vec();
        for (at, what, byte, to) in changes {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.drain(at..bytes.len().min(at + usize::from(byte % 32)))),
                // A piece of it once more, anywhere: elements repeat, tags cross.
                _ => {
                    let piece = bytes[at..bytes.len().min(at + usize::from(byte))].to_vec();
                    let to = to.index(bytes.len());
                    bytes.splice(to..to, piece);
                }
            }
            if bytes.is_empty() {
                bytes.push(b'<');
            }
        }
        read_everything(&bytes);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_everything(&bytes);
    }

    #[test]
    fn any_headers_are_taken_or_refused(kind in "[ -~]{0,60}", action in "[ -~]{0,60}") {
        let bytes = golden::ENCRYPT_REQUEST.as_bytes();
        let _ = soap::read(Some(&kind), Some(&action), bytes);
        let parameter = format!("text/xml;{kind}");
        match soap::read(Some(&parameter), Some(&action), bytes) {
            Ok(_) | Err(Fault::Action(_) | Fault::Unreadable(_)) => {}
            Err(fault) => prop_assert!(false, "{fault:?}"),
        }
    }

    #[test]
    fn an_encrypt_request_is_read_as_it_was_written(request in encrypt_request()) {
        prop_assert_eq!(body_of(&request.write(), encrypt::Request::read), Ok(request));
    }

    #[test]
    fn a_valid_encrypt_keeps_its_limits(request in encrypt_request()) {
        if let Ok(valid) = validate(&request, Permitted::default()) {
            let purchase = valid.purchase;
            prop_assert!(purchase.amount_minor > 0 && purchase.shop_transaction_id.chars().count() <= 50);
        }
    }

    #[test]
    fn an_outcome_is_read_as_it_was_written(
        texts in prop::collection::vec(line(), 6),
        optional in prop::collection::vec(option::of(line()), 4),
        buyer in option::of((line(), line())),
        code in 1_u32..10_000,
    ) {
        let (buyer_name, buyer_email) = buyer.unzip();
        let outcome = decrypt::Outcome {
            shop_transaction_id: texts[0].clone(),
            bank_transaction_id: texts[1].clone(),
            amount: texts[2].clone(),
            error_description: texts[3].clone(),
            alert_code: texts[4].clone(),
            transaction_key: texts[5].clone(),
            country: optional[0].clone(),
            custom_info: optional[1].clone(),
            payment_method: optional[2].clone(),
            token: optional[3].clone(),
            buyer_name,
            buyer_email,
            ..decrypt::Outcome::new(Verdict::Ko, Code(code))
        };
        let response = decrypt::Response::Outcome(Box::new(outcome));
        let answer = soap::respond(Version::V12, wire::CRYPT_NAMESPACE, "Decrypt", &response.write());
        prop_assert_eq!(decrypt::Response::read(&answer), Ok(response));
    }

    #[test]
    fn a_charge_is_read_as_it_was_written(
        fields in prop::collection::vec(field(), 12),
        payment_types in prop::collection::vec(line().prop_filter("empty is absent", |text| !text.is_empty()), 0..3),
    ) {
        let [shop_login, uic_code, amount, shop_transaction_id, buyer_name, buyer_email, language_id, trans_key,
            custom_info, request_token, token_value, apikey] = <[_; 12]>::try_from(fields).expect("twelve");
        let request = pagam::Request {
            shop_login, uic_code, amount, shop_transaction_id, has_card: false, buyer_name, buyer_email, language_id,
            trans_key, pares: None, custom_info, request_token, token_value, payment_types, apikey,
        };
        prop_assert_eq!(body_of(&request.write(), pagam::Request::read), Ok(request));
    }

    #[test]
    fn the_outcome_of_a_charge_is_read_as_it_was_written(
        texts in prop::collection::vec(line(), 6),
        custom in prop::collection::vec(("[ -~àß\u{1F980}]{1,9}", "[ -)+-~]{0,12}"), 0..5),
        optional in prop::collection::vec(option::of(line()), 3),
        code in 1_u32..10_000,
    ) {
        let outcome = pagam::Outcome {
            shop_transaction_id: texts[0].clone(),
            bank_transaction_id: texts[1].clone(),
            amount: texts[2].clone(),
            buyer_name: texts[3].clone(),
            error_description: texts[4].clone(),
            token: texts[5].clone(),
            custom_info: custom,
            td_level: optional[0].clone(),
            masked_pan: optional[1].clone(),
            risk_response_code: optional[2].clone(),
            ..pagam::Outcome::new(Verdict::Ko, Code(code))
        };
        let response = pagam::Response::Outcome(Box::new(outcome));
        let answer = soap::respond(Version::V12, wire::S2S_NAMESPACE, "callPagamS2S", &response.write());
        prop_assert_eq!(pagam::Response::read(&answer), Ok(response));
    }

    #[test]
    fn what_moves_money_is_read_as_it_was_written(
        (shop_login, uic_code, amount, apikey) in (field(), field(), field(), field()),
        (named, settlement_id, reason, fraud) in (named(), field(), field(), field()),
    ) {
        let settle = settle::Request {
            shop_login: shop_login.clone(), uic_code: uic_code.clone(), amount: amount.clone(), named: named.clone(),
            settlement_id: settlement_id.clone(), apikey: apikey.clone(),
        };
        prop_assert_eq!(body_of(&settle.write(), settle::Request::read), Ok(settle));
        let delete = delete::Request {
            shop_login: shop_login.clone(), named: named.clone(), cancel_reason: reason.clone(), apikey: apikey.clone(),
        };
        prop_assert_eq!(body_of(&delete.write(), delete::Request::read), Ok(delete));
        let refund = refund::Request {
            shop_login, uic_code, amount, named, settlement_id, refund_reason: reason, charge_back_fraud: fraud, apikey,
        };
        prop_assert_eq!(body_of(&refund.write(), refund::Request::read), Ok(refund));
    }

    #[test]
    fn the_answer_to_what_moves_money_is_read_as_it_was_written(
        kind in prop::sample::select(&KINDS[..]),
        named in option::of(named()),
        code in 0_u32..10_000,
        text in line(),
    ) {
        let response = movement::Response { kind, named, code: Code(code), text };
        prop_assert_eq!(movement::Response::read(&response.write(), kind), Ok(response));
    }

    #[test]
    fn a_fault_reaches_the_client_as_a_fault(text in line(), version in prop_oneof![Just(Version::V11), Just(Version::V12)]) {
        let fault = Fault::UnknownOperation(text);
        let read = encrypt::Response::read(&fault.to_xml(version));
        prop_assert_eq!(read, Err(ReadError::Fault(fault.text().trim().to_owned())));
    }

    #[test]
    fn a_refusal_is_read_as_it_was_written(code in 1_u32..10_000, text in line()) {
        let response = encrypt::Response::Ko(Failure { code: Code(code), text });
        prop_assert_eq!(encrypt::Response::read(&response.write()), Ok(response));
    }

    #[test]
    fn an_amount_is_read_as_it_was_written(minor in 1_i64..=700_000_000) {
        let text = amount::format(minor, Currency::EUR);
        let fits = text.len() <= amount::MAX_LENGTH;
        prop_assert_eq!(amount::parse(&text, Currency::EUR), if fits { Ok(minor) } else { Err(Code::AMOUNT_TOO_BIG) });
    }

    #[test]
    fn no_text_is_an_amount_outside_the_limits(text in "[0-9.,+eE -]{0,14}") {
        for currency in ["EUR", "JPY", "IDR"].map(|iso| Currency::by_iso(iso).expect("known")) {
            if let Ok(minor) = amount::parse(&text, currency) {
                prop_assert!((currency.minimum()..=currency.maximum()).contains(&minor));
            }
        }
    }

    #[test]
    fn custom_information_keeps_its_meaning(parts in prop::collection::vec(("[a-zA-Z_]{1,8}", "[ -)+-~]{0,12}"), 1..5)) {
        let text = parts.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("*P1*");
        let whole = custom_info::normalize(&text);
        prop_assert_eq!(custom_info::normalize(&whole), whole.clone());
        let read: Vec<(String, String)> =
            custom_info::parse(&whole).into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let sent: Vec<(String, String)> = parts.into_iter().map(|(key, value)| (key.to_uppercase(), value)).collect();
        prop_assert_eq!(read, sent);
    }
}
