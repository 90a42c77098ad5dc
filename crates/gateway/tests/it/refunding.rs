//! callRefundS2S: settled money goes back in parts, never more than was taken, whatever happens to the answers.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use payments::{Answer, Approval, Authorization, AuthorizationId, Captured, Refund, RefundStage, RefundWish};
use tokio::sync::Notify;
use wire::{Code, refund};

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::House;
use crate::web_service::{charge, delete, refund, separated, settle};

const PATIENCE_MS: i64 = 60_000;
const HALF_A_MINUTE_MS: i64 = 30_000;
const HOUR_MS: i64 = 3_600_000;

/// 24.21 euro captured with the authorization, under `order-1`.
async fn captured() -> (House, AmazonSide, String) {
    let (house, amazon) = house_with_amazon().await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    (house, amazon, order)
}

/// Half a minute later Amazon has given back what it has taken on, and the gateway has asked.
async fn given_back(house: &House) {
    house.advance_ms(HALF_A_MINUTE_MS + PATIENCE_MS);
    house.gateway.janitor().run_once().await;
}

#[tokio::test]
async fn a_refund_is_requested_and_given_back_later() {
    let (house, amazon, order) = captured().await;
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code::OK);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21, REQ 24.21");
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
    given_back(&house).await;
    assert_eq!(house.history("order-1").await, "OK STO: AUT 24.21, MOV 24.21, REQ 24.21, STO 24.21");
    assert_eq!(amazon.money(&order), [0, 2421, 2421]);
    assert!(house.notices_of("order-1").await.is_empty());
    assert_eq!(house.refund(&refund("order-1", "0.01")).await, Code(2014));
}

#[tokio::test]
async fn parts_are_given_back_up_to_what_was_settled_and_not_a_cent_more() {
    let (house, amazon) = house_with(separated()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code::OK);
    for (amount, code) in
        [("20.01", 2014), ("12.34", 0), ("7.67", 2014), ("7.65", 0), ("0.02", 2014), ("0.01", 0), ("0.01", 2014)]
    {
        assert_eq!(house.refund(&refund("order-1", amount)).await.0, code, "{amount}");
    }
    given_back(&house).await;
    let events = "AUT 24.21, MOV 20.00, REQ 12.34, REQ 7.65, REQ 0.01, STO 12.34, STO 7.65, STO 0.01";
    assert_eq!(house.history("order-1").await, format!("OK STO: {events}"));
    assert_eq!(amazon.money(&order), [0, 2000, 2000]);
}

#[tokio::test]
async fn what_cannot_be_refunded_is_refused_with_its_code_and_changes_nothing() {
    let (house, amazon, order) = captured().await;
    let of = |amount: Option<&str>, uic: Option<&str>, reason: Option<&str>| refund::Request {
        amount: amount.map(str::to_owned),
        uic_code: uic.map(str::to_owned),
        refund_reason: reason.map(str::to_owned),
        ..refund("order-1", "")
    };
    let long = "r".repeat(51);
    for (amount, uic, reason, code) in [
        (Some("24.22"), Some("242"), None, 2014),
        (Some("1.00"), Some("1"), None, 65),
        (Some("0.00"), Some("242"), None, 1146),
        (Some("one"), Some("242"), None, 1113),
        (Some("0.001"), Some("242"), None, 1114),
        (None, Some("242"), None, 1112),
        (Some("1.00"), None, None, 1110),
        (Some("1.00"), Some("0"), None, 1111),
        (Some("1.00"), Some("242"), Some(long.as_str()), 1129),
    ] {
        assert_eq!(house.refund(&of(amount, uic, reason)).await.0, code, "{amount:?} {uic:?} {reason:?}");
    }
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21");
    assert_eq!(
        (amazon.money(&order), amazon.times("Refund")),
        ([0, 2421, 0], 0),
        "24.21 taken; Refund is never called"
    );
}

#[tokio::test]
async fn what_is_not_settled_is_not_refundable() {
    let (house, amazon) = house_with(separated()).await;
    for id in ["held", "deleted", "booked"] {
        house.charged(&amazon, id, "latecapture").await;
    }
    house.delete(&delete("deleted")).await;
    house.settle(&settle("booked", "24.21")).await;
    house.charge(&charge("refused", &amazon.choose("rejected").await)).await;
    for (id, code) in [("held", 2018), ("deleted", 2018), ("booked", 2018), ("refused", 2018), ("nothing", 2011)] {
        assert_eq!(house.refund(&refund(id, "1.00")).await.0, code, "{id}");
    }
    assert_eq!(amazon.times("Refund"), 0);
    given_back(&house).await;
    assert_eq!(house.refund(&refund("booked", "1.00")).await, Code::OK, "now it is settled");
    given_back(&house).await;
    assert_eq!(amazon.all_money(), [2421, 2421, 100]);
}

#[tokio::test]
async fn ten_refunds_are_made_and_no_eleventh() {
    let (house, amazon, order) = captured().await;
    for number in 1..=10 {
        assert_eq!(house.refund(&refund("order-1", "1.00")).await, Code::OK, "{number}");
    }
    assert_eq!(house.refund(&refund("order-1", "1.00")).await, Code(2018));
    given_back(&house).await;
    assert_eq!(
        (amazon.money(&order), amazon.times("Refund")),
        ([0, 2421, 1000], 10),
        "24.21 taken, 10.00 given back; Refund is called 10 times"
    );
}

#[tokio::test]
async fn a_refund_with_a_name_may_be_asked_for_again_and_without_one_is_another() {
    let (house, amazon, order) = captured().await;
    let named =
        |amount, name: &str| refund::Request { settlement_id: Some(name.to_owned()), ..refund("order-1", amount) };
    assert_eq!(house.refund(&named("5.00", "first")).await, Code::OK);
    assert_eq!(house.refund(&named("5.00", "first")).await, Code::OK, "it is the same refund");
    assert_eq!(house.refund(&named("5.01", "first")).await, Code(1105), "the name is of another amount");
    given_back(&house).await;
    assert_eq!(house.refund(&named("5.00", "first")).await, Code::OK, "and stays so");
    assert_eq!(house.refund(&refund("order-1", "5.00")).await, Code::OK);
    given_back(&house).await;
    assert_eq!(
        (amazon.money(&order), amazon.times("Refund")),
        ([0, 2421, 1000], 2),
        "24.21 taken, 10.00 given back; Refund is called twice"
    );
}

#[tokio::test]
async fn refunds_at_once_never_exceed_what_was_settled() {
    let (house, amazon, order) = captured().await;
    let named = |name: &str| refund::Request { settlement_id: Some(name.to_owned()), ..refund("order-1", "10.00") };
    let requests = [named("first"), named("second"), named("third")];
    let [first, second, third] = &requests;
    let codes = tokio::join!(house.refund(first), house.refund(second), house.refund(third));
    let mut codes = [codes.0.0, codes.1.0, codes.2.0];
    codes.sort_unstable();
    assert_eq!(codes, [0, 0, 2014]);
    given_back(&house).await;
    assert_eq!(
        (house.unresolved().await, amazon.money(&order)),
        (0, [0, 2421, 2000]),
        "nothing is unresolved; 24.21 taken, 20.00 given back"
    );
}

#[tokio::test]
async fn two_refunds_at_once_with_one_name_are_one() {
    let (house, amazon, order) = captured().await;
    let request = refund::Request { settlement_id: Some("first".to_owned()), ..refund("order-1", "10.00") };
    amazon.will("Refund", &[Fault::Held]);
    let second = async {
        amazon.holds_one().await;
        tokio::join!(house.refund(&request), async { amazon.let_through() }).0
    };
    assert_eq!(tokio::join!(house.refund(&request), second), (Code::OK, Code::OK));
    given_back(&house).await;
    assert_eq!(
        (amazon.money(&order), amazon.times("Refund")),
        ([0, 2421, 1000], 1),
        "24.21 taken, 10.00 given back; Refund is called once"
    );
}

#[tokio::test]
async fn the_same_refund_twice_at_once_is_refused_twice_when_amazon_refuses_it() {
    let (house, amazon, order) = captured().await;
    let request = refund::Request { settlement_id: Some("first".to_owned()), ..refund("order-1", "10.00") };
    let refused = "CaptureNotRefundable";
    amazon.will("Refund", &[Fault::HeldAndRefused(refused), Fault::Refused(refused)]);
    let second = async {
        amazon.holds_one().await;
        tokio::join!(house.refund(&request), async { amazon.let_through() }).0
    };
    let codes = tokio::join!(house.refund(&request), second);
    assert_eq!((codes.0.0, codes.1.0), (2018, 2018), "Amazon does not take it");
    // Who comes when the first has been refused asks again.
    assert!((1..=2).contains(&amazon.times("Refund")));
    assert_eq!(amazon.money(&order)[2], 0);
}

#[tokio::test]
async fn an_answer_is_recorded_though_another_refund_came_between() {
    let (house, amazon, _) = captured().await;
    amazon.will("Refund", &[Fault::Held, Fault::Simulated(DECLINED)]);
    let (first, other) = (refund("order-1", "10.00"), refund("order-1", "5.00"));
    let between = async {
        amazon.holds_one().await;
        let other = house.refund(&other).await;
        amazon.let_through();
        other
    };
    assert_eq!(tokio::join!(house.refund(&first), between), (Code::OK, Code::OK));
    let accepted = |refund: &Refund| matches!(refund.stage, RefundStage::Accepted { .. });
    assert!(house.claimant("order-1").await.refunds().iter().all(accepted));
    given_back(&house).await;
    assert_eq!(house.history("order-1").await, "OK STO: AUT 24.21, MOV 24.21, REQ 10.00, STO 10.00");
}

/// What makes Amazon decline a refund, half a minute later.
const DECLINED: &str = r#"{"State":"Declined","ReasonCode":"AmazonRejected"}"#;

#[tokio::test]
async fn a_refund_that_amazon_declines_gives_nothing_back_and_may_be_made_again() {
    let (house, amazon, order) = captured().await;
    amazon.will("Refund", &[Fault::Simulated(DECLINED)]);
    let request = refund::Request { settlement_id: Some("first".to_owned()), ..refund("order-1", "24.21") };
    assert_eq!(house.refund(&request).await, Code::OK, "it is accepted first");
    given_back(&house).await;
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21", "what came to nothing is not open");
    assert_eq!(house.refund(&request).await, Code::OK, "what was declined takes nothing from the balance");
    given_back(&house).await;
    assert_eq!(
        (amazon.money(&order), amazon.times("Refund")),
        ([0, 2421, 2421], 2),
        "24.21 taken, 24.21 given back; Refund is called twice"
    );
}

#[tokio::test]
async fn a_refund_that_amazon_does_not_take_is_refused() {
    let (house, amazon, order) = captured().await;
    amazon.will("Refund", &[Fault::Refused("TransactionAmountExceeded")]);
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code(2018));
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code::OK);
    given_back(&house).await;
    assert_eq!(amazon.money(&order), [0, 2421, 2421]);
}

#[tokio::test]
async fn whatever_amazon_cannot_do_or_say_now_is_accepted_and_given_back_once() {
    for faults in [
        vec![Fault::Lost],
        vec![Fault::Lost, Fault::Dropped],
        vec![Fault::Dropped, Fault::Dropped],
        vec![Fault::Lost, Fault::Garbage],
        vec![Fault::Lost, Fault::Throttled, Fault::Throttled, Fault::Throttled],
        vec![Fault::Throttled, Fault::Throttled, Fault::Throttled],
        vec![Fault::Refused("AccessDenied")],
    ] {
        let (house, amazon, order) = captured().await;
        amazon.will("Refund", &faults);
        assert_eq!(house.refund(&refund("order-1", "20.00")).await, Code::OK, "{faults:?}");
        assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21, REQ 20.00", "{faults:?}");
        amazon.always(Fault::Dropped);
        given_back(&house).await;
        assert_eq!(house.unresolved().await, 1, "{faults:?}");
        amazon.heal();
        let after = house.restarted().await;
        given_back(&after).await;
        given_back(&after).await;
        let events = "AUT 24.21, MOV 24.21, REQ 20.00, STO 20.00";
        assert_eq!(after.history("order-1").await, format!("OK STO: {events}"), "{faults:?}");
        assert_eq!((amazon.money(&order), refunds(&amazon, &order)), ([0, 2421, 2000], 1), "{faults:?}");
    }
}

/// How many refunds Amazon has.
fn refunds(amazon: &AmazonSide, order: &str) -> usize {
    amazon.order(order).captures[0].refunds.len()
}

#[tokio::test]
async fn a_refund_that_was_recorded_by_a_process_that_is_gone_is_made() {
    let (house, amazon, order) = captured().await;
    let payment = house.claimant("order-1").await;
    let amount = payment.order.amount;
    let wish = RefundWish { amount, settlement: None, despite_chargeback: false };
    house.commit(payment.refund(wish, house.now()).expect("settled")).await;
    let after = house.restarted().await;
    given_back(&after).await;
    given_back(&after).await;
    assert_eq!(after.history("order-1").await, "OK STO: AUT 24.21, MOV 24.21, REQ 24.21, STO 24.21");
    assert_eq!(amazon.money(&order), [0, 2421, 2421]);
}

#[tokio::test]
async fn a_refund_that_amazon_refuses_to_the_janitor_is_given_up_when_no_request_can_be_under_way() {
    let (house, amazon, order) = captured().await;
    amazon.will("Refund", &[Fault::Dropped, Fault::Dropped, Fault::Refused("InvalidParameterValue")]);
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code::OK);
    given_back(&house).await;
    assert_eq!(house.unresolved().await, 1, "the first request may still be under way");
    amazon.will("Refund", &[Fault::Refused("InvalidParameterValue")]);
    house.advance_ms(HOUR_MS);
    house.gateway.janitor().run_once().await;
    assert_eq!(
        (house.unresolved().await, amazon.money(&order)),
        (0, [0, 2421, 0]),
        "nothing is unresolved; 24.21 taken"
    );
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code::OK, "the whole amount is there again");
    given_back(&house).await;
    assert_eq!(amazon.money(&order), [0, 2421, 2421]);
}

/// The same, but Amazon has not named the capture.
async fn captured_unnamed() -> (House, AmazonSide, String) {
    let (house, amazon) = house_with_amazon().await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    house.charge(&charge("order-1", &order)).await;
    let id = AuthorizationId::new(amazon.order(&order).charges[0].id.clone());
    let id = id.expect("an identifier");
    let authorization = Authorization { id, made_order: None, authorized_at: house.now() };
    let payment = house.claimant("order-1").await;
    let captured = Captured::Yes { id: None, amount: payment.order.amount };
    let approval = Approval { authorization, captured, automatic: None };
    house.answered(payment, Answer::Approved(approval)).await;
    (house, amazon, order)
}

#[tokio::test]
async fn a_capture_that_was_never_named_is_looked_for_now_or_later() {
    for is_down_first in [false, true] {
        let (house, amazon, order) = captured_unnamed().await;
        if is_down_first {
            amazon.always(Fault::Dropped);
        }
        assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code::OK, "down: {is_down_first}");
        assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21, REQ 24.21");
        amazon.heal();
        given_back(&house).await;
        given_back(&house).await;
        assert_eq!(house.history("order-1").await, "OK STO: AUT 24.21, MOV 24.21, REQ 24.21, STO 24.21");
        assert_eq!(
            (amazon.money(&order), refunds(&amazon, &order)),
            ([0, 2421, 2421], 1),
            "24.21 taken, 24.21 given back; one refund"
        );
    }
}

/// Tells when a future wants to be looked at again.
#[derive(Default)]
struct Woken(Notify);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.notify_one();
    }
}

/// Goes on with a future so many times and leaves it where it stands, its next step within reach;
/// whether it still stands.
async fn go_on<F: Future>(mut future: Pin<&mut F>, times: usize) -> bool {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    for _ in 0..times {
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            return false;
        }
        woken.0.notified().await;
    }
    true
}

#[tokio::test]
async fn the_janitor_asks_for_nothing_that_amazon_has_refused_since_he_read_it() {
    // Wherever he stands between reading the store and asking Amazon. The store has a thread of its
    // own, and may answer so quickly that he does not stop at a place: so more than once.
    for _ in 0..8 {
        let mut steps = 1;
        while is_refused_once(steps).await {
            steps += 1;
        }
    }
}

/// Amazon refuses a refund while the janitor stands after so many steps; whether he has gone so many.
async fn is_refused_once(steps: usize) -> bool {
    let (house, amazon, order) = captured().await;
    amazon.will("Refund", &[Fault::HeldAndRefused("TransactionAmountExceeded")]);
    let request = refund("order-1", "10.00");
    let mut refunding = pin!(house.refund(&request));
    tokio::select! {
        code = &mut refunding => panic!("answered with {code:?}"),
        () = amazon.holds_one() => {}
    }
    house.advance_ms(PATIENCE_MS);
    let janitor = house.gateway.janitor();
    let mut sweep = pin!(janitor.run_once());
    let stands = go_on(sweep.as_mut(), steps).await;
    amazon.let_through();
    assert_eq!(refunding.await, Code(2018), "after {steps} steps");
    if stands {
        sweep.await;
    }
    assert_eq!((amazon.times("Refund"), amazon.money(&order)), (1, [0, 2421, 0]), "after {steps} steps");
    stands
}
