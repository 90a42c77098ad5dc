//! The reference's tables and recordings agree with what this crate says and reads.
//!
//! The reference stands beside the repository. Where it is missing these tests say so and end, except under CI.

use std::path::{Path, PathBuf};

use wire::decrypt::{self, Outcome};
use wire::movement::{self, Kind, Named};
use wire::order_reference::OrderReferenceDetails;
use wire::other::Operation;
use wire::path::Service;
use wire::read_trx::{self, EventKind, State};
use wire::soap::{self, Version};
use wire::{
    CRYPT_NAMESPACE, Code, Currency, Failure, Lang, S2S_NAMESPACE, Verdict, encrypt, method, pagam, settle, token,
};
use xml::{Document, Limits};

use crate::golden::{body_of, names_below};
use crate::wsdl::{Field, description, schema_of};

fn reference() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/data");
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "the reference is not beside the repository");
    eprintln!("not run: the reference is not beside the repository");
    None
}

fn text(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a file of the reference")
}

/// The rows of a table, without its heading.
fn table(folder: &Path, name: &str) -> Vec<Vec<String>> {
    text(folder, name).lines().skip(1).map(columns).collect()
}

fn columns(line: &str) -> Vec<String> {
    let (mut columns, mut quoted) = (vec![String::new()], false);
    let mut ahead = line.chars().peekable();
    while let Some(c) = ahead.next() {
        let last = columns.last_mut().expect("never empty");
        match c {
            '"' if quoted && ahead.peek() == Some(&'"') => last.extend(ahead.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => columns.push(String::new()),
            c => last.push(c),
        }
    }
    columns
}

#[test]
fn every_published_code_has_its_published_texts() {
    let Some(reference) = reference() else { return };
    let rows = table(&reference, "errors.csv");
    assert_eq!(rows.len(), Code::all().count());
    for row in rows {
        let code = Code(row[0].parse().expect("a number"));
        assert_eq!(code.text(Lang::English), row[1], "{code}");
        let italian = code.text(Lang::Italian);
        assert!(row[2].is_empty() || italian == row[2], "{code}: {italian}");
        let matters = matches!(row[4].as_str(), "core" | "amazon");
        assert!(!matters || row[1].is_empty() || italian != row[1], "{code} is not translated");
    }
}

#[test]
fn currencies_languages_and_methods_are_those_of_the_tables() {
    let Some(reference) = reference() else { return };
    for row in table(&reference, "currencies.csv") {
        let currency = Currency::by_uic(&row[0]).expect("known");
        assert_eq!(
            (currency.iso(), currency.exponent().to_string()),
            (row[1].as_str(), row[4].clone()),
            "the currency's code and decimals are those of the table"
        );
        let minor = |text: &str| text.parse::<f64>().map(|value| value * f64::from(10_u32.pow(currency.exponent())));
        if let (Ok(minimum), Ok(maximum)) = (minor(&row[6]), minor(&row[7])) {
            let rounded = |value: f64| value.round().max(1.0).to_string();
            assert_eq!(currency.minimum().to_string(), rounded(minimum), "{}", row[1]);
            assert_eq!(currency.maximum().to_string(), rounded(maximum), "{}", row[1]);
        }
    }
    for row in table(&reference, "languages.csv") {
        assert_eq!(Lang::by_id(&row[0]).expect("known").iso(), row[1]);
    }
    for row in table(&reference, "payment_types.csv") {
        assert!(method::is_known(&row[0]), "{}", row[0]);
    }
    for row in table(&reference, "alert_codes.csv") {
        assert!(Code(row[0].parse().expect("a number")).is_known());
    }
}

#[test]
fn the_descriptions_have_every_field_of_the_table_in_its_order() {
    let Some(reference) = reference() else { return };
    let services =
        [Service::CryptDecrypt, Service::S2s].map(|service| (service, schema_of(&description(service, "x")).1));
    let rows = table(&reference, "fields.csv");
    for (service, sequences) in &services {
        for operation in rows.iter().filter(|row| row[0] == service.name() && row[2] == "operation") {
            assert!(sequences.contains_key(&operation[1]), "{}", operation[1]);
        }
        for (name, fields) in sequences.iter().filter(|(name, _)| !name.ends_with("Response")) {
            let of_name = |row: &&Vec<String>| row[1] == *name && (row[2] == "type" || row[0] == service.name());
            // An operation without fields has one row that says so, in position 0.
            let expected: Vec<Field> =
                rows.iter().filter(of_name).filter(|row| row[3] != "0").map(|row| field(row)).collect();
            assert!(!expected.is_empty() || name == "callRenounce", "{name}");
            assert_eq!(fields, &expected, "{name}");
        }
    }
}

fn field(row: &[String]) -> Field {
    let kind = if row[5] == "string" { "s:string".to_owned() } else { format!("tns:{}", row[5]) };
    Field { name: row[4].clone(), kind, min: row[6].clone(), max: row[7].clone(), nillable: row[8] != "no" }
}

#[test]
fn what_the_old_descriptions_list_is_still_there_in_the_same_order() {
    let Some(reference) = reference() else { return };
    for (service, file) in [(Service::CryptDecrypt, "WSCryptDecrypt.wsdl"), (Service::S2s, "WSs2s.wsdl")] {
        let (old_operations, old) = schema_of(&text(&reference, file));
        let (operations, new) = schema_of(&description(service, "x"));
        assert!(old_operations.iter().all(|name| operations.contains(name)));
        for (name, fields) in old {
            let mut ahead = new[&name].iter();
            for field in fields {
                let found = ahead.any(|candidate| candidate.name == field.name && candidate.max == field.max);
                assert!(found, "{} of {name}", field.name);
            }
        }
    }
}

#[test]
fn every_recorded_request_is_an_envelope_of_its_service() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(&fixtures).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        if !name.ends_with(".req.xml") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("bytes");
        let envelope = soap::read(Some("text/xml;charset=UTF-8"), None, &bytes).expect("an envelope");
        let crypt = name.contains("crypt");
        assert_eq!(envelope.operation().0, if crypt { CRYPT_NAMESPACE } else { S2S_NAMESPACE }, "{name}");
        count += 1;
    }
    assert!(count >= 12, "{count}");
}

#[test]
fn recorded_requests_are_read() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    let request = body_of(&text(&fixtures, "wire2013_encrypt_ok.req.xml"), encrypt::Request::read).expect("read");
    assert_eq!(request.buyer_name.as_deref(), Some("Test Customer"));
    assert_eq!(
        (request.language_id.as_deref(), request.amount.as_deref()),
        (Some("1"), Some("0.01")),
        "language and amount are read as they were sent"
    );
    assert!(encrypt::validate(&request, encrypt::Permitted::default()).is_ok());
    let bare = body_of(&text(&fixtures, "wire2013_encrypt_ko_1008.req.xml"), encrypt::Request::read).expect("read");
    let refused = encrypt::validate(&bare, encrypt::Permitted::default());
    assert_eq!(refused.err(), Some(Code::CURRENCY_MISSING), "the documented code, where 1008 was recorded");
    let nil = text(&fixtures, "wire2013_decrypt_ko_9999_nil_shoplogin.req.xml");
    let request = body_of(&nil, decrypt::Request::read).expect("read");
    assert!(request.shop_login.is_none() && wire::seal::is_well_formed(&request.crypted_string.expect("there")));
    let printed = text(&fixtures, "docs_encrypt_amazonpay_request.xml")
        .replace("<Encrypt>", "<Encrypt xmlns='https://ecomm.sella.it/'>");
    let printed = format!("<e:Envelope xmlns:e='{}'><e:Body>{printed}</e:Body></e:Envelope>", soap::SOAP_11);
    let request = body_of(&printed, encrypt::Request::read).expect("read");
    assert_eq!(request.payment_types.as_slice(), ["AMAZONPAY".to_owned()].as_slice(), "the method is read");
    assert_eq!(request.amazon_pay_billing_agreement_description.as_deref(), None, "no agreement is asked for");
}

#[test]
fn recorded_answers_are_written_again_to_the_letter() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    for name in ["wire2013_decrypt_ok", "wire2013_decrypt_ko_74", "wire2013_decrypt_ko_9999_nil_shoplogin"] {
        let recorded = text(&fixtures, &format!("{name}.res.xml"));
        let inner = decrypt::Response::read(&recorded).expect("read").write();
        assert_eq!(soap::respond(Version::V11, CRYPT_NAMESPACE, "Decrypt", &inner), recorded.trim_end(), "{name}");
    }
    for name in ["wire2013_encrypt_ok", "wire2013_encrypt_ko_1008"] {
        let recorded = text(&fixtures, &format!("{name}.res.xml"));
        let inner = encrypt::Response::read(&recorded).expect("read").write();
        assert_eq!(soap::respond(Version::V11, CRYPT_NAMESPACE, "Encrypt", &inner), recorded.trim_end(), "{name}");
    }
}

#[test]
fn recorded_answers_about_money_are_written_again_to_the_letter() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    for (name, operation, kind) in [
        ("wire2013_settle_ok", "callSettleS2S", Kind::Settle),
        ("wire2013_settle_ko_2016", "callSettleS2S", Kind::Settle),
        ("wire2013_delete_ok", "callDeleteS2S", Kind::Delete),
        ("wire2013_delete_ko_2017", "callDeleteS2S", Kind::Delete),
    ] {
        let recorded = text(&fixtures, &format!("{name}.res.xml"));
        let inner = movement::Response::read(&recorded, kind).expect("read").write();
        assert_eq!(soap::respond(Version::V11, S2S_NAMESPACE, operation, &inner), recorded.trim_end(), "{name}");
    }
    for name in ["pagam_ok", "pagam_token_ok", "pagam_ko_74", "pagam_ko_8006_3ds"] {
        let recorded = text(&fixtures, &format!("wire2013_{name}.res.xml"));
        let inner = pagam::Response::read(&recorded).expect("read").write();
        // The escaped CDATA of that year was a mistake, which is read and not repeated.
        let expected = recorded.trim_end().replace("&lt;![CDATA[", "").replace("]]&gt;", "");
        assert_eq!(soap::respond(Version::V11, S2S_NAMESPACE, "callPagamS2S", &inner), expected, "{name}");
    }
}

#[test]
fn recorded_and_printed_charges_are_read() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    let token = body_of(&text(&fixtures, "wire2013_pagam_token_ok.req.xml"), pagam::Request::read).expect("read");
    assert!(!token.has_card && token.token_value.as_deref() == Some("53QWERTYU0I90987"));
    let card = body_of(&text(&fixtures, "wire2013_pagam_ok.req.xml"), pagam::Request::read).expect("read");
    assert!(card.has_card, "a card's number stands in the request");
    assert_eq!(card.token_value, None, "no token does");
    let printed = text(&fixtures, "docs_pagam_amazonpay_request.xml")
        .replace("<callPagamS2S>", "<callPagamS2S xmlns='https://ecomms2s.sella.it/'>");
    let printed = format!("<e:Envelope xmlns:e='{}'><e:Body>{printed}</e:Body></e:Envelope>", soap::SOAP_11);
    let amazon = body_of(&printed, pagam::Request::read).expect("read");
    assert_eq!(amazon.payment_types, ["AMAZONPAY"]);
    let full = pagam::Response::read(&text(&fixtures, "docs_pagam_ok_full.xml")).expect("read");
    let pagam::Response::Outcome(full) = full else { panic!("an outcome") };
    assert_eq!(
        (full.token.as_str(), full.cvv_present.as_deref()),
        ("40L76FDIEFMH1112", Some("Y")),
        "the token and whether a security code came are read"
    );
    let settle = body_of(&text(&fixtures, "wire2013_settle_ok.req.xml"), settle::Request::read).expect("read");
    assert_eq!(settle.named.bank_transaction_id.as_deref(), Some("2"));
    let misnamed = body_of(&text(&fixtures, "wire2013_settle_ko_2016.req.xml"), settle::Request::read).expect("read");
    assert_eq!(misnamed.named, Named::default(), "which is why 2016 was recorded");
}

#[test]
fn printed_answers_about_money_and_tokens_are_read() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    for (name, kind) in [
        ("docs_settle_ok.xml", Kind::Settle),
        ("docs_delete_ok.xml", Kind::Delete),
        ("docs_refund_ok.xml", Kind::Refund),
    ] {
        let read = movement::Response::read(&text(&fixtures, name), kind).expect("read");
        assert_eq!(read.failure(), None, "the movement was made: {name}");
        assert!(read.named.is_some(), "the transaction is named: {name}");
    }
    for (name, kind) in
        [("docs_delete_token_ok.xml", token::Kind::Delete), ("docs_update_token_ok.xml", token::Kind::Update)]
    {
        let read = token::Response::read(&text(&fixtures, name), kind).expect("read");
        assert_eq!(read, token::Response { kind, code: Code::OK, text: String::new() }, "{name}");
    }
}

#[test]
fn refused_operations_have_the_elements_of_the_recorded_and_printed_ones() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    for (operation, name) in [
        ("CallRequestTokenS2S", "wire2013_request_token_ko_405.res.xml"),
        ("callCheckCartaS2S", "docs_checkcard_ok_auth_ko.xml"),
        ("CallUpdateOrderS2S", "docs_update_order_ok.xml"),
        ("CallMyBankListS2S", "docs_mybank_list_ok.xml"),
        ("callExchangeRateS2S", "docs_exchange_rate_ok.xml"),
    ] {
        let operation = Operation::named(operation).expect("refused");
        let failure = Failure { code: operation.code, text: String::new() };
        let ours = names_below(&operation.refused(&failure), "GestPayS2S");
        assert_eq!(ours, names_below(&text(&fixtures, name), "GestPayS2S"), "{name}");
    }
}

fn outcome(fixtures: &Path, name: &str) -> Outcome {
    match decrypt::Response::read(&text(fixtures, name)).expect("read") {
        decrypt::Response::Outcome(outcome) => *outcome,
        decrypt::Response::Failed(failure) => panic!("{name}: {failure:?}"),
    }
}

#[test]
fn recorded_and_printed_outcomes_are_read() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    let custom = outcome(&fixtures, "inner_decrypt_ok_custominfo.xml");
    assert_eq!(custom.custom_info.as_deref(), Some("STORE_ID=1*P1*STORE_NAME=Negozio%2BAbc"));
    assert_eq!(
        (custom.country.as_deref(), custom.td_level.as_deref()),
        (Some("ITALIA"), Some("HALF")),
        "the country and the level of 3-D Secure are read"
    );
    let printed = outcome(&fixtures, "docs_decrypt_result_ok.xml");
    assert_eq!(
        (printed.result, printed.amount.as_str(), printed.buyer_name),
        (Verdict::Ok, "985.40", None),
        "the printed payment is paid, with its amount and without a buyer's name"
    );
    for (name, code) in [("inner_decrypt_ko_1142.xml", Code::IP_REFUSED), ("inner_decrypt_ko_9999.xml", Code::SYSTEM)] {
        let read = decrypt::Response::read(&text(&fixtures, name)).expect("read");
        assert!(matches!(read, decrypt::Response::Failed(failure) if failure.code == code), "{name}");
    }
    for name in ["inner_encrypt_ok.xml", "docs_encrypt_result_ok.xml"] {
        let read = encrypt::Response::read(&text(&fixtures, name)).expect("read");
        assert!(matches!(read, encrypt::Response::Ok(_)), "{name}");
    }
    let refused = encrypt::Response::read(&text(&fixtures, "inner_encrypt_ko_1142.xml")).expect("read");
    let encrypt::Response::Ko(failure) = refused else { panic!("refused") };
    assert_eq!(failure.text, Code::IP_REFUSED.text(Lang::Italian));
}

#[test]
fn printed_transactions_are_read_with_their_addresses() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    let report = |name: &str| match read_trx::Response::read(&text(&fixtures, name)).expect("read") {
        read_trx::Response::Report(report) => *report,
        other => panic!("{name}: {other:?}"),
    };
    let settled = report("docs_querytx_amazonpay_mov.xml");
    let kinds: Vec<&EventKind> = settled.events.iter().map(|event| &event.kind).collect();
    assert_eq!(kinds, [&EventKind::State(State::Authorized), &EventKind::State(State::Settled)]);
    assert_eq!(
        (settled.state, settled.company.as_str()),
        (Some(State::Settled), "AMAZONPAY"),
        "it is settled, and was paid with Amazon Pay"
    );
    let details = settled.order_reference().expect("XML").expect("there");
    let shipping = details.shipping_address().expect("there");
    assert_eq!(
        (shipping.city.as_deref(), shipping.name.as_deref()),
        (Some("BIELLA"), Some("Marco Rossi")),
        "the town and the name of the shipping address are read"
    );
    let invoice = details.invoice_address().expect("there");
    assert_eq!(invoice.lines().collect::<Vec<_>>(), ["Meininger Strasse 58"], "the first line is empty");
    let again = read_trx::Response::read(&read_trx::Response::Report(Box::new(settled.clone())).write());
    assert_eq!(again, Ok(read_trx::Response::Report(Box::new(settled))));
    let cancelled = report("docs_querytx_card_can.xml");
    assert_eq!(
        (cancelled.state, cancelled.risk_response_code.as_str()),
        (Some(State::Cancelled), "approved"),
        "the transaction is cancelled although its risk was approved"
    );
    assert!(cancelled.order_reference_details.is_none());
}

#[test]
fn amazons_own_samples_are_read_member_by_member() {
    let Some(fixtures) = reference().map(|path| path.join("fixtures")) else { return };
    for name in ["amazonmws_GetOrderReferenceDetailsResponse.xml", "amazonmws_GetOrderReferenceDetailsScaResponse.xml"]
    {
        let text = text(&fixtures, name);
        let document = Document::parse(&text, Limits::default()).expect("XML");
        let element = document.root().find("OrderReferenceDetails").expect("there");
        let details = OrderReferenceDetails::read(element);
        let copy = xml::copy_without_namespace(element);
        assert_eq!(OrderReferenceDetails::parse(&copy).as_ref(), Ok(&details), "{name}");
        assert!(details.amazon_order_reference_id.is_some() && details.shipping_address().is_some(), "{name}");
    }
}
