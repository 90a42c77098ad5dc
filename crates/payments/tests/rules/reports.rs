//! What the shop reads and is told, stage by stage.

use payments::{Change, LineKind, Outcome, Payment, Reason, Report, State, UtcMs, Verdict};

use crate::model::{Move, Reference, opened, tried};

fn after(moves: &[Move]) -> Payment {
    moves.iter().fold(opened("T-1", "visit").into_payment(), |payment, &one| {
        tried(&payment, one, 7, UtcMs(5)).map(Change::into_payment).expect("these moves are allowed")
    })
}

const CONFIRM: Move = Move::Confirm(Reference::One);
const AUTHORIZE: Move = Move::Authorize(Reference::One);

#[test]
fn a_payment_without_an_attempt_is_not_there_for_the_shop() {
    for moves in [&[][..], &[CONFIRM], &[Move::Abandon], &[CONFIRM, Move::Refuse]] {
        assert_eq!(Report::of(&after(moves)), None, "{moves:?}");
    }
}

#[test]
fn an_attempt_without_an_answer_is_neither_paid_nor_refused() {
    let report = Report::of(&after(&[CONFIRM, AUTHORIZE])).expect("it was attempted");
    assert_eq!(
        (report.paid, report.state, report.lines.len()),
        (None, None, 0),
        "without an answer it is neither paid nor refused, has no state and moved nothing"
    );
    let declined = Report::of(&after(&[CONFIRM, AUTHORIZE, Move::DeclinedTryAnother])).expect("it was attempted");
    assert_eq!(declined, report, "another card may be tried");
}

#[test]
fn a_captured_payment_is_settled_and_tells_both_movements() {
    let paid = after(&[CONFIRM, AUTHORIZE, Move::Approved]);
    let report = Report::of(&paid).expect("it was attempted");
    assert_eq!(
        (report.paid, report.state),
        (Some(true), Some(State::Settled)),
        "a captured payment is paid and settled"
    );
    let kinds: Vec<_> = report.lines.iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [LineKind::Authorization, LineKind::Settlement]);
    assert_eq!(report.authorization_code, "063411");
    let outcome = Outcome::of(&paid).expect("it is final");
    assert_eq!(
        (outcome.verdict, outcome.authorization_code.as_str()),
        (Verdict::Paid, "063411"),
        "the outcome is paid, with the code from Amazon's identifier"
    );
}

#[test]
fn a_refusal_tells_its_reason_and_no_code() {
    let refused = after(&[CONFIRM, AUTHORIZE, Move::Declined]);
    let report = Report::of(&refused).expect("it was attempted");
    assert_eq!(
        (report.paid, report.reason),
        (Some(false), Some(Reason::Rejected)),
        "it is not paid, and the reason is Amazon's"
    );
    assert!(report.authorization_code.is_empty());
    let outcome = Outcome::of(&refused).expect("it is final");
    assert_eq!(outcome.verdict, Verdict::Refused(Reason::Rejected));
    assert!(outcome.authorization_code.is_empty());
}

#[test]
fn what_failed_before_any_attempt_has_an_outcome_without_number() {
    let outcome = Outcome::of(&after(&[CONFIRM, Move::Refuse])).expect("it is final");
    assert_eq!(outcome.verdict, Verdict::Refused(Reason::AuthenticationFailed));
    assert_eq!(outcome.bank_transaction_id, None);
}
