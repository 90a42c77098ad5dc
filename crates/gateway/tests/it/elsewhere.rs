//! Held money that is gone without us: the seller takes it in Amazon's own pages, or it ends there
//! after a capture that came to nothing. It is told as what it is.

use amazon::{Capture, Price};
use payments::AutomaticAct;
use store::Shop;
use wire::Code;

use crate::amazon_side::{AmazonSide, Fault, house_with};
use crate::house::House;
use crate::web_service::{delete, refund, seller, separated, settle};

const PATIENCE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 3_600_000;
const TAKEN: &str = "OK MOV: AUT 24.21, MOV 20.00";

impl AmazonSide {
    /// 20.00 of what is held on an order; that ends the authorization.
    pub async fn seller_takes(&self, order: &str) {
        let authorization = self.order(order).charges[0].id.clone();
        let request = Capture {
            authorization_id: authorization,
            capture_reference_id: "by-hand".into(),
            amount: Price::new("20.00", "EUR"),
            note: None,
            soft_descriptor: None,
        };
        let taken = self.connector.capture(&seller(), &request).await;
        assert!(taken.expect("it can be taken").is_taken());
    }
}

/// 24.21 euro held under `order-1`.
async fn held(shop: Shop) -> (House, AmazonSide, String) {
    let (house, amazon) = house_with(shop).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    (house, amazon, order)
}

/// The payment stands as settled, nobody is asked about it any more, and it can be given back.
async fn assert_taken(house: &House, amazon: &AmazonSide, order: &str) {
    assert_eq!((house.history("order-1").await.as_str(), house.unresolved().await), (TAKEN, 0));
    assert_eq!(house.settle(&settle("order-1", "1.00")).await, Code(2019));
    assert_eq!(house.delete(&delete("order-1")).await, Code(2017));
    assert_eq!(house.refund(&refund("order-1", "20.01")).await, Code(2014));
    assert_eq!(house.refund(&refund("order-1", "20.00")).await, Code::OK);
    house.advance_ms(2 * PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    assert_eq!(amazon.money(order), [0, 2000, 2000]);
}

#[tokio::test]
async fn what_the_seller_has_taken_is_not_settled_again_nor_deleted() {
    for is_settled in [true, false] {
        let (house, amazon, order) = held(separated()).await;
        amazon.seller_takes(&order).await;
        match is_settled {
            true => assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code(2019)),
            false => assert_eq!(house.delete(&delete("order-1")).await, Code(2017)),
        }
        assert_taken(&house, &amazon, &order).await;
    }
}

#[tokio::test]
async fn what_was_accepted_before_amazon_could_be_asked_is_told_as_it_is_later() {
    for is_settled in [true, false] {
        let (house, amazon, order) = held(separated()).await;
        amazon.seller_takes(&order).await;
        amazon.always(Fault::Dropped);
        match is_settled {
            true => assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK),
            false => assert_eq!(house.delete(&delete("order-1")).await, Code::OK),
        }
        amazon.heal();
        house.advance_ms(PATIENCE_MS);
        assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
        assert_taken(&house, &amazon, &order).await;
    }
}

#[tokio::test]
async fn what_was_to_happen_by_itself_finds_the_money_taken() {
    for act in [AutomaticAct::Settle, AutomaticAct::Delete] {
        let (house, amazon, order) = held(Shop { automatic: Some((act, 1)), ..separated() }).await;
        amazon.seller_takes(&order).await;
        house.advance_ms(DAY_MS);
        let janitor = house.gateway.janitor();
        janitor.run_once().await;
        assert_eq!(janitor.run_once().await.automatic, 0, "{act:?}");
        assert_taken(&house, &amazon, &order).await;
    }
}

#[tokio::test]
async fn what_ends_after_a_capture_that_was_declined_is_cancelled() {
    for is_deleted in [true, false] {
        let (house, amazon, order) = held(separated()).await;
        amazon.will("Capture", &[Fault::Simulated(r#"{"State":"Declined","ReasonCode":"AmazonRejected"}"#)]);
        assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(74));
        house.advance_ms(3 * DAY_MS);
        assert_eq!(amazon.money(&order), [0, 0, 0], "the sandbox keeps it for two days");
        match is_deleted {
            true => assert_eq!(house.delete(&delete("order-1")).await, Code::OK),
            false => assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code(64)),
        }
        let cancelled = "OK CAN: AUT 24.21, CAN 24.21";
        assert_eq!((house.history("order-1").await.as_str(), house.unresolved().await), (cancelled, 0));
    }
}
