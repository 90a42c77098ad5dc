//! callDeleteS2S: held money is given up, whether Amazon hears of it at once or later.

use wire::{Code, delete};

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::House;
use crate::tokens::token;
use crate::web_service::{charge, charge_token, delete, separated, settle};

const PATIENCE_MS: i64 = 60_000;
const CANCELLED: &str = "OK CAN: AUT 24.21, CAN 24.21";

/// 24.21 euro held under `order-1`.
async fn held() -> (House, AmazonSide, String) {
    let (house, amazon) = house_with(separated()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    (house, amazon, order)
}

#[tokio::test]
async fn what_is_held_is_given_up_once() {
    let (house, amazon, order) = held().await;
    assert_eq!(house.delete(&delete("order-1")).await, Code::OK);
    assert_eq!(house.history("order-1").await, CANCELLED);
    assert_eq!(
        (amazon.money(&order), &*amazon.order(&order).state),
        ([0, 0, 0], "Canceled"),
        "no money held or taken; the order is Canceled"
    );
    assert_eq!(house.delete(&delete("order-1")).await, Code(2017));
    assert_eq!(amazon.times("CloseAuthorization"), 1);
    assert!(house.notices_of("order-1").await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_deleted_is_refused_and_changes_nothing() {
    let (house, amazon) = house_with(separated()).await;
    for id in ["settled", "booked", "held"] {
        house.charged(&amazon, id, "ok").await;
    }
    house.settle(&settle("settled", "1.00")).await;
    amazon.will("Capture", &[Fault::Dropped, Fault::Dropped]);
    house.settle(&settle("booked", "24.21")).await;
    house.charge(&charge("refused", &amazon.choose("rejected").await)).await;
    for (id, code) in [("settled", 2017), ("booked", 2017), ("refused", 2017), ("nothing", 2011)] {
        assert_eq!(house.delete(&delete(id)).await.0, code, "{id}");
    }
    let nameless = delete::Request { named: wire::movement::Named::default(), ..delete("") };
    assert_eq!(house.delete(&nameless).await, Code(2016));
    let long = delete::Request { cancel_reason: Some("r".repeat(51)), ..delete("held") };
    assert_eq!(house.delete(&long).await, Code(1129));
    assert_eq!(
        (amazon.times("CloseAuthorization"), house.history("held").await.as_str()),
        (0, "OK AUT: AUT 24.21"),
        "CloseAuthorization is never called; the shop reads OK AUT: AUT 24.21"
    );
    house.advance_ms(PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    assert_eq!(amazon.all_money(), [2421, 2521, 0]);
    let (unified, amazon) = house_with_amazon().await;
    unified.charged(&amazon, "order-1", "ok").await;
    assert_eq!(unified.delete(&delete("order-1")).await, Code(2017));
}

#[tokio::test]
async fn what_amazon_does_not_hear_of_now_is_deleted_for_the_shop_and_released_later() {
    for fault in [Fault::Dropped, Fault::Throttled, Fault::Garbage, Fault::Lost, Fault::Refused("AccessDenied")] {
        let (house, amazon, order) = held().await;
        amazon.always(fault);
        assert_eq!(house.delete(&delete("order-1")).await, Code::OK, "{fault:?}");
        assert_eq!(house.history("order-1").await, CANCELLED, "{fault:?}");
        assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(2019), "{fault:?}");
        assert_eq!(house.delete(&delete("order-1")).await, Code(2017), "{fault:?}");
        house.advance_ms(PATIENCE_MS);
        assert_eq!(house.gateway.janitor().run_once().await.settled, 0, "{fault:?}");
        amazon.heal();
        house.advance_ms(PATIENCE_MS);
        let after = house.restarted().await;
        assert_eq!(after.gateway.janitor().run_once().await.settled, 1, "{fault:?}");
        assert!(after.history("order-1").await.starts_with("OK CAN"), "{fault:?}");
        assert_eq!(amazon.money(&order), [0, 0, 0], "{fault:?}");
    }
}

#[tokio::test]
async fn a_release_whose_answer_was_lost_is_known_by_where_the_authorization_stands() {
    let (house, amazon, order) = held().await;
    amazon.will("CloseAuthorization", &[Fault::Lost, Fault::Refused("InvalidAuthorizationStatus")]);
    assert_eq!(house.delete(&delete("order-1")).await, Code::OK);
    assert_eq!(
        (house.unresolved().await, amazon.money(&order)),
        (0, [0, 0, 0]),
        "nothing is unresolved; no money held or taken"
    );
}

#[tokio::test]
async fn a_deletion_that_was_recorded_by_a_process_that_is_gone_is_told_to_amazon() {
    let (house, amazon, order) = held().await;
    let payment = house.claimant("order-1").await;
    house.commit(payment.release(house.now()).expect("held")).await;
    let after = house.restarted().await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(after.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(
        (after.unresolved().await, amazon.money(&order)),
        (0, [0, 0, 0]),
        "nothing is unresolved; no money held or taken"
    );
}

#[tokio::test]
async fn two_deletions_at_once_are_one() {
    let (house, amazon, order) = held().await;
    let request = delete("order-1");
    let (one, other) = tokio::join!(house.delete(&request), house.delete(&request));
    let mut codes = [one.0, other.0];
    codes.sort_unstable();
    assert_eq!((codes, amazon.money(&order)), ([0, 2017], [0, 0, 0]));
}

#[tokio::test]
async fn an_authorization_that_amazon_has_ended_before_is_deleted_all_the_same() {
    let (house, amazon, order) = held().await;
    house.advance_ms(3 * 24 * 3_600_000);
    assert_eq!(amazon.money(&order), [0, 0, 0], "the sandbox keeps it for two days");
    assert_eq!(house.delete(&delete("order-1")).await, Code::OK);
    assert_eq!((house.unresolved().await, house.history("order-1").await.starts_with("OK CAN")), (0, true));
}

#[tokio::test]
async fn an_order_that_was_cancelled_at_amazon_is_deleted_all_the_same() {
    let (house, amazon, order) = held().await;
    amazon.cancel(&order).await;
    assert_eq!(amazon.order(&order).state, "Canceled");
    assert_eq!(house.delete(&delete("order-1")).await, Code::OK);
    assert_eq!((house.unresolved().await, house.history("order-1").await.as_str()), (0, CANCELLED));
}

#[tokio::test]
async fn of_a_token_without_payment_the_transaction_is_deleted_and_the_token_stays() {
    let (house, amazon) = house_with(separated()).await;
    let given = token(&house, &amazon, "ok").await;
    assert_eq!(house.history(&given.agreement).await, "OK AUT: AUT 0.00");
    assert_eq!(house.settle(&settle(&given.agreement, "1.00")).await, Code(2019));
    assert_eq!(house.refund(&crate::web_service::refund(&given.agreement, "1.00")).await, Code(2018));
    assert_eq!(house.delete(&delete(&given.agreement)).await, Code::OK);
    assert_eq!(house.history(&given.agreement).await, "OK CAN: AUT 0.00, CAN 0.00");
    assert_eq!(house.delete(&delete(&given.agreement)).await, Code(2017));
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.error_code, Code::OK);
    assert_eq!(amazon.all_money(), [2421, 0, 0]);
    assert_eq!(house.delete(&delete("month-1")).await, Code::OK);
    assert_eq!(amazon.all_money(), [0, 0, 0]);
}
