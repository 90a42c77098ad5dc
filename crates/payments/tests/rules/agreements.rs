//! Agreements: made by a payment that succeeds, over once.

use payments::{
    Agreement, AgreementStage, Answer, BankTransactionId, BillingAgreementId, Change, Instrument, LineKind, Order,
    Outcome, Over, Payment, PaymentId, Recurring, RefundWish, Refusal, Report, State, UtcMs, Verdict, Witness,
};

use crate::model::{approval, order, shop, terms_on, token};

fn agreement_id() -> BillingAgreementId {
    BillingAgreementId::new("C02-5533845-8537141").expect("shaped as Amazon's")
}

fn confirmed(recurring: Recurring) -> Payment {
    let order = Order { recurring, ..order("T-1") };
    let opened = Payment::open(shop(), PaymentId::new("visit").expect("allowed"), order, UtcMs(1)).into_payment();
    opened.confirm(Instrument::Agreement(agreement_id()), UtcMs(2)).expect("open").into_payment()
}

fn paid(recurring: Recurring) -> Change {
    let instrument = Instrument::Agreement(agreement_id());
    let terms = terms_on(instrument, 7, Some(token()));
    let asked = confirmed(recurring).authorize(terms, UtcMs(3)).expect("confirmed").into_payment();
    let attempt = asked.attempt_in_flight().expect("just asked").id.clone();
    asked.answered(&attempt, Answer::Approved(approval(UtcMs(4))), Witness::Janitor, UtcMs(4)).expect("asked")
}

fn agreed() -> Change {
    confirmed(Recurring::Only).agree(agreement_id(), token(), BankTransactionId(7), UtcMs(3)).expect("confirmed")
}

fn made() -> Agreement {
    agreed().agreement().expect("made")
}

#[test]
fn a_payment_with_recurring_makes_the_agreement_when_it_is_paid_and_tells_its_token() {
    let change = paid(Recurring::WithPayment);
    let agreement = change.agreement().expect("made");
    assert_eq!(
        (agreement.token, agreement.billing_agreement),
        (token(), agreement_id()),
        "the agreement stands for the shop's token and Amazon's billing agreement"
    );
    assert_eq!(
        (agreement.stage, agreement.version),
        (AgreementStage::Active, 1),
        "a new agreement can be charged and is at its first version"
    );
    assert_eq!(change.notice().and_then(|(outcome, _)| outcome.token.clone()), Some(token()));
}

#[test]
fn a_charge_by_token_makes_none_and_tells_none() {
    let change = paid(Recurring::No);
    assert_eq!(change.agreement(), None);
    assert_eq!(change.notice().and_then(|(outcome, _)| outcome.token.clone()), None);
}

#[test]
fn a_token_without_payment_claims_the_identifier_and_moves_no_money() {
    let change = agreed();
    assert!(change.claims_transaction());
    let (outcome, _) = change.notice().expect("the shop must hear of it");
    assert_eq!(
        (outcome.verdict, outcome.authorization_code.as_str()),
        (Verdict::Paid, ""),
        "the shop is told that it is paid, with no code, for nothing was authorized"
    );
    assert_eq!(
        (outcome.amount.minor, outcome.token.clone()),
        (2421, Some(token())),
        "the shop is told the amount that it asked for, and the token"
    );
    let report = Report::of(change.payment()).expect("it exists");
    let lines: Vec<_> = report.lines.iter().map(|line| (line.kind, line.amount.minor)).collect();
    assert_eq!(
        (report.state, &lines[..]),
        (Some(State::Authorized), &[(LineKind::Authorization, 0)][..]),
        "it is shown as an authorization of nothing"
    );
    let payment = change.into_payment();
    let amount = payment.order.amount;
    assert_eq!(payment.clone().settle(amount, None, UtcMs(9)).unwrap_err(), Refusal::NotHeld);
    assert_eq!(
        payment
            .clone()
            .refund(RefundWish { amount, settlement: None, despite_chargeback: true }, UtcMs(9))
            .unwrap_err(),
        Refusal::NotSettled
    );
    let before = Outcome::of(&payment);
    let deleted = payment.release(UtcMs(9)).expect("once");
    assert!(deleted.notice().is_none() && deleted.agreement().is_none() && !deleted.claims_transaction());
    assert_eq!(Outcome::of(deleted.payment()), before);
    assert_eq!(Report::of(deleted.payment()).expect("it exists").state, Some(State::Cancelled));
    assert_eq!(deleted.into_payment().release(UtcMs(10)).unwrap_err(), Refusal::NotHeld);
}

#[test]
fn another_agreement_than_the_confirmed_one_is_refused() {
    let other = BillingAgreementId::new("C02-5533845-8537142").expect("shaped as Amazon's");
    let refused = confirmed(Recurring::Only).agree(other, token(), BankTransactionId(7), UtcMs(3));
    assert_eq!(refused.unwrap_err(), Refusal::OtherOrderReference);
}

#[test]
fn a_card_that_is_no_good_before_the_attempt_asks_for_another_press_of_pay() {
    for recurring in [Recurring::WithPayment, Recurring::Only] {
        let declined = confirmed(recurring).card_declined(UtcMs(3)).expect("confirmed");
        assert!(declined.notice().is_none() && !declined.claims_transaction());
        let declined = declined.into_payment();
        let agreed = declined.clone().agree(agreement_id(), token(), BankTransactionId(7), UtcMs(4));
        assert_eq!(agreed.unwrap_err(), Refusal::OtherOrderReference, "a reloaded address");
        let instrument = Instrument::Agreement(agreement_id());
        let terms = terms_on(instrument.clone(), 7, None);
        assert_eq!(declined.clone().authorize(terms, UtcMs(4)).unwrap_err(), Refusal::OtherOrderReference);
        assert_eq!(declined.clone().card_declined(UtcMs(4)).unwrap_err(), Refusal::NothingAsked);
        let pressed = declined.confirm(instrument, UtcMs(5)).expect("open").into_payment();
        assert!(pressed.agree(agreement_id(), token(), BankTransactionId(7), UtcMs(6)).is_ok());
    }
}

#[test]
fn an_agreement_ends_once() {
    let closing = made().close(UtcMs(5)).expect("active").into_agreement();
    assert_eq!(closing.stage, AgreementStage::Closing, "Amazon is still to be told");
    assert_eq!(closing.version, 2, "each move is a version");
    assert!(!closing.is_active(), "it takes no further charge");
    assert_eq!(closing.clone().close(UtcMs(6)).unwrap_err(), Over);
    let closed = closing.ended_at_amazon(UtcMs(6)).expect("closing").into_agreement();
    assert_eq!(closed.stage, AgreementStage::ClosedByShop);
    assert_eq!(closed.ended_at_amazon(UtcMs(7)).unwrap_err(), Over);
    let ended = made().ended_at_amazon(UtcMs(5)).expect("active").into_agreement();
    assert_eq!(ended.stage, AgreementStage::ClosedAtAmazon);
    assert_eq!(ended.close(UtcMs(6)).unwrap_err(), Over);
}
