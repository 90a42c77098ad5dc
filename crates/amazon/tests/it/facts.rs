//! Every recorded and constructed document of the reference is read into what it says.
//!
//! The reference stands beside the repository. Where it is missing these tests say so and end, except under CI.

use std::path::{Path, PathBuf};

use amazon::types::{AgreementAuthorization, AgreementValidation, Answer, OrderReferenceList};
use amazon::{
    AuthorizationDetails, BillingAgreementDetails, CaptureDetails, ErrorCode, OrderReferenceDetails, RefundDetails,
    Secret, signature,
};

use crate::moves::{LATER, REFUSED, UNKNOWN};

fn reference() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/data/amazon");
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "the reference is not beside the repository");
    eprintln!("not run: the reference is not beside the repository");
    None
}

fn documents(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .collect();
    files.sort();
    let name = |path: &Path| path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
    files.iter().map(|path| (name(path), std::fs::read_to_string(path).expect("text"))).collect()
}

/// The text between two marks, found without any XML reader.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    let (_, after) = text.split_once(from)?;
    Some(after.split_once(to)?.0.trim())
}

fn within<'t>(text: &'t str, outer: &str, inner: &str) -> Option<&'t str> {
    let part = between(text, &format!("<{outer}>"), &format!("</{outer}>"))?;
    between(part, &format!("<{inner}>"), &format!("</{inner}>"))
}

/// What the typed reader found: state, reason, amount.
struct Found {
    status: &'static str,
    amount: &'static str,
    state: String,
    reason: Option<String>,
    price: Option<String>,
    id: (&'static str, String),
}

fn found(answer: &Answer) -> Option<Found> {
    let root = answer.root();
    if let Some(element) = root.find("OrderReferenceDetails") {
        let details = OrderReferenceDetails::read(element).expect("readable");
        return Some(Found {
            status: "OrderReferenceStatus",
            amount: "OrderTotal",
            state: details.state().to_string(),
            reason: details.order_reference_status.reason_code.map(|reason| reason.to_string()),
            price: details.order_total.map(|total| total.amount),
            id: ("AmazonOrderReferenceId", details.amazon_order_reference_id),
        });
    }
    if let Some(element) = root.find("AuthorizationDetails") {
        let details = AuthorizationDetails::read(element).expect("readable");
        return Some(Found {
            status: "AuthorizationStatus",
            amount: "AuthorizationAmount",
            state: details.authorization_status.state.to_string(),
            reason: details.authorization_status.reason_code.map(|reason| reason.to_string()),
            price: Some(details.authorization_amount.amount),
            id: ("AmazonAuthorizationId", details.amazon_authorization_id),
        });
    }
    if let Some(element) = root.find("CaptureDetails") {
        let details = CaptureDetails::read(element).expect("readable");
        return Some(Found {
            status: "CaptureStatus",
            amount: "CaptureAmount",
            state: details.capture_status.state.to_string(),
            reason: details.capture_status.reason_code.map(|reason| reason.to_string()),
            price: Some(details.capture_amount.amount),
            id: ("AmazonCaptureId", details.amazon_capture_id),
        });
    }
    if let Some(element) = root.find("BillingAgreementDetails") {
        let details = BillingAgreementDetails::read(element).expect("readable");
        return Some(Found {
            status: "BillingAgreementStatus",
            amount: "AmountLimitPerTimePeriod",
            state: details.state().to_string(),
            reason: details.billing_agreement_status.reason_code.map(|reason| reason.to_string()),
            price: details
                .billing_agreement_limits
                .and_then(|limits| limits.amount_limit_per_time_period)
                .map(|limit| limit.amount),
            id: ("AmazonBillingAgreementId", details.amazon_billing_agreement_id),
        });
    }
    let details = RefundDetails::read(root.find("RefundDetails")?).expect("readable");
    Some(Found {
        status: "RefundStatus",
        amount: "RefundAmount",
        state: details.refund_status.state.to_string(),
        reason: details.refund_status.reason_code.map(|reason| reason.to_string()),
        price: Some(details.refund_amount.amount),
        id: ("AmazonRefundId", details.amazon_refund_id),
    })
}

#[test]
fn every_answer_is_read_into_what_it_says() {
    let Some(reference) = reference() else { return };
    let mut typed = 0;
    let all = [documents(&reference.join("mws")), documents(&reference.join("mws/constructed"))].concat();
    assert!(all.len() > 80, "{} documents", all.len());
    for (name, text) in all {
        let answer = Answer::parse(text.as_bytes(), None).unwrap_or_else(|error| panic!("{name}: {error}"));
        let action = name.split('.').next().expect("an action");
        answer.result(action).unwrap_or_else(|error| panic!("{name}: {error}"));
        let request_id = between(&text, "<RequestId>", "</RequestId>");
        assert_eq!(answer.request_id().as_deref(), request_id, "{name}");
        let Some(found) = found(&answer) else { continue };
        typed += 1;
        assert_eq!(Some(found.state.as_str()), within(&text, found.status, "State"), "{name}");
        assert_eq!(found.reason.as_deref(), within(&text, found.status, "ReasonCode"), "{name}");
        assert_eq!(found.price.as_deref(), within(&text, found.amount, "Amount"), "{name}");
        let (element, id) = found.id;
        let said = between(&text, &format!("<{element}>"), &format!("</{element}>"));
        assert_eq!(Some(id.as_str()), said, "{name}");
    }
    assert!(typed > 70, "{typed} documents with a typed reader");
}

#[test]
fn answers_with_members_side_by_side_are_read_into_what_they_say() {
    let Some(reference) = reference() else { return };
    let mut read = 0;
    for (name, text) in [documents(&reference.join("mws")), documents(&reference.join("mws/constructed"))].concat() {
        let answer = Answer::parse(text.as_bytes(), None).expect("well-formed");
        let action = name.split('.').next().expect("an action");
        let Some(result) = answer.result(action).expect("this operation") else { continue };
        let said = |element: &str| between(&text, &format!("<{element}>"), &format!("</{element}>"));
        match action {
            "ValidateBillingAgreement" => {
                let validation = AgreementValidation::read(result).expect("readable");
                assert_eq!(Some(validation.validation_result.as_str()), said("ValidationResult"), "{name}");
                let reason = validation.failure_reason_code.map(|reason| reason.to_string());
                assert_eq!(reason.as_deref(), said("FailureReasonCode"), "{name}");
                let status = validation.billing_agreement_status.expect("a status");
                assert_eq!(Some(status.state.as_str()), said("State"), "{name}");
                assert_eq!(status.last_update_timestamp.as_deref(), said("LastUpdatedTimestamp"), "{name}");
            }
            "AuthorizeOnBillingAgreement" => {
                let charge = AgreementAuthorization::read(result).expect("readable");
                assert_eq!(charge.amazon_order_reference_id.as_deref(), said("AmazonOrderReferenceId"), "{name}");
                assert!(charge.authorization_details.is_approved(), "{name}");
            }
            "ListOrderReference" | "ListOrderReferenceByNextToken" => {
                let list = OrderReferenceList::read(result).expect("readable");
                assert_eq!(list.order_references.len(), text.matches("<OrderReference>").count(), "{name}");
                assert_eq!(list.next_page_token.as_deref(), said("NextPageToken"), "{name}");
            }
            _ => continue,
        }
        read += 1;
    }
    assert_eq!(read, 5);
}

#[test]
fn the_states_in_the_names_of_the_documents_are_found_in_them() {
    let Some(reference) = reference() else { return };
    let states = ["Draft", "Open", "Suspended", "Canceled", "Closed", "Declined", "Pending", "Completed"];
    let mut compared = 0;
    for (name, text) in documents(&reference.join("mws/constructed")) {
        let answer = Answer::parse(text.as_bytes(), None).expect("well-formed");
        let Some(found) = found(&answer) else { continue };
        let detail = name.split('.').nth(1).expect("a detail");
        let Some(state) = states.into_iter().find(|state| detail.starts_with(&state.to_lowercase())) else { continue };
        assert_eq!(found.state, state, "{name}");
        compared += 1;
    }
    assert!(compared > 20, "{compared} documents");
}

#[test]
fn every_refusal_is_read_into_its_code() {
    let Some(reference) = reference() else { return };
    let all = documents(&reference.join("mws/errors"));
    assert!(all.len() > 40, "{} documents", all.len());
    for (name, text) in all {
        let answer = Answer::parse(text.as_bytes(), None).expect("well-formed");
        let refusal = answer.error().expect("a refusal");
        assert_eq!(refusal.errors[0].code.as_str(), name);
        assert!(!matches!(refusal.errors[0].code, ErrorCode::Other(_)), "{name}");
        assert!(refusal.request_id.is_some_and(|id| text.contains(&id)), "{name}");
        assert_eq!(refusal.errors[0].code.is_of_front_end(), text.contains("<RequestID>"), "{name}");
    }
}

#[test]
fn every_code_of_the_table_is_known_and_sorted_under_its_status() {
    let Some(reference) = reference() else { return };
    let table = std::fs::read_to_string(reference.join("error_codes.csv")).expect("text");
    let sorted = [&LATER[..], &REFUSED[..], &UNKNOWN[..]].concat();
    for line in table.lines().skip(1) {
        let mut columns = line.split(',');
        let code = columns.next().expect("a code");
        assert!(ErrorCode::KNOWN.contains(&code), "{code}");
        let status = columns.next().and_then(|status| status.parse().ok()).expect("a status");
        assert!(sorted.contains(&(status, code)), "{code} is sorted under {status}");
    }
}

#[test]
fn every_state_and_reason_of_the_table_is_known() {
    use amazon::types::{
        AuthorizationReason, AuthorizationState, BillingAgreementReason, BillingAgreementState, CaptureReason,
        CaptureState, OrderReferenceReason, OrderReferenceState, RefundReason, RefundState,
    };
    let Some(reference) = reference() else { return };
    let table = std::fs::read_to_string(reference.join("state_reasons.csv")).expect("text");
    for line in table.lines().skip(1) {
        let mut columns = line.split(',');
        let mut next = || columns.next().expect("a column");
        let (object, state, reason) = (next(), next(), next());
        let (states, reasons) = match object {
            "OrderReference" => (OrderReferenceState::KNOWN, OrderReferenceReason::KNOWN),
            "Authorization" => (AuthorizationState::KNOWN, AuthorizationReason::KNOWN),
            "Capture" => (CaptureState::KNOWN, CaptureReason::KNOWN),
            "Refund" => (RefundState::KNOWN, RefundReason::KNOWN),
            "BillingAgreement" => (BillingAgreementState::KNOWN, BillingAgreementReason::KNOWN),
            _ => continue,
        };
        assert!(states.contains(&state), "{line}");
        assert!(reason.is_empty() || reasons.contains(&reason), "{line}");
    }
}

#[test]
fn every_vector_is_signed_as_written() {
    let Some(reference) = reference() else { return };
    let text = std::fs::read_to_string(reference.join("vectors/sigv2.json")).expect("text");
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let mut signed = 0;
    for vector in &vectors {
        let Some(params) = vector["parameters"].as_object() else { continue };
        let text = |name: &str| vector[name].as_str().expect("a text");
        let params: Vec<(String, String)> =
            params.iter().map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned())).collect();
        let (method, host, path) = (text("method"), text("host"), text("path"));
        assert_eq!(signature::string_to_sign(method, host, path, &params), text("string_to_sign"));
        let secret = Secret::from(text("secret"));
        assert_eq!(signature::sign_v2(method, host, path, &params, &secret), text("signature_base64"));
        signed += 1;
    }
    assert_eq!(signed, 8);
}
