//! Every stage × every move, none left out.

use payments::{
    BankTransactionId, BillingAgreementId, Change, Instrument, MAX_ATTEMPTS, MAX_MOVES, Payment, Refusal, UtcMs,
};

use crate::model::{Kind, MOVES, Move, Reference, expected, kind, opened, token, tried};

/// A payment that went through these moves.
fn after(moves: &[Move]) -> Payment {
    let opened = opened("T-1", "visit").into_payment();
    moves.iter().fold(opened, |payment, &one| {
        tried(&payment, one, 7, UtcMs(2)).map(Change::into_payment).expect("these moves are allowed")
    })
}

/// One payment at each stage, and at `Authorizing` one for the last attempt of all.
fn every_stage() -> Vec<(Kind, Payment)> {
    let confirm = Move::Confirm(Reference::One);
    let authorize = Move::Authorize(Reference::One);
    let mut last = vec![confirm, authorize];
    for _ in 1..MAX_ATTEMPTS {
        last.extend([Move::DeclinedTryAnother, confirm, authorize]);
    }
    let mut worn_out = vec![confirm, authorize, Move::Pending];
    for _ in 2..MAX_ATTEMPTS {
        worn_out.extend([Move::DeclinedTryAnother, Move::Again]);
    }
    worn_out.push(Move::DeclinedTryAnother);
    vec![
        (Kind::Fresh, after(&[])),
        (Kind::Fresh, after(&[Move::Begin])),
        (Kind::Confirmed(Reference::One), after(&[confirm])),
        (Kind::Confirmed(Reference::Other), after(&[confirm, Move::Confirm(Reference::Other)])),
        (Kind::Asked, after(&[confirm, authorize])),
        (Kind::Asked, after(&last)),
        (Kind::Declined, after(&[confirm, authorize, Move::DeclinedTryAnother])),
        (Kind::Asked, after(&[confirm, authorize, Move::Later])),
        (Kind::Undecided, after(&[confirm, authorize, Move::Pending])),
        (Kind::CardWanted, after(&[confirm, authorize, Move::Pending, Move::DeclinedTryAnother])),
        (Kind::AskedAgain, after(&[confirm, authorize, Move::Pending, Move::DeclinedTryAnother, Move::Again])),
        (Kind::CardWanted, after(&worn_out)),
        (Kind::Agreed, agreed()),
        (Kind::Paid, after(&[confirm, authorize, Move::Approved])),
        (Kind::Refused, after(&[confirm, authorize, Move::Declined])),
        (Kind::Refused, after(&[Move::Refuse])),
        (Kind::Abandoned, after(&[Move::Abandon])),
        (Kind::Abandoned, after(&[Move::RunOut])),
    ]
}

/// A payment whose buyer has allowed later charges.
fn agreed() -> Payment {
    let agreement = BillingAgreementId::new("C02-5533845-8537141").expect("shaped as Amazon's");
    let chosen = Instrument::Agreement(agreement.clone());
    let confirmed = opened("T-1", "visit").into_payment().confirm(chosen, UtcMs(2)).expect("open").into_payment();
    confirmed.agree(agreement, token(), BankTransactionId(7), UtcMs(2)).expect("confirmed").into_payment()
}

#[test]
fn every_move_at_every_stage_gives_what_the_table_says() {
    for (stage, payment) in every_stage() {
        assert_eq!(kind(&payment), stage);
        for one in MOVES {
            let given = tried(&payment, one, 9, UtcMs(3));
            let given = given.map(|change| (change.event().kind, kind(change.payment())));
            assert_eq!(given, expected(&payment, one), "{one:?} at {stage:?}");
        }
    }
}

#[test]
fn a_decline_keeps_the_order_reference_and_asks_for_another_press_of_pay() {
    let declined = after(&[Move::Confirm(Reference::One), Move::Authorize(Reference::One), Move::DeclinedTryAnother]);
    assert!(tried(&declined, Move::Authorize(Reference::One), 9, UtcMs(3)).is_err(), "a reloaded address");
    let confirmed = tried(&declined, Move::Confirm(Reference::One), 9, UtcMs(3)).map(Change::into_payment);
    assert!(tried(&confirmed.expect("allowed"), Move::Authorize(Reference::One), 9, UtcMs(4)).is_ok());
}

#[test]
fn pressing_pay_is_refused_when_a_visit_has_written_enough() {
    let mut payment = after(&[]);
    while let Ok(change) = tried(&payment, Move::Confirm(Reference::One), 7, UtcMs(2)) {
        payment = change.into_payment();
        assert!(payment.version <= MAX_MOVES, "rows without end");
    }
    assert_eq!(payment.version, MAX_MOVES);
    let refused = tried(&payment, Move::Confirm(Reference::Other), 7, UtcMs(3)).map(|change| change.event().kind);
    assert_eq!(refused, Err(Refusal::TooManyMoves));
    assert!(tried(&payment, Move::Authorize(Reference::One), 7, UtcMs(3)).is_ok(), "what was pressed last may be paid");
    assert!(tried(&payment, Move::Abandon, 7, UtcMs(3)).is_ok(), "and given up");
}
