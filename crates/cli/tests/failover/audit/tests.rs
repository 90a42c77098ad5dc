//! A right story has no findings; each lie in it is found, and by its own words.

use super::*;

const ID: &str = "A-1";

/// Three orders of the demo shop (paid, refused, never begun) and a charge, all as it should be.
fn story() -> Evidence {
    Evidence {
        charges: vec![charge(ID, "Closed", 500), charge("charge-1", "Closed", 7), declined("B-1")],
        payments: vec![
            payment(BOTTEGA, ID, "paid", 1),
            payment(BOTTEGA, "B-1", "refused", 2),
            Payment { minor: 7, origin: "web_service".into(), ..payment(ABBONAMENTI, "charge-1", "paid", 1) },
        ],
        notices: vec![notice(ID), notice("B-1")],
        orders: vec![order("A", "paid", 1), order("B", "refused", 0), order("C", "new", 0)],
        told: vec![
            told(Way::Page, &[ID], Verdict::Paid),
            told(Way::Page, &["B-1"], Verdict::Refused),
            Told { shop: ABBONAMENTI, minor: 7, ..told(Way::Call, &["charge-1"], Verdict::Paid) },
        ],
        heard: Vec::new(),
    }
}

fn charge(id: &str, state: &str, minor: i64) -> Charge {
    let reason = (state == "Closed").then(|| "MaxCapturesProcessed".to_owned());
    Charge {
        seller_order_id: id.into(),
        state: state.into(),
        reason,
        amount_minor: minor,
        captured_minor: minor,
        ..Charge::default()
    }
}

fn declined(id: &str) -> Charge {
    Charge { reason: Some("AmazonRejected".into()), captured_minor: 0, ..charge(id, "Declined", 500) }
}

fn payment(shop: &str, id: &str, stage: &str, number: i64) -> Payment {
    Payment {
        shop: shop.into(),
        payment: format!("visit of {id}"),
        id: id.into(),
        origin: "page".into(),
        stage: stage.into(),
        minor: 500,
        number: Some(number),
        is_unresolved: false,
    }
}

fn notice(id: &str) -> Notice {
    let payment = format!("visit of {id}");
    Notice { shop: BOTTEGA.into(), payment, state: "delivered".into(), is_answered: true }
}

fn order(id: &str, status: &str, paid_count: u32) -> Order {
    let bank_transaction_id = (paid_count > 0).then(|| "1".to_owned());
    Order { status: status.into(), paid_count, bank_transaction_id, transactions: vec![format!("{id}-1")] }
}

fn told(way: Way, ids: &[&str], verdict: Verdict) -> Told {
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    let number = (verdict == Verdict::Paid).then(|| "1".to_owned());
    Told { way, shop: BOTTEGA, ids, verdict, minor: 500, number }
}

/// What is found after somebody has meddled with the story.
fn found(meddle: impl Fn(&mut Evidence)) -> String {
    let mut evidence = story();
    meddle(&mut evidence);
    evidence.findings().join("\n")
}

#[test]
fn a_right_story_has_no_findings_and_tells_something() {
    assert_eq!(story().findings(), [""; 0]);
    assert!(story().is_telling());
    assert!(!Evidence { told: Vec::new(), ..story() }.is_telling());
}

#[test]
fn what_was_acknowledged_and_lost_is_found() {
    assert!(found(|story| drop(story.payments.remove(0))).contains("told paid, and it is lost"));
    assert!(found(|story| drop(story.payments.remove(2))).contains("told paid, and it is lost"));
    assert!(found(|story| story.payments[0].stage = "refused".into()).contains("told paid, and it is lost"));
    assert!(found(|story| story.payments[0].number = Some(9)).contains("told another number"));
    assert!(found(|story| story.told[0].minor = 499).contains("told another amount"));
    let heard = Heard { id: "charge-2".into(), verdict: Verdict::Paid };
    assert!(found(|story| story.heard.push(heard.clone())).contains("heard it paid, and it is lost"));
}

#[test]
fn money_that_is_not_where_it_should_be_is_found() {
    let again = charge(ID, "Open", 500);
    assert!(found(|story| story.charges.push(again.clone())).contains("charged 2 times"));
    let strange = charge("nobody", "Open", 500);
    assert!(found(|story| story.charges.push(strange.clone())).contains("Amazon holds the money, no payment"));
    assert!(found(|story| drop(story.charges.remove(0))).contains("paid, and Amazon holds nothing"));
    assert!(found(|story| story.charges[0].amount_minor = 499).contains("another amount at Amazon"));
    assert!(found(|story| story.charges[0].captured_minor = 0).contains("another amount at Amazon"));
    assert!(found(|story| story.charges[0].refunded_minor = 500).contains("another amount at Amazon"));
    assert!(found(|story| story.charges[2].state = "Pending".into()).contains("Amazon has not decided"));
    assert!(found(|story| story.charges[2].state = "Open".into()).contains("told refused, and Amazon holds"));
}

#[test]
fn a_refusal_that_is_none_is_found() {
    assert!(found(|story| story.payments[1].stage = "paid".into()).contains("told refused, and it is paid"));
    assert!(found(|story| story.told[2].verdict = Verdict::Refused).contains("told refused, and it is paid"));
}

#[test]
fn two_that_share_what_is_given_once_are_found() {
    assert!(found(|story| story.payments[1].number = Some(1)).contains("number 1 is given to"));
    let twice = Payment { payment: "another visit".into(), ..payment(BOTTEGA, ID, "paid", 8) };
    assert!(found(|story| story.payments.push(twice.clone())).contains("two payments are paid"));
    assert!(found(|story| story.orders[0].paid_count = 2).contains("the shop acted twice"));
}

#[test]
fn what_nobody_finished_or_told_is_found() {
    assert!(found(|story| story.payments[1].is_unresolved = true).contains("unresolved"));
    for stage in ["open", "authorizing", "pending"] {
        assert!(found(|story| story.payments[1].stage = stage.into()).contains("unresolved"), "{stage}");
    }
    for state in ["due", "leased", "gave_up"] {
        assert!(found(|story| story.notices[0].state = state.into()).contains("not delivered"), "{state}");
    }
    assert!(found(|story| story.notices[0].is_answered = false).contains("not delivered"));
    assert!(found(|story| drop(story.notices.remove(1))).contains("there is no notice"));
    assert!(found(|story| story.orders[0].status = "new".into()).contains("paid, and the shop never heard it"));
    assert!(found(|story| story.orders[1].status = "new".into()).contains("over, and the shop never heard it"));
    assert!(found(|story| story.orders[1].status = "paid".into()).contains("paid for the shop, not for the gateway"));
    assert!(found(|story| story.orders[0].bank_transaction_id = None).contains("under another number"));
    let told = Told { shop: ABBONAMENTI, ..told(Way::Call, &["charge-1"], Verdict::Pending) };
    assert!(found(|story| story.told.push(told.clone())).contains("never heard the end"));
}
