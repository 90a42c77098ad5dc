//! Requests that nobody means well with: always an answer, never a panic, never a change.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use futures_util::stream;
use gateway::Settings;
use hyper::body::{Frame, SizeHint};
use proptest::prelude::*;
use wire::path::{CRYPT_DECRYPT, S2S};

use crate::house::{Answered, House, encrypt_request, post, settings, shop};

const DOORS: [&str; 9] = [
    "/pagam/pagam.aspx",
    "/pagam/AmazonPay.aspx",
    "/pagam/Mobile/AmazonPay.aspx",
    "/pagam/AmazonPay.aspx/begin",
    "/pagam/AmazonPay.aspx/confirm",
    "/pagam/AmazonPay.aspx/cancel",
    "/pagam/AmazonPay.aspx/result",
    "/pagam/method",
    "/pagam/AmazonPayNotification.aspx",
];

/// What an attacker would like to know: with which code he has to do.
const LIBRARIES: [&str; 10] =
    ["quick", "axum", "hyper", "tower", "serde", "tokio", "rustls", "sqlite", "postgres", "docs.rs"];

fn is_fault(answered: &Answered) -> bool {
    let text = answered.text.to_ascii_lowercase();
    LIBRARIES.iter().for_each(|name| assert!(!text.contains(name), "{name} is named: {}", answered.text));
    let document = xml::Document::parse(&answered.text, xml::Limits::default()).expect("every answer is XML");
    document.root().find("Fault").is_some()
}

#[tokio::test]
async fn every_prefix_of_a_request_is_a_fault() {
    let house = House::new().await;
    let whole = encrypt_request().write();
    for length in 0..whole.trim_end().len() {
        let answered = house.soap(CRYPT_DECRYPT, whole[..length].to_owned()).await;
        assert!(answered.status == 400 && is_fault(&answered), "{length}: {}", answered.status);
    }
}

#[tokio::test]
async fn hostile_documents_are_faults() {
    let house = House::new().await;
    let around = |body: &str| {
        format!("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>{body}</e:Body></e:Envelope>")
    };
    let encrypt = |fields: &str| around(&format!("<Encrypt xmlns='https://ecomm.sella.it/'>{fields}</Encrypt>"));
    let entities = "<!DOCTYPE a [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>";
    let file = "<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>";
    for (message, status) in [
        (String::new(), 400),
        ("not XML".to_owned(), 400),
        ("<a/>".to_owned(), 400),
        (around(""), 400),
        (format!("{entities}{}", encrypt("<amount>&b;</amount>")), 400),
        (format!("{file}{}", encrypt("<amount>&a;</amount>")), 400),
        (encrypt("<amount>&a;</amount>"), 400),
        (encrypt("<amount>1</amount><amount>2</amount>"), 400),
        (encrypt(&"<x>".repeat(200)), 400),
        (encrypt(&format!("{}{}", "<x>".repeat(100_000), "</x>".repeat(100_000))), 400),
        (encrypt(&"<x/>".repeat(50_000)), 400),
        (encrypt("\u{1}"), 400),
        (encrypt("<a b=c d></a>"), 400),
        (encrypt("<a b='1' b='2'/>"), 400),
        (encrypt("<x:a/>"), 400),
        (encrypt("<a xmlns:xml='urn:x'/>"), 400),
        (encrypt("<a xmlns:xmlns='urn:x'/>"), 400),
        (encrypt("</b>"), 400),
        (encrypt("<![CDATA[ "), 400),
        (encrypt("<!x>"), 400),
        (encrypt("&#0;"), 400),
        (encrypt("&#xFFFFFFFFF;"), 400),
        (encrypt("& "), 400),
        (around("<Encrypt/>"), 500),
        (around("<Encrypt xmlns='https://ecomms2s.sella.it/'/>"), 500),
        (around("<encrypt xmlns='https://ecomm.sella.it/'/>"), 500),
        (around("<DropEverything xmlns='https://ecomm.sella.it/'/>"), 500),
    ] {
        let answered = house.soap(CRYPT_DECRYPT, message.clone()).await;
        let beginning: String = message.chars().take(200).collect();
        assert!(answered.status == status && is_fault(&answered), "{}: {beginning}", answered.status);
    }
    let unknown = around("<callNothing xmlns='https://ecomms2s.sella.it/'/>");
    assert_eq!(house.soap(S2S, unknown).await.status, 500);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_a_fault() {
    let house = House::new().await;
    for bytes in [vec![0xff; 100], vec![0; 100], vec![0xfe, 0xff, 0, b'<'], b"\xef\xbb\xbf".to_vec()] {
        let answered = house.soap(CRYPT_DECRYPT, bytes).await;
        assert!(answered.status == 400 && is_fault(&answered));
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_a_fault_413() {
    let house = House::new().await;
    let padded = |bytes: usize| format!("{}{}", encrypt_request().write(), " ".repeat(bytes));
    let answered = house.soap(CRYPT_DECRYPT, padded(1 << 20)).await;
    assert!(answered.status == 413 && is_fault(&answered));
    assert_eq!(house.soap(CRYPT_DECRYPT, padded(500_000)).await.status, 200);
    let endless = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b' '; 8192])));
    assert_eq!(house.soap(CRYPT_DECRYPT, Body::from_stream(endless)).await.status, 413);
}

#[tokio::test]
async fn a_body_that_never_ends_is_cut_in_time() {
    let house = House::with(Settings { body_timeout_ms: 20, ..settings() }, shop()).await;
    let silent = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let answered = house.soap(CRYPT_DECRYPT, silent).await;
    assert!(answered.status == 408 && is_fault(&answered));
}

/// A body that says how long it is and never comes.
struct Announced(u64);

impl HttpBody for Announced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0)
    }
}

#[tokio::test]
async fn a_body_that_is_announced_over_the_limit_is_not_waited_for() {
    let house = House::with(Settings { body_timeout_ms: 20, ..settings() }, shop()).await;
    for bytes in [5 << 20, 4 << 30, u64::MAX] {
        for path in [CRYPT_DECRYPT, S2S] {
            let answered = house.soap(path, Body::new(Announced(bytes))).await;
            assert!(answered.status == 413 && is_fault(&answered), "{path} {bytes}: {}", answered.status);
        }
        for door in DOORS {
            let request = post(door, "application/x-www-form-urlencoded", Body::new(Announced(bytes)));
            let answered = house.send(request).await;
            assert!((400..500).contains(&answered.status), "{door} {bytes}: {}", answered.status);
        }
    }
}

#[tokio::test]
async fn what_could_mean_two_things_is_a_fault() {
    let house = House::new().await;
    let whole = encrypt_request().write();
    let decrypt = "<Decrypt xmlns=\"https://ecomm.sella.it/\"/></soap:Body>";
    let header = "<soap:Header><x soap:mustUnderstand=\"1\"/></soap:Header><soap:Body>";
    for (message, status) in [
        (whole.replace("</soap:Body>", decrypt), 400),
        (whole.replace("</amount>", "<cents/>00</amount>"), 400),
        (whole.replace("<soap:Body>", header), 500),
    ] {
        assert_ne!(message, whole);
        let answered = house.soap(CRYPT_DECRYPT, message).await;
        assert!(answered.status == status && is_fault(&answered), "{}: {}", answered.status, answered.text);
    }
}

#[tokio::test]
async fn a_question_with_characters_that_xml_cannot_carry_is_a_fault() {
    let house = House::new().await;
    let ask = |id: &str| {
        let id = Some(id.to_owned());
        let request = wire::read_trx::Request { shop_transaction_id: id, ..wire::read_trx::Request::default() };
        request.write().replace("order", "order&#xFFFF;")
    };
    assert!(is_fault(&house.soap(S2S, ask("order")).await));
    assert!(!is_fault(&house.soap(S2S, ask("another")).await));
}

#[tokio::test]
async fn unknown_and_misspelt_fields_count_as_not_given() {
    let house = House::new().await;
    let renamed = encrypt_request().write().replace("amount>", "Amount>");
    assert!(house.soap(CRYPT_DECRYPT, renamed).await.text.contains("<ErrorCode>1112</ErrorCode>"));
    let added = encrypt_request().write().replace("<uicCode>", "<unheardOf><deep/></unheardOf><uicCode>");
    assert!(house.soap(CRYPT_DECRYPT, added).await.text.contains("<ErrorCode>0</ErrorCode>"));
    let elsewhere = encrypt_request().write().replace("<amount>", "<amount xmlns=\"urn:other\">");
    assert!(house.soap(CRYPT_DECRYPT, elsewhere).await.text.contains("<ErrorCode>1112</ErrorCode>"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_to_a_request_gets_an_answer(place in 0..600_usize, bytes in prop::collection::vec(any::<u8>(), 0..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let house = House::new().await;
            let mut message = encrypt_request().write().into_bytes();
            let place = place % message.len();
            let end = (place + bytes.len()).min(message.len());
            message.splice(place..end, bytes.iter().copied());
            let answered = house.send(post(CRYPT_DECRYPT, "text/xml", message)).await;
            assert!([200, 400, 500].contains(&answered.status), "{}", answered.status);
            assert!(!answered.text.contains("unable to process"), "no panic was caught");
            assert!(xml::Document::parse(&answered.text, xml::Limits::default()).is_ok());
        });
    }

    #[test]
    fn any_address_form_or_notification_gets_an_answer(
        door in prop::sample::select(DOORS.to_vec()),
        method in prop::sample::select(vec!["GET", "POST", "HEAD", "PUT"]),
        query in "[ab p=&%0-9A-Fa-f_*+;]{0,60}",
        body in prop_oneof![prop::collection::vec(any::<u8>(), 0..80), "(a=GESPAY00001&)?[abp=&%_0-9]{0,60}".prop_map(String::into_bytes)],
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let house = House::new().await;
            let address = format!("{door}?{}", query.replace(' ', "%20"));
            let mut request = post(&address, "application/x-www-form-urlencoded", body);
            *request.method_mut() = method.parse().expect("a method");
            let answered = house.send(request).await;
            assert!((200..500).contains(&answered.status), "{}", answered.status);
        });
    }
}
