//! callSettleS2S: held money is taken once, in whole or in part, whatever happens to the answers.

use wire::{Code, settle};

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::crossed::until_it_stands;
use crate::house::{House, login};
use crate::web_service::{delete, named, separated, settle};

const PATIENCE_MS: i64 = 60_000;
const HALF_A_MINUTE_MS: i64 = 30_000;
const DAY_MS: i64 = 24 * 3_600_000;

/// 24.21 euro held under `order-1`.
async fn held(card: &str) -> (House, AmazonSide, String) {
    let (house, amazon) = house_with(separated()).await;
    let order = house.charged(&amazon, "order-1", card).await;
    (house, amazon, order)
}

#[tokio::test]
async fn all_or_a_part_of_what_is_held_is_taken_at_once() {
    for (amount, minor) in [("24.21", 2421), ("24.20", 2420), ("0.01", 1), ("20", 2000)] {
        let (house, amazon, order) = held("ok").await;
        assert_eq!(house.settle(&settle("order-1", amount)).await, Code::OK, "{amount}");
        let taken = format!("{}.{:02}", minor / 100, minor % 100);
        assert_eq!(house.history("order-1").await, format!("OK MOV: AUT 24.21, MOV {taken}"));
        assert_eq!(amazon.money(&order), [0, minor, 0], "what was not taken is free again");
        assert!(house.notices_of("order-1").await.is_empty());
    }
}

#[tokio::test]
async fn the_order_of_a_settlement_is_closed_and_kept_so() {
    let (house, amazon, order) = held("ok").await;
    assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code::OK);
    until_it_stands(&amazon, &order, "Closed").await;
    let payment = house.claimant("order-1").await;
    let closed = async {
        let read = async || house.store.order_details(&login(), &payment.id).await.expect("an answer");
        while !read().await.is_some_and(|details| details.contains("<State>Closed</State>")) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), closed).await.expect("the details are those of the end");
}

#[tokio::test]
async fn a_transaction_is_named_by_its_number_too() {
    let (house, amazon, order) = held("ok").await;
    let number = house.claimant("order-1").await.bank_transaction_id.expect("a number").to_string();
    for (shop_id, bank, code) in [
        (None, None, 2016),
        (Some("order-2"), None, 2011),
        (Some("order-2"), Some(number.as_str()), 2011),
        (None, Some("one"), 2015),
        (None, Some(number.as_str()), 0),
    ] {
        let mut request = settle("", "24.21");
        request.named.shop_transaction_id = shop_id.map(str::to_owned);
        request.named.bank_transaction_id = bank.map(str::to_owned);
        assert_eq!(house.settle(&request).await.0, code, "{shop_id:?} {bank:?}");
    }
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
}

#[tokio::test]
async fn what_cannot_be_settled_is_refused_with_its_code_and_changes_nothing() {
    let (house, amazon, order) = held("ok").await;
    let of = |amount: Option<&str>, uic: Option<&str>, name: Option<&str>| settle::Request {
        amount: amount.map(str::to_owned),
        uic_code: uic.map(str::to_owned),
        settlement_id: name.map(str::to_owned),
        ..settle("order-1", "")
    };
    for (amount, uic, name, code) in [
        (Some("24.22"), Some("242"), None, 58),
        (Some("24.21"), Some("1"), None, 65),
        (Some("0"), Some("242"), None, 1146),
        (Some("0.00"), Some("242"), None, 1146),
        (Some("-1"), Some("242"), None, 1113),
        (Some("1,5"), Some("242"), None, 1113),
        (Some("1.555"), Some("242"), None, 1114),
        (None, Some("242"), None, 1112),
        (Some("24.21"), None, None, 1110),
        (Some("24.21"), Some("999"), None, 1111),
        (Some("24.21"), Some("242"), Some("a-name-that-is-too-long"), 1129),
    ] {
        assert_eq!(house.settle(&of(amount, uic, name)).await.0, code, "{amount:?} {uic:?} {name:?}");
    }
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.times("Capture")),
        ("OK AUT: AUT 24.21", 0),
        "the shop reads OK AUT: AUT 24.21; Capture is never called"
    );
    assert_eq!(amazon.money(&order), [2421, 0, 0]);
}

#[tokio::test]
async fn what_was_settled_released_refused_or_captured_at_once_is_not_settled() {
    let (house, amazon) = house_with(separated()).await;
    for id in ["settled", "deleted"] {
        house.charged(&amazon, id, "ok").await;
    }
    house.settle(&settle("settled", "20.00")).await;
    house.delete(&delete("deleted")).await;
    house.charge(&crate::web_service::charge("refused", &amazon.choose("rejected").await)).await;
    for id in ["settled", "deleted", "refused"] {
        assert_eq!(house.settle(&settle(id, "1.00")).await, Code(2019), "{id}");
    }
    assert_eq!((amazon.all_money(), amazon.times("Capture")), ([0, 2000, 0], 1), "20.00 taken; Capture is called once");
    let (unified, amazon) = house_with_amazon().await;
    unified.charged(&amazon, "order-1", "ok").await;
    assert_eq!(unified.settle(&settle("order-1", "24.21")).await, Code(2019));
}

#[tokio::test]
async fn a_settlement_with_a_name_may_be_asked_for_again() {
    let (house, amazon, order) = held("ok").await;
    let named =
        |amount, name: &str| settle::Request { settlement_id: Some(name.to_owned()), ..settle("order-1", amount) };
    assert_eq!(house.settle(&named("20.00", "first")).await, Code::OK);
    assert_eq!(house.settle(&named("20.00", "first")).await, Code::OK, "it is the same settlement");
    assert_eq!(house.settle(&named("20.01", "first")).await, Code(1105), "the name is of another amount");
    assert_eq!(house.settle(&named("4.21", "second")).await, Code(2019));
    assert_eq!(
        (amazon.money(&order), amazon.times("Capture")),
        ([0, 2000, 0], 1),
        "20.00 taken; Capture is called once"
    );
}

#[tokio::test]
async fn two_settlements_at_once_are_one_whether_they_have_a_name_or_not() {
    for (name, second) in [(Some("first".to_owned()), Code::OK), (None, Code(2019))] {
        let (house, amazon, order) = held("ok").await;
        let request = settle::Request { settlement_id: name, ..settle("order-1", "24.21") };
        let (one, other) = tokio::join!(house.settle(&request), house.settle(&request));
        let mut codes = [one, other];
        codes.sort();
        assert_eq!(codes, [Code::OK, second]);
        assert_eq!(
            (amazon.money(&order), amazon.times("Capture")),
            ([0, 2421, 0], 1),
            "24.21 taken; Capture is called once"
        );
    }
}

#[tokio::test]
async fn a_settlement_and_a_deletion_at_once_are_one_of_them() {
    let (house, amazon, order) = held("ok").await;
    let (settle, delete) = (settle("order-1", "24.21"), delete("order-1"));
    let (settled, deleted) = tokio::join!(house.settle(&settle), house.delete(&delete));
    match (settled.0, deleted.0) {
        (0, 2017) => assert_eq!(amazon.money(&order), [0, 2421, 0]),
        (2019, 0) => assert_eq!(amazon.money(&order), [0, 0, 0]),
        codes => panic!("both or neither: {codes:?}"),
    }
}

#[tokio::test]
async fn an_authorization_that_is_thirty_days_old_has_expired() {
    let (house, amazon, _) = held("ok").await;
    house.advance_ms(30 * DAY_MS);
    amazon.always(Fault::Dropped);
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(64), "whatever Amazon says");
    assert_eq!(house.history("order-1").await, "OK AUT: AUT 24.21");
    amazon.heal();
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(64));
    assert_eq!(house.history("order-1").await, "OK CAN: AUT 24.21, CAN 24.21", "Amazon says that it is over");
    assert_eq!(
        (amazon.all_money(), amazon.times("Capture")),
        ([0, 0, 0], 0),
        "no money held or taken; Capture is never called"
    );
}

#[tokio::test]
async fn an_authorization_that_amazon_has_ended_has_expired_and_is_cancelled() {
    let (house, amazon, order) = held("ok").await;
    house.advance_ms(3 * DAY_MS);
    assert_eq!(amazon.money(&order), [0, 0, 0], "the sandbox keeps it for two days");
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(64));
    assert_eq!(house.history("order-1").await, "OK CAN: AUT 24.21, CAN 24.21");
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(2019));
}

#[tokio::test]
async fn a_capture_that_amazon_makes_later_is_booked_and_then_settled() {
    let (house, amazon, order) = held("latecapture").await;
    assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code::OK);
    assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 20.00");
    assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code(2019));
    assert_eq!(house.delete(&delete("order-1")).await, Code(2017));
    let janitor = house.gateway.janitor();
    house.advance_ms(HALF_A_MINUTE_MS - 1);
    assert_eq!(janitor.run_once().await.settled, 0, "Amazon has not done it yet");
    house.advance_ms(PATIENCE_MS);
    assert_eq!(janitor.run_once().await.settled, 1);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, PRE 20.00, MOV 20.00");
    assert_eq!(
        (amazon.money(&order), amazon.times("Capture")),
        ([0, 2000, 0], 1),
        "20.00 taken; Capture is called once"
    );
}

#[tokio::test]
async fn a_capture_that_amazon_declines_leaves_the_money_held_and_may_be_asked_for_anew() {
    let (house, amazon, order) = held("ok").await;
    amazon.will("Capture", &[Fault::Simulated(r#"{"State":"Declined","ReasonCode":"AmazonRejected"}"#)]);
    let request = settle::Request { settlement_id: Some("first".to_owned()), ..settle("order-1", "20.00") };
    assert_eq!(house.settle(&request).await, Code(74));
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.money(&order)),
        ("OK AUT: AUT 24.21", [2421, 0, 0]),
        "the shop reads OK AUT: AUT 24.21; 24.21 held"
    );
    assert_eq!(house.settle(&request).await, Code::OK, "nothing of that name was settled");
    assert_eq!(amazon.money(&order), [0, 2000, 0]);
}

#[tokio::test]
async fn a_refusal_of_amazon_leaves_the_money_held() {
    let (house, amazon, order) = held("ok").await;
    amazon.will("Capture", &[Fault::Refused("InvalidParameterValue")]);
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(74));
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.money(&order)),
        ("OK AUT: AUT 24.21", [2421, 0, 0]),
        "the shop reads OK AUT: AUT 24.21; 24.21 held"
    );
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK);
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_name() {
    let (house, amazon, order) = held("ok").await;
    amazon.will("Capture", &[Fault::Lost]);
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21");
    assert_eq!(
        (amazon.money(&order), amazon.times("Capture")),
        ([0, 2421, 0], 2),
        "24.21 taken; Capture is called twice"
    );
}

#[tokio::test]
async fn whatever_amazon_cannot_do_or_say_now_is_accepted_booked_and_done_once() {
    for faults in [
        vec![Fault::Dropped, Fault::Dropped],
        vec![Fault::Lost, Fault::Dropped],
        vec![Fault::Lost, Fault::Garbage],
        vec![Fault::Lost, Fault::Throttled, Fault::Throttled, Fault::Throttled],
        vec![Fault::Throttled, Fault::Throttled, Fault::Throttled],
        vec![Fault::Refused("AccessDenied")],
    ] {
        let (house, amazon, order) = held("ok").await;
        amazon.will("Capture", &faults);
        amazon.will("GetAuthorizationDetails", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
        assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code::OK, "{faults:?}");
        assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 20.00", "{faults:?}");
        amazon.always(Fault::Dropped);
        house.advance_ms(PATIENCE_MS);
        assert_eq!(house.gateway.janitor().run_once().await.settled, 0, "{faults:?}");
        amazon.heal();
        house.advance_ms(PATIENCE_MS);
        let after = house.restarted().await;
        assert_eq!(after.gateway.janitor().run_once().await.settled, 1, "{faults:?}");
        assert_eq!(after.history("order-1").await, "OK MOV: AUT 24.21, PRE 20.00, MOV 20.00", "{faults:?}");
        assert_eq!(amazon.money(&order), [0, 2000, 0], "{faults:?}");
        assert_eq!(amazon.order(&order).captures.len(), 1, "{faults:?}");
    }
}

#[tokio::test]
async fn a_settlement_that_was_recorded_by_a_process_that_is_gone_is_made() {
    let (house, amazon, order) = held("ok").await;
    let payment = house.claimant("order-1").await;
    let amount = payment.order.amount;
    house.commit(payment.settle(amount, None, house.now()).expect("held")).await;
    let after = house.restarted().await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(after.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(after.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21");
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
}

#[tokio::test]
async fn a_booked_settlement_whose_authorization_ends_first_is_cancelled() {
    let (house, amazon, order) = held("ok").await;
    amazon.will("Capture", &[Fault::Dropped, Fault::Dropped]);
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK);
    house.advance_ms(3 * DAY_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(house.history("order-1").await, "OK CAN: AUT 24.21, CAN 24.21");
    assert_eq!(amazon.money(&order), [0, 0, 0]);
}

#[tokio::test]
async fn nothing_of_another_shop_is_settled() {
    let (house, amazon, order) = held("ok").await;
    let other = payments::ShopLogin::new("GESPAY00002").expect("a login");
    house.keep(&store::Shop { login: other.clone(), ..separated() }).await;
    let request = settle::Request { shop_login: Some(other.to_string()), ..settle("order-1", "24.21") };
    assert_eq!((house.settle(&request).await, named("order-1")), (Code(2011), request.named));
    assert_eq!(amazon.money(&order), [2421, 0, 0]);
}
