//! Random walks: whatever is tried in whatever order, what must hold holds after every move.

use std::collections::BTreeSet;

use payments::{Change, Due, EventKind, MAX_ATTEMPTS, Outcome, Payment, Stage, UtcMs, Verdict};
use proptest::prelude::*;

use crate::model::{Kind, Move, NAME, expected, kind, moves, names, opened, tried};

/// The changes that a walk makes, the opening first; moves that are refused must leave nothing.
fn walk(transaction: &str, visit: &str, moves: &[Move]) -> Vec<Change> {
    let mut changes = vec![opened(transaction, visit)];
    for (number, &one) in (1..).zip(moves) {
        let payment = changes.last().expect("the opening is there").payment();
        let wanted = expected(payment, one);
        let given = tried(payment, one, number, UtcMs(number));
        let told = given.as_ref().map(|change| (change.event().kind, kind(change.payment())));
        assert_eq!(told.map_err(|refusal| *refusal), wanted, "{one:?}");
        changes.extend(given);
    }
    changes
}

proptest! {
    #[test]
    fn versions_count_without_gaps((transaction, visit) in names(), moves in moves()) {
        for (version, change) in (1..).zip(walk(&transaction, &visit, &moves)) {
            prop_assert_eq!(change.payment().version, version);
            prop_assert_eq!(change.event().version, version);
            prop_assert_eq!(change.event().at, change.payment().changed_at);
        }
    }

    #[test]
    fn at_most_one_authorization_is_approved((transaction, visit) in names(), moves in moves()) {
        let changes = walk(&transaction, &visit, &moves);
        let paid = changes.iter().filter(|change| change.event().kind == EventKind::Paid).count();
        prop_assert!(paid <= 1);
        if let Some(last) = changes.last() {
            prop_assert_eq!(paid == 1, matches!(last.payment().stage, Stage::Paid { .. }), "paid stays paid");
        }
    }

    #[test]
    fn a_final_payment_never_changes((transaction, visit) in names(), moves in moves()) {
        let changes = walk(&transaction, &visit, &moves);
        let finals = changes.iter().filter(|change| change.payment().is_final()).count();
        prop_assert!(finals <= 1);
        let last_is_final = changes.last().is_some_and(|change| change.payment().is_final());
        prop_assert_eq!(finals == 1, last_is_final);
    }

    #[test]
    fn what_the_shop_must_hear_owes_a_notice_and_it_tells_the_truth((transaction, visit) in names(), moves in moves()) {
        for change in walk(&transaction, &visit, &moves) {
            let payment = change.payment();
            // A visit that steps aside leaves the word to the one that overtook it; another card is
            // asked for in silence.
            let is_silent = matches!(change.event().kind, EventKind::SteppedAside | EventKind::CardWanted);
            let owed = change.notice().map(|(outcome, due)| (outcome.clone(), due));
            prop_assert_eq!(owed, Outcome::of(payment).filter(|_| !is_silent).map(|outcome| (outcome, Due::AtOnce)));
            // Of a visit that ended before anybody was there, there is nothing to tell.
            let is_told = payment.is_final() && !payment.has_lapsed();
            prop_assert_eq!(Outcome::of(payment).is_some(), is_told || matches!(payment.stage, Stage::Pending { .. }));
            if let Some((outcome, _)) = change.notice() {
                prop_assert_eq!(outcome.verdict == Verdict::Paid, matches!(payment.stage, Stage::Paid { .. }));
                prop_assert_eq!(outcome.verdict == Verdict::Pending, !payment.is_final());
                prop_assert_eq!(outcome.amount, payment.order.amount);
                prop_assert_eq!(outcome.bank_transaction_id, payment.bank_transaction_id);
            }
        }
    }

    #[test]
    fn what_amazon_owes_is_unresolved_and_nothing_else((transaction, visit) in names(), moves in moves()) {
        for change in walk(&transaction, &visit, &moves) {
            let is_owed = matches!(kind(change.payment()), Kind::Asked | Kind::AskedAgain | Kind::Undecided | Kind::CardWanted);
            prop_assert_eq!(change.payment().unresolved_at().is_some(), is_owed);
        }
    }

    #[test]
    fn attempts_are_counted_up_to_the_most_allowed((transaction, visit) in names(), moves in moves()) {
        let mut asked = 0;
        for change in walk(&transaction, &visit, &moves) {
            asked += u8::from(change.event().kind == EventKind::Asked);
            prop_assert_eq!(change.payment().attempts, asked);
            prop_assert!(asked <= MAX_ATTEMPTS);
        }
    }

    #[test]
    fn the_first_attempt_alone_claims_and_the_number_stays((transaction, visit) in names(), moves in moves()) {
        let mut number = None;
        for change in walk(&transaction, &visit, &moves) {
            let payment = change.payment();
            let first = change.event().kind == EventKind::Asked && payment.attempts == 1;
            prop_assert_eq!(change.claims_transaction(), first);
            prop_assert_eq!(payment.bank_transaction_id.is_some(), payment.attempts > 0);
            prop_assert!(number.is_none() || number == payment.bank_transaction_id);
            number = payment.bank_transaction_id;
        }
    }

    #[test]
    fn an_order_is_claimed_by_each_attempt_that_pay_was_pressed_for_and_given_back_without_money(
        (transaction, visit) in names(), moves in moves(),
    ) {
        let mut has_order = false;
        for change in walk(&transaction, &visit, &moves) {
            let payment = change.payment();
            if let Some(claim) = change.order_claim() {
                let attempt = payment.attempt_in_flight().expect("an order is claimed with an attempt");
                prop_assert_eq!(Some(&claim.order_reference), attempt.instrument.order_reference());
                has_order = true;
            }
            prop_assert!(has_order || payment.attempts == 0, "no attempt without its order");
            let is_over = matches!(payment.stage, Stage::Refused { .. } | Stage::Abandoned { .. });
            prop_assert_eq!(change.releases_orders(), has_order && is_over);
        }
    }

    #[test]
    fn attempt_ids_keep_amazons_rule_and_differ((transaction, visit) in names(), moves in moves()) {
        let changes = walk(&transaction, &visit, &moves);
        let asked = changes.iter().filter(|change| change.event().kind == EventKind::Asked);
        let ids: Vec<_> = asked.filter_map(|change| change.payment().attempt_in_flight()).map(|one| &one.id).collect();
        for id in &ids {
            let id = id.as_str();
            prop_assert!((1..=32).contains(&id.len()), "{}", id);
            prop_assert!(id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{}", id);
        }
        prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{:?}", ids);
        prop_assert!(ids.first().is_none_or(|first| first.as_str() == NAME));
    }

    #[test]
    fn what_was_ordered_never_changes((transaction, visit) in names(), moves in moves()) {
        let changes = walk(&transaction, &visit, &moves);
        let same = |payment: &Payment| (payment.order.clone(), payment.id.clone(), payment.shop.clone(), payment.opened_at);
        for change in &changes {
            prop_assert_eq!(same(change.payment()), same(changes[0].payment()));
        }
    }
}

proptest! {
    #[test]
    fn a_visit_begins_once_and_by_an_act_of_the_buyer((transaction, visit) in names(), moves in moves()) {
        let mut begun_at = None;
        for change in walk(&transaction, &visit, &moves) {
            let is_act = matches!(change.event().kind, EventKind::Begun | EventKind::Confirming | EventKind::Abandoned);
            begun_at = begun_at.or(is_act.then_some(change.payment().changed_at));
            prop_assert_eq!(change.payment().begun_at, begun_at);
        }
    }
}

#[test]
fn the_walks_reach_every_stage_and_the_last_attempt() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = BTreeSet::new();
    for _ in 0..300 {
        let moves = proptest::strategy::ValueTree::current(&moves().new_tree(&mut runner).expect("moves can be made"));
        for change in walk("T-1", "visit", &moves) {
            reached.insert(format!("{:?}", kind(change.payment())));
            reached.extend((change.payment().attempts == MAX_ATTEMPTS).then(|| "last attempt".to_owned()));
        }
    }
    let open = ["Fresh", "Confirmed(One)", "Confirmed(Other)", "Declined", "Asked"];
    let pending = ["AskedAgain", "Undecided", "CardWanted"];
    for stage in open.into_iter().chain(pending).chain(["Paid", "Refused", "Abandoned", "last attempt"]) {
        assert!(reached.contains(stage), "{stage} is not among {reached:?}");
    }
}
