//! Money after the outcome: whatever is tried in whatever order, refunds stay within what was settled, and that within
//! what was authorized.

use payments::{
    Answer, Approval, AttemptId, Automatic, AutomaticAct, Call, Captured, Change, Chargeback, ChargebackId, Currency,
    Due, End, EventKind, Funds, LineKind, MAX_REFUNDS, MadeElsewhere, Money, MovementAnswer, MovementId, MovementKind,
    Outcome, Payment, PaymentId, Reason, RefundStage, RefundWish, Refusal, Report, SettlementId, Stage, State, UtcMs,
    Witness,
};
use proptest::prelude::*;

use crate::model::{Reference, approval, opened, order, placed, shop, taken, terms};

#[derive(Debug, Clone)]
enum Act {
    Settle(i64),
    SettleDone,
    SettleLater,
    SettleDeclined,
    Release,
    Released,
    SettleAgain,
    Refund(i64),
    RefundAccepted(usize),
    RefundDone(usize),
    RefundDeclined(usize),
    RefusedRefund(usize),
    ByHand(i64),
    ChargedBack,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let refund = 0..4_usize;
    let act = prop_oneof![
        3 => (-1..2_600_i64).prop_map(Act::Settle),
        3 => Just(Act::SettleDone),
        1 => Just(Act::SettleLater),
        1 => Just(Act::SettleDeclined),
        1 => Just(Act::SettleAgain),
        1 => prop_oneof![9 => Just(Act::ChargedBack), 1 => Just(Act::Release)],
        1 => prop_oneof![9 => Just(Act::SettleDone), 1 => Just(Act::Released)],
        4 => (-1..1_500_i64).prop_map(Act::Refund),
        2 => refund.clone().prop_map(Act::RefundAccepted),
        3 => refund.clone().prop_map(Act::RefundDone),
        2 => refund.clone().prop_map(Act::RefundDeclined),
        2 => refund.prop_map(Act::RefusedRefund),
        1 => (1..300_i64).prop_map(Act::ByHand),
    ];
    prop::collection::vec(act, 0..60)
}

fn euro(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

/// A payment whose money is held, or was taken at once.
fn paid(captured: Captured) -> Payment {
    paid_in("visit", captured)
}

fn paid_in(visit: &str, captured: Captured) -> Payment {
    let confirmed = opened("T-1", visit).into_payment().confirm(terms(Reference::One, 7).instrument, UtcMs(2));
    let asked =
        confirmed.expect("open").into_payment().authorize(terms(Reference::One, 7), UtcMs(3)).expect("confirmed");
    let attempt = asked.payment().attempt_in_flight().expect("just asked").id.clone();
    let approval = Approval { captured, ..approval(UtcMs(4)) };
    let paid = asked.into_payment().answered(&attempt, Answer::Approved(approval), Witness::Caller, UtcMs(4));
    paid.expect("asked").into_payment()
}

fn capture_id() -> MovementId {
    MovementId::new("S02-0319513-4657042-C063411").expect("shaped as Amazon's")
}

/// A refund without a name, of a shop that knows of chargebacks.
fn wish(minor: i64) -> RefundWish {
    RefundWish { amount: euro(minor), settlement: None, despite_chargeback: true }
}

/// What the seller did in Amazon's own pages at this instant.
fn by_hand(amount: Money, at: UtcMs) -> MadeElsewhere {
    let id = MovementId::new(format!("S02-0319513-4657042-H{:06}", at.0)).expect("shaped as Amazon's");
    MadeElsewhere {
        id,
        reference: AttemptId::new(format!("by-hand-{}", at.0)).expect("a name"),
        amount,
        at,
        is_done: true,
    }
}

fn tried(payment: &Payment, act: &Act, now: UtcMs) -> Result<Change, Refusal> {
    let payment = payment.clone();
    let capture = payment.capture().map(|capture| capture.reference.clone());
    let refund =
        |at: usize| payment.refunds().get(at).map(|refund| refund.reference.clone()).ok_or(Refusal::OtherAttempt);
    let capture = capture.ok_or(Refusal::OtherAttempt);
    let refund_id = || MovementId::new("S02-0319513-4657042-R019346").expect("shaped as Amazon's");
    let answered = |of: AttemptId, answer| payment.clone().movement_answered(&of, answer, now);
    match act {
        Act::Settle(minor) => payment.settle(euro(*minor), None, now),
        Act::SettleDone => answered(capture?, MovementAnswer::Done { id: capture_id(), amount: None, at: now }),
        Act::SettleLater => answered(capture?, MovementAnswer::Later(None)),
        Act::SettleDeclined => answered(capture?, MovementAnswer::Declined(Some(capture_id()))),
        Act::SettleAgain => payment.clone().capture_again(&capture?, now),
        Act::Release => payment.release(now),
        Act::Released => payment.authorization_ended(End::Empty, now),
        Act::Refund(minor) => payment.refund(wish(*minor), now),
        Act::RefundAccepted(at) => answered(refund(*at)?, MovementAnswer::Later(Some(refund_id()))),
        Act::RefundDone(at) => answered(refund(*at)?, MovementAnswer::Done { id: refund_id(), amount: None, at: now }),
        Act::RefundDeclined(at) => answered(refund(*at)?, MovementAnswer::Declined(Some(refund_id()))),
        Act::RefusedRefund(at) => answered(refund(*at)?, MovementAnswer::Declined(None)),
        Act::ByHand(minor) => payment.refunded_elsewhere(by_hand(euro(*minor), now), now),
        Act::ChargedBack => {
            let id = ChargebackId::new(format!("A01-{}", now.0 % 5)).expect("allowed");
            payment.charged_back(Chargeback { id, amount: None, at: now }, now)
        }
    }
}

/// The payments that a walk passes, the first included.
fn walk(captured: Captured, acts: &[Act]) -> Vec<(Payment, Option<EventKind>)> {
    let mut passed = vec![(paid(captured), None)];
    for (now, act) in (10..).zip(acts) {
        let (payment, _) = passed.last().expect("the first is there");
        if let Ok(change) = tried(payment, act, UtcMs(now)) {
            assert_eq!(change.notice(), None, "the shop asked for it and is answered");
            assert_eq!(change.agreement(), None);
            assert!(!change.claims_transaction());
            let kind = change.event().kind;
            passed.push((change.into_payment(), Some(kind)));
        }
    }
    passed
}

fn captured() -> impl Strategy<Value = Captured> {
    prop_oneof![3 => Just(Captured::No), 1 => Just(taken()), 1 => Just(Captured::Pending(None))]
}

proptest! {
    #[test]
    fn refunded_is_within_settled_and_settled_within_authorized(captured in captured(), acts in acts()) {
        for (payment, _) in walk(captured, &acts) {
            let settled = payment.capture().map_or(0, |capture| capture.amount.minor);
            prop_assert!((0..=2421).contains(&settled));
            let given: i64 = payment.refunds().iter().filter(|refund| refund.counts()).map(|refund| refund.amount.minor).sum();
            let by_hand: i64 = payment.refunds().iter().filter(|refund| refund.reference.as_str().starts_with("by-hand"))
                .map(|refund| refund.amount.minor).sum();
            prop_assert!(given >= 0 && given <= settled.max(by_hand + settled), "{} of {}", given, settled);
            let ours = payment.refunds().iter().filter(|refund| !refund.reference.as_str().starts_with("by-hand"));
            prop_assert!(ours.filter(|refund| refund.is_object()).count() <= MAX_REFUNDS);
            prop_assert!(payment.refunds().iter().all(|refund| refund.amount.minor > 0));
            if let Some(left) = payment.refundable() {
                prop_assert_eq!(left.minor, (settled - given).max(0));
            }
        }
    }

    #[test]
    fn money_is_taken_once_and_released_only_when_it_was_not(captured in captured(), acts in acts()) {
        let mut taken = false;
        for (payment, _) in walk(captured, &acts) {
            let Stage::Paid { funds, .. } = &payment.stage else { panic!("paid stays paid") };
            let is_settled = matches!(funds, Funds::Settled { .. });
            prop_assert!(is_settled || !taken, "settled stays settled");
            taken = is_settled;
        }
    }

    #[test]
    fn the_outcome_never_changes_whatever_becomes_of_the_money(captured in captured(), acts in acts()) {
        let passed = walk(captured, &acts);
        let first = Outcome::of(&passed[0].0);
        for (payment, _) in &passed {
            prop_assert_eq!(&Outcome::of(payment), &first);
        }
    }

    #[test]
    fn references_are_never_used_twice(captured in captured(), acts in acts()) {
        let mut seen = std::collections::BTreeSet::new();
        for (payment, kind) in walk(captured, &acts) {
            let reference = match kind {
                Some(EventKind::Settling) => payment.capture().map(|capture| capture.reference.clone()),
                Some(EventKind::Refunding) => payment.refunds().last().map(|refund| refund.reference.clone()),
                _ => None,
            };
            if let Some(reference) = reference {
                prop_assert!(reference.as_str().len() <= 32);
                prop_assert!(seen.insert(reference));
            }
        }
    }

    #[test]
    fn what_is_in_flight_is_unresolved(captured in captured(), acts in acts()) {
        for (payment, _) in walk(captured, &acts) {
            let Stage::Paid { funds, .. } = &payment.stage else { panic!("paid stays paid") };
            let is_owed = match funds {
                Funds::Settling { .. } | Funds::Releasing { .. } => true,
                Funds::Settled { refunds, .. } => refunds.iter().any(|refund| {
                    matches!(refund.stage, RefundStage::Asked | RefundStage::Accepted { .. })
                }),
                Funds::Held { .. } | Funds::Released { .. } => false,
            };
            prop_assert_eq!(payment.unresolved_at().is_some(), is_owed);
        }
    }

    #[test]
    fn the_report_adds_up(captured in captured(), acts in acts()) {
        for (payment, _) in walk(captured, &acts) {
            let report = Report::of(&payment).expect("it was attempted");
            let sum = |kind| report.lines.iter().filter(|line| line.kind == kind).map(|line| line.amount.minor).sum::<i64>();
            prop_assert!(report.lines.is_sorted_by_key(|line| line.at));
            let by_hand: i64 = payment.refunds().iter().filter(|refund| refund.reference.as_str().starts_with("by-hand"))
                .map(|refund| refund.amount.minor).sum();
            prop_assert!(sum(LineKind::Refund) <= sum(LineKind::Settlement) + by_hand);
            prop_assert!(sum(LineKind::Settlement) <= sum(LineKind::Authorization));
            let given: i64 = payment.refunds().iter().filter(|refund| matches!(refund.stage, RefundStage::Done { .. }))
                .map(|refund| refund.amount.minor).sum();
            prop_assert_eq!(sum(LineKind::Refund), given);
            prop_assert_eq!(report.state == Some(State::Refunded), given > 0);
        }
    }
}

#[test]
fn settlements_that_are_declined_have_each_a_name_of_its_own_as_long_as_there_are_names() {
    let mut payment = paid_in(&"v".repeat(32), Captured::No);
    let mut names = std::collections::BTreeSet::new();
    for number in 1..=255 {
        let asked = payment.settle(euro(20_00), None, UtcMs(5)).expect("held").into_payment();
        let name = asked.capture().expect("just asked").reference.clone();
        assert!(names.insert(name.clone()), "{number}: {name}");
        let declined = asked.movement_answered(&name, MovementAnswer::Declined(None), UtcMs(6));
        payment = declined.expect("its answer").into_payment();
    }
    assert_eq!(payment.settle(euro(20_00), None, UtcMs(7)).unwrap_err(), Refusal::NoMoreAttempts);
}

#[test]
fn each_refusal_has_its_reason() {
    let held = paid(Captured::No);
    assert_eq!(held.clone().settle(euro(2422), None, UtcMs(9)).unwrap_err(), Refusal::AboveAuthorized);
    assert_eq!(held.clone().settle(euro(0), None, UtcMs(9)).unwrap_err(), Refusal::AboveAuthorized);
    let pounds = Money::new(1, Currency::new("GBP").expect("a code"));
    assert_eq!(held.clone().settle(pounds, None, UtcMs(9)).unwrap_err(), Refusal::OtherCurrency);
    let month = UtcMs(4 + 30 * 24 * 60 * 60 * 1000);
    assert_eq!(held.clone().settle(euro(1), None, month).unwrap_err(), Refusal::Expired);
    assert!(held.clone().settle(euro(1), None, month.plus_ms(-1)).is_ok());
    assert_eq!(held.clone().refund(wish(1), UtcMs(9)).unwrap_err(), Refusal::NotSettled);
    let taken = paid(taken());
    assert_eq!(taken.clone().settle(euro(1), None, UtcMs(9)).unwrap_err(), Refusal::NotHeld);
    assert_eq!(taken.clone().release(UtcMs(9)).unwrap_err(), Refusal::NotHeld);
    assert_eq!(taken.clone().refund(wish(2422), UtcMs(9)).unwrap_err(), Refusal::AboveSettled);
    assert_eq!(taken.refund(RefundWish { amount: pounds, ..wish(1) }, UtcMs(9)).unwrap_err(), Refusal::OtherCurrency);
}

fn named_refund(payment: Payment) -> Payment {
    let settlement = SettlementId::new(format!("R-{}", payment.refunds().len())).ok();
    payment.refund(RefundWish { settlement, ..wish(1) }, UtcMs(9)).expect("within the limit").into_payment()
}

#[test]
fn an_equal_refund_without_a_name_is_refused_while_the_first_is_asked() {
    let asked = paid(taken()).refund(wish(100), UtcMs(9)).expect("settled").into_payment();
    assert_eq!(asked.clone().refund(wish(100), UtcMs(10)).unwrap_err(), Refusal::InFlight);
    assert!(asked.clone().refund(wish(101), UtcMs(10)).is_ok(), "another amount is another refund");
    assert_eq!(named_refund(asked.clone()).refunds().len(), 2, "a name of its own makes it another refund");
    let first = asked.refunds()[0].reference.clone();
    let id = MovementId::new("S02-0319513-4657042-R019346").expect("shaped as Amazon's");
    let accepted = asked.movement_answered(&first, MovementAnswer::Later(Some(id)), UtcMs(10)).expect("asked");
    assert!(accepted.into_payment().refund(wish(100), UtcMs(11)).is_ok(), "Amazon has the first, so this is a second");
}

#[test]
fn only_refunds_that_amazon_has_count_against_its_limit() {
    let mut payment = paid(taken());
    for _ in 0..2 * MAX_REFUNDS {
        let asked = named_refund(payment);
        let last = asked.refunds().last().expect("just asked").reference.clone();
        let refused = asked.movement_answered(&last, MovementAnswer::Declined(None), UtcMs(10)).expect("asked");
        payment = refused.into_payment();
    }
    assert_eq!(named_refund(payment).refundable(), Some(euro(2420)));
}

#[test]
fn a_refund_on_top_of_a_chargeback_must_be_meant() {
    let chargeback = Chargeback { id: ChargebackId::new("A01-1").expect("allowed"), amount: None, at: UtcMs(8) };
    let disputed = paid(taken()).charged_back(chargeback, UtcMs(8)).expect("settled").into_payment();
    let unaware = RefundWish { despite_chargeback: false, ..wish(100) };
    assert_eq!(disputed.clone().refund(unaware, UtcMs(9)).unwrap_err(), Refusal::ChargedBack);
    assert!(disputed.refund(wish(100), UtcMs(9)).is_ok());
}

#[test]
fn a_refund_by_hand_leaves_less_to_refund_and_counts_once() {
    let refunded = paid(taken()).refunded_elsewhere(by_hand(euro(2400), UtcMs(8)), UtcMs(9)).expect("settled");
    assert_eq!(refunded.event().kind, EventKind::RefundedElsewhere, "it is recorded as a refund of somebody else");
    assert_eq!(refunded.notice(), None, "the shop made it itself and is told nothing");
    let refunded = refunded.into_payment();
    assert_eq!(refunded.refundable(), Some(euro(21)));
    let again = refunded.clone().refunded_elsewhere(by_hand(euro(2400), UtcMs(8)), UtcMs(10));
    assert_eq!(again.unwrap_err(), Refusal::InFlight);
    assert_eq!(refunded.refund(wish(22), UtcMs(9)).unwrap_err(), Refusal::AboveSettled);
}

/// The list of refunds at Amazon may be older than the shop's wish that it is compared with.
#[test]
fn a_refund_of_the_shop_is_never_recorded_as_made_by_hand() {
    let asked = paid(taken()).refund(wish(2400), UtcMs(8)).expect("settled").into_payment();
    let reference = asked.refunds()[0].reference.clone();
    let seen = MadeElsewhere { reference: reference.clone(), ..by_hand(euro(2400), UtcMs(8)) };
    let accepted = asked.clone().movement_answered(&reference, MovementAnswer::Later(Some(seen.id.clone())), UtcMs(9));
    let declined = asked.clone().movement_answered(&reference, MovementAnswer::Declined(None), UtcMs(9));
    for payment in [asked, accepted.expect("asked").into_payment(), declined.expect("asked").into_payment()] {
        assert_eq!(payment.refunded_elsewhere(seen.clone(), UtcMs(10)).unwrap_err(), Refusal::InFlight);
    }
}

/// A look at held money may find the capture that the shop has meanwhile asked for.
#[test]
fn a_capture_of_the_shop_is_never_recorded_as_made_by_hand() {
    let named = SettlementId::new("invoice-1").expect("allowed");
    let settling = paid(Captured::No).settle(euro(2000), Some(named.clone()), UtcMs(8)).expect("held").into_payment();
    let reference = settling.capture().expect("asked").reference.clone();
    let seen = MadeElsewhere { reference: reference.clone(), ..by_hand(euro(2000), UtcMs(9)) };
    let settled = settling.authorization_ended(End::Taken(seen.clone()), UtcMs(10)).expect("asked").into_payment();
    let capture = settled.capture().expect("settled");
    assert_eq!((&capture.reference, &capture.settlement), (&reference, &Some(named)), "the wish and its name stay");
    assert_eq!(
        (capture.number, &capture.id),
        (1, &Some(seen.id)),
        "it stays the shop's first capture and takes Amazon's name of it"
    );
}

#[test]
fn a_capture_that_amazon_could_not_make_is_asked_again_under_a_new_name_and_stays_booked() {
    let settling = paid(Captured::No).settle(euro(2000), None, UtcMs(9)).expect("held").into_payment();
    let first = settling.capture().expect("asked").reference.clone();
    let again = settling.capture_again(&first, UtcMs(10)).expect("asked");
    assert_eq!(again.event().kind, EventKind::SettlingAgain, "it is recorded as another try");
    assert_eq!(again.notice(), None, "the shop was told of the payment already");
    let again = again.into_payment();
    assert_ne!(again.capture().expect("asked").reference, first);
    assert_eq!(Report::of(&again).expect("attempted").state, Some(State::Booked));
    assert_eq!(again.capture_again(&first, UtcMs(11)).unwrap_err(), Refusal::OtherAttempt);
}

#[test]
fn a_capture_that_comes_with_the_authorization_is_booked_until_it_is_made() {
    let settling = paid(Captured::Pending(Some(capture_id())));
    assert_eq!(Report::of(&settling).expect("attempted").state, Some(State::Booked));
    let [movement] = &settling.movements_in_flight()[..] else { panic!("one capture is in flight") };
    assert_eq!(
        (movement.kind, movement.is_made_by_amazon),
        (MovementKind::Capture, true),
        "the capture in flight is one that Amazon makes by itself"
    );
    let reference = movement.reference.clone();
    let done = MovementAnswer::Done { id: capture_id(), amount: None, at: UtcMs(20) };
    let settled = settling.movement_answered(&reference, done, UtcMs(21)).expect("in flight").into_payment();
    assert_eq!(Report::of(&settled).expect("attempted").state, Some(State::Settled));
}

#[test]
fn a_capture_by_hand_is_settled_with_what_was_taken() {
    let captured = Captured::Yes { id: Some(capture_id()), amount: euro(2000) };
    assert_eq!(paid(captured).refundable(), Some(euro(2000)));
}

#[test]
fn a_movement_declined_after_it_was_accepted_is_told_when_the_shop_wants_to_hear() {
    let settling = paid(Captured::No).settle(euro(2000), None, UtcMs(9)).expect("held").into_payment();
    let first = settling.capture().expect("asked").reference.clone();
    let declined =
        settling.clone().movement_answered(&first, MovementAnswer::Declined(None), UtcMs(10)).expect("asked");
    assert_eq!(declined.notice(), None);
    let outcome = Outcome::of(&settling);
    assert_eq!(
        declined.telling_declined_movement().notice(),
        outcome.as_ref().map(|outcome| (outcome, Due::AtOnce)),
        "the outcome stays what it was"
    );
    let done = MovementAnswer::Done { id: capture_id(), amount: None, at: UtcMs(10) };
    let done = settling.movement_answered(&first, done, UtcMs(10)).expect("asked");
    assert_eq!(done.telling_declined_movement().notice(), None);
}

#[test]
fn money_that_moved_on_a_refused_payment_is_an_event_and_changes_no_outcome() {
    let asked = opened("T-1", "visit").into_payment().confirm(terms(Reference::One, 7).instrument, UtcMs(2));
    let confirmed = asked.expect("open").into_payment();
    assert_eq!(confirmed.clone().money_moved_elsewhere(UtcMs(9)).unwrap_err(), Refusal::NotHeld);
    for over in [confirmed.clone().refuse(Reason::Rejected, UtcMs(3)), confirmed.abandon(UtcMs(3))] {
        let over = over.expect("open").into_payment();
        let alarm = over.clone().money_moved_elsewhere(UtcMs(9)).expect("over");
        assert_eq!(alarm.event().kind, EventKind::MovedElsewhere, "it is an alarm");
        assert_eq!(alarm.event().at, UtcMs(9), "it is dated to when it was seen");
        assert_eq!(alarm.notice(), None, "the outcome that the shop has heard stands");
        assert!(!alarm.releases_orders());
        assert_eq!(Outcome::of(alarm.payment()), Outcome::of(&over));
    }
}

#[test]
fn ten_refunds_are_the_most() {
    let mut payment = paid(taken());
    for _ in 0..MAX_REFUNDS {
        payment = named_refund(payment);
    }
    assert_eq!(payment.refund(wish(1), UtcMs(9)).unwrap_err(), Refusal::NoMoreRefunds);
}

#[test]
fn a_declined_capture_leaves_the_money_held_and_may_be_tried_again_under_another_name() {
    let name = SettlementId::new("S-1").ok();
    let settling = paid(Captured::No).settle(euro(2000), name, UtcMs(9)).expect("held").into_payment();
    let first = settling.capture().expect("asked").reference.clone();
    let held =
        settling.movement_answered(&first, MovementAnswer::Declined(None), UtcMs(10)).expect("asked").into_payment();
    assert_eq!(Report::of(&held).expect("attempted").state, Some(State::Authorized));
    let again = held.settle(euro(2000), None, UtcMs(11)).expect("held").into_payment();
    assert_ne!(again.capture().expect("asked").reference, first);
}

#[test]
fn what_is_taken_without_us_is_settled_with_that_and_only_while_nothing_was() {
    let taken = |amount| End::Taken(by_hand(amount, UtcMs(9)));
    let held = paid(Captured::No);
    let settling = held.clone().settle(euro(1), None, UtcMs(5)).expect("held").into_payment();
    let releasing = held.clone().release(UtcMs(5)).expect("held").into_payment();
    for payment in [held.clone(), settling, releasing.clone()] {
        let pounds = Money::new(1, Currency::new("GBP").expect("a code"));
        assert_eq!(payment.clone().authorization_ended(taken(pounds), UtcMs(10)).unwrap_err(), Refusal::OtherCurrency);
        let change = payment.authorization_ended(taken(euro(2000)), UtcMs(10)).expect("nothing was taken");
        assert_eq!(change.event().kind, EventKind::Settled, "the taking settles it, whatever was asked");
        assert_eq!(change.notice(), None, "the shop is told nothing new");
        let settled = change.into_payment();
        assert_eq!(
            (settled.refundable(), settled.unresolved_at()),
            (Some(euro(2000)), None),
            "what was taken can be refunded, and Amazon is asked nothing more"
        );
        assert_eq!(Report::of(&settled).expect("attempted").state, Some(State::Settled));
        assert_eq!(settled.authorization_ended(taken(euro(2000)), UtcMs(11)).unwrap_err(), Refusal::NotHeld);
    }
    let released = releasing.authorization_ended(End::Empty, UtcMs(6)).expect("asked").into_payment();
    assert_eq!(released.authorization_ended(taken(euro(2000)), UtcMs(10)).unwrap_err(), Refusal::NotHeld);
}

#[test]
fn what_happens_by_itself_is_known_until_the_shop_acts() {
    let automatic = Automatic { act: AutomaticAct::Settle, at: UtcMs(100) };
    let asked = asked_by_call();
    let attempt = asked.payment().attempt_in_flight().expect("just asked").id.clone();
    let approval = Approval { captured: Captured::No, automatic: Some(automatic), ..approval(UtcMs(4)) };
    let paid = asked.into_payment().answered(&attempt, Answer::Approved(approval), Witness::Caller, UtcMs(4));
    let paid = paid.expect("asked").into_payment();
    assert_eq!(paid.automatic(), Some(automatic));
    assert!(!automatic.is_due(UtcMs(99)) && automatic.is_due(UtcMs(100)));
    assert_eq!(paid.clone().release(UtcMs(9)).expect("held").payment().automatic(), None);
    assert_eq!(paid.without_automatic(UtcMs(9)).expect("planned").payment().automatic(), None);
}

/// A charge by call that Amazon has been asked for.
fn asked_by_call() -> Change {
    let id = PaymentId::new("call").expect("allowed");
    Call::first(shop(), id, order("T-1")).charge(terms(Reference::One, 7), UtcMs(3))
}

#[test]
fn a_call_is_made_again_from_where_it_was_turned_away_and_from_nowhere_else() {
    let call = || Call::first(shop(), PaymentId::new("call").expect("allowed"), order("T-1"));
    let away = call().turn_away(UtcMs(3));
    assert_eq!(away.event().kind, EventKind::TurnedAway, "it is recorded as turned away");
    assert_eq!(away.event().version, 1, "it is the payment's first version");
    assert_eq!(away.notice(), None, "no outcome, so nothing to tell");
    assert!(!away.claims_transaction() && !away.releases_orders() && away.order_claim().is_none());
    let away = away.into_payment();
    assert!(away.was_turned_away() && !away.holds_claim() && away.unresolved_at().is_none());
    let again = Call::again(away.clone(), order("T-1")).expect("turned away");
    let (asked, fresh) = (again.charge(terms(Reference::One, 7), UtcMs(5)), asked_by_call());
    assert!(asked.claims_transaction() && asked.order_claim() == fresh.order_claim());
    let name = |change: &Change| change.payment().attempt_in_flight().expect("asked").id.clone();
    assert_eq!((name(&asked), asked.payment().version), (name(&fresh), 2), "Amazon knows it by the same name");
    let asked = asked.into_payment();
    assert_eq!(Call::again(asked.clone(), order("T-1")).unwrap_err(), Refusal::InFlight);
    let refused = answered_to(&asked, Answer::Declined(Reason::Rejected), Witness::Caller).into_payment();
    assert_eq!(Call::again(refused, order("T-1")).unwrap_err(), Refusal::Final);
    let visit = opened("T-2", "visit").into_payment().refuse(Reason::AuthenticationFailed, UtcMs(4)).expect("open");
    assert_eq!(Call::again(visit.into_payment(), order("T-2")).unwrap_err(), Refusal::Final);
}

/// What becomes of it.
fn answered_to(payment: &Payment, answer: Answer, by: Witness) -> Change {
    let attempt = payment.attempt_in_flight().expect("asked").id.clone();
    payment.clone().answered(&attempt, answer, by, UtcMs(4)).expect("asked")
}

#[test]
fn a_charge_by_call_claims_the_identifier_and_ends_with_its_decline() {
    let asked = asked_by_call();
    assert!(asked.claims_transaction() && asked.notice().is_none());
    assert_eq!(asked.payment().version, 1);
    let declined = answered_to(asked.payment(), Answer::DeclinedTryAnother, Witness::Caller);
    assert!(declined.payment().is_final(), "a new call needs a new identifier");
}

#[test]
fn every_outcome_of_a_call_owes_a_notice_and_the_witness_decides_when() {
    let asked = asked_by_call().into_payment();
    let pending = || Answer::Pending(placed());
    let undecided = answered_to(&asked, pending(), Witness::Caller).into_payment();
    let first = [
        Answer::Approved(approval(UtcMs(4))),
        Answer::Declined(Reason::Rejected),
        Answer::DeclinedTryAnother,
        Answer::TurnedAway(Reason::Unreachable),
        Answer::NeverHappened(Reason::NotDone),
        pending(),
    ];
    let cases =
        first.into_iter().map(|answer| (&asked, answer)).chain([(&undecided, Answer::Approved(approval(UtcMs(4))))]);
    for (payment, answer) in cases {
        for (by, due, due_at) in [(Witness::Caller, Due::UnlessAnswered, 60_004), (Witness::Janitor, Due::AtOnce, 4)] {
            let change = answered_to(payment, answer.clone(), by);
            let outcome = Outcome::of(change.payment()).expect("there is something to tell");
            assert_eq!(change.notice(), Some((&outcome, due)), "{answer:?} {by:?}");
            assert_eq!(change.notice_due_at(), Some(UtcMs(due_at)), "{answer:?} {by:?}");
        }
    }
}

#[test]
fn the_answer_to_a_call_has_as_long_as_is_set() {
    let asked = asked_by_call().into_payment();
    let declined = |by| answered_to(&asked, Answer::Declined(Reason::Rejected), by).with_answer_patience(100);
    assert_eq!(declined(Witness::Caller).notice_due_at(), Some(UtcMs(104)));
    assert_eq!(declined(Witness::Janitor).notice_due_at(), Some(UtcMs(4)), "no answer is on its way");
}

#[test]
fn a_pending_charge_that_is_given_up_is_told_at_once() {
    let asked = asked_by_call().into_payment();
    let undecided = answered_to(&asked, Answer::Pending(placed()), Witness::Caller);
    let wanted = answered_to(undecided.payment(), Answer::DeclinedTryAnother, Witness::Janitor);
    assert_eq!((wanted.event().kind, wanted.notice()), (EventKind::CardWanted, None), "it is pending as before");
    let refused = wanted.into_payment().refuse(Reason::PaymentMethodDeclined, UtcMs(9)).expect("a card is wanted");
    assert_eq!(
        (refused.notice().map(|(_, due)| due), refused.notice_due_at()),
        (Some(Due::AtOnce), Some(UtcMs(9))),
        "the notice is due at the moment of the refusal"
    );
}
