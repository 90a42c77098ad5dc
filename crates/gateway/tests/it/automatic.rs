//! What happens to held money by itself: settled or deleted after days, once, whatever state Amazon is in.

use payments::AutomaticAct;
use store::Shop;
use wire::Code;

use crate::amazon_side::{AmazonSide, Fault, house_with};
use crate::house::House;
use crate::web_service::{delete, separated, settle};

const DAY_MS: i64 = 24 * 3_600_000;
const PATIENCE_MS: i64 = 60_000;

/// 24.21 euro held under `order-1`, of which the shop wants something after `days`.
async fn held(act: AutomaticAct, days: u8) -> (House, AmazonSide, String) {
    let (house, amazon) = house_with(Shop { automatic: Some((act, days)), ..separated() }).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    (house, amazon, order)
}

#[tokio::test]
async fn on_its_day_and_no_sooner_it_is_settled_or_deleted() {
    for (act, history, money) in [
        (AutomaticAct::Settle, "OK MOV: AUT 24.21, MOV 24.21", [0, 2421, 0]),
        (AutomaticAct::Delete, "OK CAN: AUT 24.21, CAN 24.21", [0, 0, 0]),
    ] {
        let (house, amazon, order) = held(act, 1).await;
        let janitor = house.gateway.janitor();
        house.advance_ms(DAY_MS - 1);
        assert_eq!((janitor.run_once().await.automatic, amazon.money(&order)), (0, [2421, 0, 0]), "{act:?}");
        house.advance_ms(1);
        assert_eq!(janitor.run_once().await.automatic, 1, "{act:?}");
        assert_eq!((house.history("order-1").await.as_str(), amazon.money(&order)), (history, money), "{act:?}");
        assert_eq!(janitor.run_once().await.automatic, 0, "{act:?}");
        assert!(house.notices_of("order-1").await.is_empty(), "{act:?}");
    }
}

#[tokio::test]
async fn what_the_shop_has_done_itself_is_left_alone() {
    let (house, amazon, order) = held(AutomaticAct::Delete, 1).await;
    assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code::OK);
    house.charged(&amazon, "order-2", "ok").await;
    assert_eq!(house.delete(&delete("order-2")).await, Code::OK);
    house.advance_ms(DAY_MS);
    assert_eq!(house.gateway.janitor().run_once().await.automatic, 0);
    assert_eq!((amazon.money(&order), amazon.all_money()), ([0, 2000, 0], [0, 2000, 0]), "20.00 taken; 20.00 taken");
}

#[tokio::test]
async fn while_amazon_is_out_of_order_it_is_begun_and_ended_later() {
    for (act, begun, ended, money) in [
        (AutomaticAct::Settle, "OK PRE: AUT 24.21, PRE 24.21", "OK MOV: AUT 24.21, PRE 24.21, MOV 24.21", [0, 2421, 0]),
        (AutomaticAct::Delete, "OK CAN: AUT 24.21, CAN 24.21", "OK CAN: AUT 24.21, CAN 24.21", [0, 0, 0]),
    ] {
        for fault in [Fault::Dropped, Fault::Throttled, Fault::Lost] {
            let (house, amazon, order) = held(act, 1).await;
            house.advance_ms(DAY_MS);
            amazon.always(fault);
            assert_eq!(house.gateway.janitor().run_once().await.automatic, 1, "{act:?} {fault:?}");
            assert_eq!(house.history("order-1").await, begun, "{act:?} {fault:?}");
            amazon.heal();
            house.advance_ms(PATIENCE_MS);
            let after = house.restarted().await;
            let swept = after.gateway.janitor().run_once().await;
            assert_eq!((swept.automatic, swept.settled), (0, 1), "{act:?} {fault:?}");
            assert_eq!(
                (after.history("order-1").await.as_str(), amazon.money(&order)),
                (ended, money),
                "{act:?} {fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn two_gateways_that_find_it_due_at_once_do_it_once() {
    for (act, operation, money) in
        [(AutomaticAct::Settle, "Capture", [0, 2421, 0]), (AutomaticAct::Delete, "CloseAuthorization", [0, 0, 0])]
    {
        let (house, amazon, order) = held(act, 1).await;
        let beside = house.restarted().await;
        let (one, other) = (house.gateway.janitor(), beside.gateway.janitor());
        house.advance_ms(DAY_MS);
        tokio::join!(one.run_once(), other.run_once());
        assert_eq!((amazon.money(&order), amazon.times(operation)), (money, 1), "{act:?}");
    }
}

#[tokio::test]
async fn an_authorization_that_amazon_ended_before_its_day_is_cancelled() {
    for act in [AutomaticAct::Settle, AutomaticAct::Delete] {
        let (house, amazon, _) = held(act, 3).await;
        house.advance_ms(3 * DAY_MS);
        assert_eq!(house.gateway.janitor().run_once().await.automatic, 1, "the sandbox keeps it for two days: {act:?}");
        assert_eq!(house.history("order-1").await, "OK CAN: AUT 24.21, CAN 24.21", "{act:?}");
        assert_eq!((house.gateway.janitor().run_once().await.automatic, amazon.all_money()), (0, [0, 0, 0]), "{act:?}");
    }
}

#[tokio::test]
async fn a_capture_that_amazon_declines_is_not_tried_for_ever_and_the_shop_may_settle() {
    let (house, amazon, order) = held(AutomaticAct::Settle, 1).await;
    house.advance_ms(DAY_MS);
    amazon.will("Capture", &[Fault::Simulated(r#"{"State":"Declined","ReasonCode":"AmazonRejected"}"#)]);
    let janitor = house.gateway.janitor();
    assert_eq!((janitor.run_once().await.automatic, janitor.run_once().await.automatic), (1, 0));
    assert_eq!(
        (house.history("order-1").await.as_str(), amazon.money(&order)),
        ("OK AUT: AUT 24.21", [2421, 0, 0]),
        "the shop reads OK AUT: AUT 24.21; 24.21 held"
    );
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK);
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
}

#[tokio::test]
async fn a_settlement_of_the_shop_at_the_same_moment_is_one_of_them() {
    let (house, amazon, order) = held(AutomaticAct::Settle, 1).await;
    house.advance_ms(DAY_MS);
    let (janitor, request) = (house.gateway.janitor(), settle("order-1", "24.21"));
    let (_, settled) = tokio::join!(janitor.run_once(), house.settle(&request));
    assert!(settled == Code::OK || settled == Code(2019), "{settled:?}");
    assert_eq!(
        (amazon.money(&order), amazon.times("Capture")),
        ([0, 2421, 0], 1),
        "24.21 taken; Capture is called once"
    );
}

#[tokio::test]
async fn a_shop_that_has_left_amazon_keeps_what_it_wanted_until_it_is_back() {
    let shop = Shop { automatic: Some((AutomaticAct::Settle, 1)), ..separated() };
    let (house, amazon) = house_with(shop.clone()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    house.keep(&Shop { amazon: std::collections::BTreeMap::new(), ..shop.clone() }).await;
    house.advance_ms(DAY_MS);
    assert_eq!(house.gateway.janitor().run_once().await.automatic, 0);
    house.keep(&shop).await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.automatic, 1);
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
}
