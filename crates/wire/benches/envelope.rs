//! What Encrypt and Decrypt cost apart from HTTP, seals and the store: reading the request, writing the answer.
//!
//! `tree` is the floor for reading: the document parsed and nothing taken from it.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use wire::decrypt::{self, Outcome};
use wire::encrypt::{self, Permitted};
use wire::soap::{self, Version};
use wire::{CRYPT_NAMESPACE, Code, Lang, Verdict};
use xml::{Document, Limits};

const KIND: Option<&str> = Some("text/xml; charset=utf-8");
const ENCRYPT_ACTION: Option<&str> = Some("\"https://ecomm.sella.it/Encrypt\"");
const DECRYPT_ACTION: Option<&str> = Some("\"https://ecomm.sella.it/Decrypt\"");

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn encrypt_request() -> String {
    let request = encrypt::Request {
        shop_login: text("GESPAY00001"),
        uic_code: text("242"),
        amount: text("24.21"),
        shop_transaction_id: text("order-42-1"),
        buyer_name: text("Anna Fumagalli"),
        buyer_email: text("anna@example.it"),
        language_id: text("1"),
        custom_info: text("STORE=7*P1*NOTE=a%2Fb"),
        payment_types: vec!["AMAZONPAY".into()],
        apikey: text("R0VTUEFZMDAwMDEjI0JvdHRlZ2EjIzAxMjM0NTY3ODkwMTIzNDU2Nzg5"),
        ..encrypt::Request::default()
    };
    request.write()
}

fn decrypt_request() -> String {
    let request = decrypt::Request {
        shop_login: text("GESPAY00001"),
        crypted_string: Some("Zy8kQ1w2E3r_".repeat(26)),
        apikey: text("R0VTUEFZMDAwMDEjI0JvdHRlZ2EjIzAxMjM0NTY3ODkwMTIzNDU2Nzg5"),
    };
    request.write()
}

fn outcome() -> decrypt::Response {
    decrypt::Response::Outcome(Box::new(Outcome {
        shop_transaction_id: "order-42-1".into(),
        bank_transaction_id: "117".into(),
        authorization_code: "008152".into(),
        currency: "242".into(),
        amount: "24.21".into(),
        country: text(""),
        custom_info: text("STORE=7*P1*NOTE=a%2Fb"),
        buyer_name: text("Anna Fumagalli"),
        buyer_email: text("anna@example.it"),
        error_description: Code::OK.text(Lang::Italian).into(),
        payment_method: text("AMAZONPAY"),
        ..Outcome::new(Verdict::Ok, Code::OK)
    }))
}

fn encrypt(criterion: &mut Criterion) {
    let request = encrypt_request();
    let mut group = criterion.benchmark_group("encrypt");
    group.bench_function("tree", |bencher| {
        bencher.iter(|| Document::parse(black_box(&request), Limits::default()).expect("XML"));
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            let envelope = soap::read(KIND, ENCRYPT_ACTION, black_box(request.as_bytes())).expect("an envelope");
            encrypt::Request::read(envelope.body()).expect("a request")
        });
    });
    group.bench_function("read and validate", |bencher| {
        bencher.iter(|| {
            let envelope = soap::read(KIND, ENCRYPT_ACTION, black_box(request.as_bytes())).expect("an envelope");
            let request = encrypt::Request::read(envelope.body()).expect("a request");
            encrypt::validate(&request, Permitted::default()).expect("valid")
        });
    });
    let answer = encrypt::Response::Ok("Zy8kQ1w2E3r_".repeat(20));
    group.bench_function("write", |bencher| {
        bencher.iter(|| soap::respond(Version::V11, CRYPT_NAMESPACE, "Encrypt", &black_box(&answer).write()));
    });
    group.finish();
}

fn decrypt(criterion: &mut Criterion) {
    let (request, answer) = (decrypt_request(), outcome());
    let mut group = criterion.benchmark_group("decrypt");
    group.bench_function("tree", |bencher| {
        bencher.iter(|| Document::parse(black_box(&request), Limits::default()).expect("XML"));
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            let envelope = soap::read(KIND, DECRYPT_ACTION, black_box(request.as_bytes())).expect("an envelope");
            decrypt::Request::read(envelope.body()).expect("a request")
        });
    });
    group.bench_function("write", |bencher| {
        bencher.iter(|| soap::respond(Version::V11, CRYPT_NAMESPACE, "Decrypt", &black_box(&answer).write()));
    });
    let written = soap::respond(Version::V11, CRYPT_NAMESPACE, "Decrypt", &answer.write());
    group.bench_function("client reads", |bencher| {
        bencher.iter(|| decrypt::Response::read(black_box(&written)).expect("an answer"));
    });
    group.finish();
}

fn wsdl(criterion: &mut Criterion) {
    let address = "http://127.0.0.1:2420/gestpay/gestpayws/WSs2s.asmx";
    criterion.bench_function("wsdl", |bencher| bencher.iter(|| wire::wsdl::s2s(black_box(address))));
}

criterion_group!(benches, encrypt, decrypt, wsdl);
criterion_main!(benches);
