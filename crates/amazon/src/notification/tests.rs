//! Golden messages of our own, and every recording of the reference. What takes a network is tested beside the crate.

use std::path::{Path, PathBuf};

use webpki::EndEntityCert;

use super::certificate::Chain;
use super::envelope::{Envelope, Kind};
use super::trust::certificates;
use super::*;
use crate::Price;
use crate::types::{
    AuthorizationReason, AuthorizationState, CaptureReason, CaptureState, OrderReferenceReason, OrderReferenceState,
    ReadError, RefundReason, RefundState, Status,
};

macro_rules! golden {
    ($name:literal) => {
        include_str!(concat!("../../tests/golden/notification/", $name))
    };
}

const ROOT: &str = golden!("root.pem");
const CHAIN: &str = golden!("chain.pem");
/// 2027-03-02T09:15:01Z
const THEN_MS: i64 = 1_803_978_901_000;
const CENTURY_MS: i64 = 100 * 365 * 24 * 3_600_000;

fn envelope(text: &str) -> Envelope {
    Envelope::read(text.as_bytes()).expect("an envelope")
}

fn trust() -> Trust {
    Trust::stand_in("https://sns.eu-west-1.amazonaws.com/".parse().expect("a URL"), ROOT).expect("a trust")
}

fn status<S, R>(state: S, reason: Option<R>, at: &str) -> Status<S, R> {
    let last_update_timestamp = Some(at.to_owned());
    Status { last_update_timestamp, state, reason_code: reason, reason_description: None }
}

/// Kind, golden body, what it says, and the order reference that it hangs on.
fn golden_bodies() -> Vec<(&'static str, &'static str, About, Option<&'static str>)> {
    const ORDER: Option<&str> = Some("S02-1111111-2222222");
    let paid = "2027-03-02T09:15:00.250Z";
    let closed = status(OrderReferenceState::Closed, Some(OrderReferenceReason::SellerClosed), paid);
    let order = About::OrderReference {
        id: "S02-1111111-2222222".into(),
        status: Status { reason_description: Some("paid".into()), ..closed },
    };
    let authorization = About::Authorization {
        id: "S02-1111111-2222222-A333333".into(),
        reference_id: "order-77".into(),
        status: status(AuthorizationState::Closed, Some(AuthorizationReason::MaxCapturesProcessed), paid),
    };
    let capture = About::Capture {
        id: "S02-1111111-2222222-C333333".into(),
        reference_id: "order-77".into(),
        status: status(CaptureState::Completed, None::<CaptureReason>, paid),
    };
    let refund = About::Refund {
        id: "S02-1111111-2222222-R555555".into(),
        reference_id: "refund-1".into(),
        status: status(RefundState::Declined, Some(RefundReason::AmazonRejected), "2027-03-03T09:15:30.000Z"),
    };
    let agreement = About::BillingAgreement(AgreementNews {
        id: "C02-5555555-6666666".into(),
        event: None,
        state: "Closed".into(),
        reason_code: Some("SellerClosed".into()),
        changed_at_ms: Some(1_803_978_900_000),
    });
    let chargeback = About::Chargeback(Chargeback {
        id: "C1EXAMPLECHARGE".into(),
        order_reference_id: "S02-1111111-2222222".into(),
        capture_reference_id: "order-77".into(),
        amount: Price::new("24.21", "EUR"),
        state: "RECEIVED".into(),
        reason: Some("Unauthorized Transaction Chargeback".into()),
        created_at_ms: Some(1_806_657_300_000),
    });
    vec![
        ("OrderReferenceNotification", golden!("order_reference.xml"), order, ORDER),
        ("PaymentAuthorize", golden!("authorization.xml"), authorization, ORDER),
        ("PaymentCapture", golden!("capture.xml"), capture, ORDER),
        ("PaymentRefund", golden!("refund.xml"), refund, ORDER),
        ("BillingAgreementNotification", golden!("agreement.xml"), agreement, None),
        ("Chargeback Detailed Notification", golden!("chargeback.xml"), chargeback, ORDER),
    ]
}

#[test]
fn every_kind_is_read_as_meant() {
    for (kind, body, meant, order_reference) in golden_bodies() {
        let read = About::read(kind, body).expect(kind);
        assert_eq!(read, meant);
        assert_eq!(read.order_reference_id(), order_reference, "{kind}");
    }
}

#[test]
fn a_kind_that_is_not_known_is_taken_and_said() {
    let read = About::read("ProviderCredit", "<whatever").expect("taken");
    assert_eq!(read, About::Other { kind: "ProviderCredit".into() });
}

#[test]
fn a_document_of_another_kind_or_namespace_is_refused() {
    for (kind, body, ..) in golden_bodies() {
        for (other, ..) in golden_bodies().iter().filter(|(other, ..)| *other != kind) {
            assert!(matches!(About::read(other, body), Err(ReadError::OtherDocument(_))), "{other}");
        }
        assert!(About::read(kind, &body.replace("https://mws.", "http://mws.")).is_err(), "{kind}");
    }
}

#[test]
fn a_document_without_its_id_or_its_state_or_with_two_states_is_refused() {
    for (kind, body, ..) in golden_bodies() {
        let (state, id) = match kind {
            "Chargeback Detailed Notification" => ("ChargebackState", "AmazonChargebackId"),
            "OrderReferenceNotification" => ("State", "AmazonOrderReferenceId"),
            "PaymentAuthorize" => ("State", "AmazonAuthorizationId"),
            "PaymentCapture" => ("State", "AmazonCaptureId"),
            "PaymentRefund" => ("State", "AmazonRefundId"),
            _ => ("State", "AmazonBillingAgreementId"),
        };
        for name in [state, id] {
            let (before, rest) = body.split_once(&format!("<{name}>")).expect("there");
            let (value, after) = rest.split_once(&format!("</{name}>")).expect("there");
            let one = format!("<{name}>{value}</{name}>");
            assert!(About::read(kind, &format!("{before}{after}")).is_err(), "{kind} without {name}");
            assert!(About::read(kind, &format!("{before}{one}{one}{after}")).is_err(), "{kind} with two of {name}");
        }
    }
}

#[test]
fn an_id_that_cannot_be_amazons_is_refused() {
    for id in ["S02-1111111-2222222\u{202e}", "../S02", "S02 1111111", &"S".repeat(65)] {
        let body = golden!("order_reference.xml").replace("S02-1111111-2222222", id);
        assert_eq!(
            About::read("OrderReferenceNotification", &body),
            Err(ReadError::Missing("AmazonOrderReferenceId")),
            "{id}"
        );
    }
}

#[test]
fn any_beginning_of_a_document_or_an_envelope_is_refused() {
    for (kind, body, ..) in golden_bodies() {
        let whole = body.trim_end();
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            assert!(About::read(kind, &whole[..end]).is_err(), "{kind} up to {end}");
        }
    }
    let whole = golden!("envelope.v1.json").trim_end().as_bytes();
    for end in 0..whole.len() {
        assert!(Envelope::read(&whole[..end]).is_err(), "{end}");
    }
}

proptest::proptest! {
    /// The door is open to everybody: whatever comes is refused or read, and nothing of it panics.
    #[test]
    fn a_byte_changed_anywhere_is_read_or_refused(at: proptest::sample::Index, byte: u8) {
        let changed = |text: &str| {
            let mut bytes = text.as_bytes().to_vec();
            *at.get_mut(&mut bytes) = byte;
            bytes
        };
        if let Ok(envelope) = Envelope::read(&changed(golden!("envelope.v2.json"))) {
            let _ = (envelope.kind(), envelope.topic_account(), Notification::read(&envelope));
        }
        for (kind, body, ..) in golden_bodies() {
            let _ = About::read(kind, &String::from_utf8_lossy(&changed(body)));
        }
        let changed = changed(CHAIN);
        let is_trusted = Chain::read(&changed).is_ok_and(|chain| chain.key(&trust(), THEN_MS).is_ok());
        let is_same = certificates(&changed) == certificates(CHAIN.as_bytes());
        proptest::prop_assert!(!is_trusted || is_same, "a certificate that was changed is trusted");
    }
}

#[test]
fn golden_envelopes_of_both_versions_verify_and_any_other_text_does_not() {
    let key = Chain::read(CHAIN.as_bytes()).expect("a chain").key(&trust(), THEN_MS).expect("trusted");
    for (text, kind) in [
        (golden!("envelope.v1.json"), Kind::Notification),
        (golden!("envelope.v2.json"), Kind::Notification),
        (golden!("subscription.json"), Kind::SubscriptionConfirmation),
    ] {
        let read = envelope(text);
        let signed = read.text_to_sign(kind);
        let checked = |version: &str, text: &str, signature: &str| signature::check(&key, version, text, signature);
        assert_eq!(checked(&read.signature_version, &signed, &read.signature), Ok(()));
        let other_version = if read.signature_version == "1" { "2" } else { "1" };
        assert_eq!(checked(other_version, &signed, &read.signature), Err(NotificationError::Forged));
        assert_eq!(checked("2", &format!("{signed} "), &read.signature), Err(NotificationError::Forged));
        assert_eq!(checked("1", &signed, "no base64!"), Err(NotificationError::Forged));
        for version in ["", "0", "3", "01", " 1"] {
            let unknown = Err(NotificationError::UnknownSignatureVersion(version.into()));
            assert_eq!(checked(version, &signed, &read.signature), unknown);
        }
    }
}

#[test]
fn what_an_envelope_holds_is_read_with_whose_it_is() {
    let read = Notification::read(&envelope(golden!("envelope.v1.json"))).expect("a notification");
    assert_eq!(read.reference_id, "7b6f3c1e-0000-4000-8000-000000000001");
    assert_eq!(read.message_id, "2288e071-0000-5000-8000-000000000001");
    assert_eq!(
        (read.seller_id.as_str(), read.environment),
        ("A2EXAMPLESELLER", Environment::Sandbox),
        "the notification says whose it is and in which environment"
    );
    assert!(!read.is_sample && matches!(read.about, About::Authorization { .. }));
}

#[test]
fn a_message_of_no_known_environment_or_without_a_seller_is_refused() {
    let told = golden!("envelope.v1.json");
    for (part, other) in [(r#"\"Sandbox\""#, r#"\"sandbox\""#), (r#"\"SellerId\""#, r#"\"sellerId\""#)] {
        assert!(told.contains(part), "{part}");
        let read = Notification::read(&envelope(&told.replace(part, other)));
        assert!(matches!(read, Err(NotificationError::Malformed(_))), "{other}");
    }
}

#[test]
fn an_envelope_with_a_line_break_where_none_can_be_is_refused() {
    let told = golden!("envelope.v2.json");
    for field in ["2288e071", "arn:aws", "2027-03-02T09:15:01", "un esempio", "\"Notification\""] {
        let broken = format!("{}\\n", field.trim_matches('"'));
        let broken = told.replacen(field.trim_matches('"'), &broken, 1);
        assert!(matches!(Envelope::read(broken.as_bytes()), Err(NotificationError::Malformed(_))), "{field}");
    }
}

#[test]
fn a_certificate_is_trusted_in_its_time_and_through_its_chain_alone() {
    let chain = |pem: &str| Chain::read(pem.as_bytes()).expect("a chain");
    let is_trusted = |pem: &str, trust: &Trust, at_ms: i64| chain(pem).key(trust, at_ms).is_ok();
    assert!(is_trusted(CHAIN, &trust(), THEN_MS));
    for at_ms in [0, -1, THEN_MS - CENTURY_MS, THEN_MS + CENTURY_MS, i64::MAX] {
        assert!(!is_trusted(CHAIN, &trust(), at_ms), "{at_ms}");
    }
    let leaf = CHAIN.split_inclusive("-----END CERTIFICATE-----\n").next().expect("one");
    let between = &CHAIN[leaf.len()..];
    assert!(!is_trusted(leaf, &trust(), THEN_MS), "without its chain");
    assert!(is_trusted(leaf, &trust().with_intermediates(between).expect("PEM"), THEN_MS));
    assert!(!is_trusted(CHAIN, &Trust::amazon(), THEN_MS), "the public roots know nothing of it");
    assert!(!is_trusted(between, &trust(), THEN_MS) && !is_trusted(ROOT, &trust(), THEN_MS), "not the service's");
}

fn reference() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/data/amazon");
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "the reference is not beside the repository");
    eprintln!("not run: the reference is not beside the repository");
    None
}

fn recordings(folder: &Path) -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder).expect("a folder").flatten().map(|file| file.path());
    let named = |path: PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        (name, std::fs::read_to_string(path).expect("text"))
    };
    files.map(named).collect()
}

#[test]
fn published_vectors_are_signed_by_their_certificates() {
    let Some(folder) = reference().map(|path| path.join("vectors")) else { return };
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file of the reference");
    for (body, certificate) in [
        ("sns_v1_body.json", "sns_v1_cert.pem"),
        ("sns_v1_constructed_body.json", "sns_v2_cert.pem"),
        ("sns_v2_body.json", "sns_v2_cert.pem"),
    ] {
        let read = envelope(&text(body));
        let signed = read.text_to_sign(Kind::Notification);
        if body == "sns_v1_body.json" {
            assert_eq!(signed.len(), 1569);
        }
        let certificate = certificates(text(certificate).as_bytes()).expect("PEM").remove(0);
        let key = EndEntityCert::try_from(&certificate).expect("a certificate").subject_public_key_info();
        assert_eq!(signature::check(&key, &read.signature_version, &signed, &read.signature), Ok(()), "{body}");
        let other = signed.replacen('a', "b", 1);
        let forged = signature::check(&key, &read.signature_version, &other, &read.signature);
        assert_eq!(forged, Err(NotificationError::Forged), "{body}");
    }
}

#[test]
fn every_recorded_envelope_is_read_and_names_a_certificate_and_a_topic_of_amazon() {
    let Some(folder) = reference().map(|path| path.join("ipn/envelopes")) else { return };
    let all = recordings(&folder);
    assert!(all.len() > 15, "{}", all.len());
    for (name, text) in all {
        let envelope = envelope(&text);
        assert_eq!(envelope.kind(), Ok(Kind::Notification), "{name}");
        let trust = Trust::amazon();
        assert!(trust.certificate_url(&envelope.signing_cert_url).is_ok(), "{name}");
        assert!(trust.is_topic_account(envelope.topic_account()), "{name}");
        let read = Notification::read(&envelope).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.is_sample, name.contains("sample") || name.starts_with("bad_"), "{name}");
        let is_other = matches!(read.about, About::Other { .. });
        assert_eq!(is_other, name.starts_with("ProviderCredit") || name.starts_with("bad_"), "{name}");
        let is_providers = !envelope.topic_arn.ends_with(&read.seller_id);
        assert_eq!(is_providers, name.contains("provider") || name.starts_with("ProviderCredit"), "{name}");
    }
}

#[test]
fn every_recorded_body_is_read_with_the_state_and_reason_of_its_name() {
    let Some(folder) = reference().map(|path| path.join("ipn/bodies")) else { return };
    let all = recordings(&folder);
    assert!(all.len() > 30, "{}", all.len());
    for (name, text) in all {
        let (kind, meant) = name.split_once('.').expect("a kind");
        let kind = match kind {
            "AuthorizationNotification" => "PaymentAuthorize",
            "CaptureNotification" => "PaymentCapture",
            "RefundNotification" => "PaymentRefund",
            kind => kind,
        };
        let (state, reason) = match About::read(kind, &text).unwrap_or_else(|error| panic!("{name}: {error}")) {
            About::OrderReference { status, .. } => words(&status.state, status.reason_code.as_ref()),
            About::Authorization { status, .. } => words(&status.state, status.reason_code.as_ref()),
            About::Capture { status, .. } => words(&status.state, status.reason_code.as_ref()),
            About::Refund { status, .. } => words(&status.state, status.reason_code.as_ref()),
            other => panic!("{name}: {other:?}"),
        };
        let said = if reason.is_empty() { format!("{state}.xml") } else { format!("{state}.{reason}.xml") };
        let meant = meant.replace("-CaptureNow", "").replace(".Synchronous", "");
        assert_eq!(said, meant, "{name}");
    }
}

fn words(state: &dyn std::fmt::Display, reason: Option<&impl std::fmt::Display>) -> (String, String) {
    (state.to_string(), reason.map_or(String::new(), ToString::to_string))
}
