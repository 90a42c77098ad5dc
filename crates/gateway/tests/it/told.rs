//! What a notification leads to: Amazon is asked about what it names, and only what Amazon answers counts.

use std::sync::atomic::{AtomicU32, Ordering};

use amazon::notification::Trust;
use gateway::Settings;
use payments::{Chargeback, EventKind, Funds, Reason, ShopLogin, Stage, Verdict as Told};
use serde_json::{Value, json};
use store::{Environment, Shop};
use wire::{Code, Verdict, refund};

use crate::amazon_side::{AmazonSide, Fault, SELLER, house_in};
use crate::authority::{Authority, Service, envelope};
use crate::house::{House, post, settings};
use crate::ipn::{Amazon, PATH, TYPE};
use crate::pages::amazon_shop;
use crate::tokens::token;
use crate::web_service::{charge, charge_token, delete, refund, seller, separated, settle};

const HALF_A_MINUTE_MS: i64 = 30_000;
const PATIENCE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 3_600_000;
/// The order reference and the agreement that the documents below are about.
const ORDER: &str = "S02-1111111-2222222";
const AGREEMENT: &str = "C02-5555555-6666666";

const ORDER_REFERENCE: Kind =
    ("OrderReferenceNotification", include_str!("../../../amazon/tests/golden/notification/order_reference.xml"));
const AUTHORIZATION: Kind =
    ("PaymentAuthorize", include_str!("../../../amazon/tests/golden/notification/authorization.xml"));
const CAPTURE: Kind = ("PaymentCapture", include_str!("../../../amazon/tests/golden/notification/capture.xml"));
const REFUND: Kind = ("PaymentRefund", include_str!("../../../amazon/tests/golden/notification/refund.xml"));
const AGREEMENT_CLOSED: Kind =
    ("BillingAgreementNotification", include_str!("../../../amazon/tests/golden/notification/agreement.xml"));
const CHARGEBACK: Kind =
    ("Chargeback Detailed Notification", include_str!("../../../amazon/tests/golden/notification/chargeback.xml"));

/// What a notification is of, and its document.
type Kind = (&'static str, &'static str);

/// A house that hears of its Amazon by notifications of the test's own service.
struct Bench {
    house: House,
    amazon: AmazonSide,
    service: Service,
    certificate: String,
    told: AtomicU32,
}

impl Bench {
    async fn with(shop: Shop) -> Bench {
        let authority = Authority::new();
        let service = authority.service("sns.amazonaws.com", 2026, 2027);
        let place = Amazon::serving(&service.pem).await;
        let notification_trust = Trust::stand_in(place.base.clone(), &authority.pem()).expect("a trust");
        let (house, amazon) = house_in(Settings { notification_trust, ..settings() }, shop).await;
        Bench { house, amazon, service, certificate: place.at("service.pem"), told: AtomicU32::new(0) }
    }

    /// Tells the gateway something about an order reference or an agreement of this seller.
    async fn tells(&self, seller: &str, (kind, document): Kind, about: &str) -> u16 {
        let number = self.told.fetch_add(1, Ordering::Relaxed);
        let message = json!({
            "NotificationReferenceId": format!("7b6f3c1e-0000-4000-8000-{number:012}"),
            "NotificationType": kind,
            "SellerId": seller,
            "ReleaseEnvironment": "Sandbox",
            "NotificationData": document.replace(ORDER, about).replace(AGREEMENT, about),
        });
        let mut envelope = envelope(&self.certificate);
        envelope["Message"] = Value::String(message.to_string());
        self.house.send(post(PATH, TYPE, self.service.signed(envelope))).await.status
    }

    async fn tell(&self, kind: Kind, about: &str) -> u16 {
        self.tells(SELLER, kind, about).await
    }

    async fn chargebacks(&self, id: &str) -> Vec<Chargeback> {
        match self.house.claimant(id).await.stage {
            Stage::Paid { funds: Funds::Settled { chargebacks, .. }, .. } => chargebacks,
            stage => panic!("nothing is settled: {stage:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_lost_is_found_when_amazon_tells_of_it() {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&charge("order-1", &order)).await.result, Verdict::Xx);
    assert_eq!(bench.tell(AUTHORIZATION, &order).await, 200);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21");
    assert_eq!(
        (house.notices_of("order-1").await, amazon.charges()),
        (vec![Told::Paid], 1),
        "told once that it is paid; one charge"
    );
    house.refund(&refund("order-1", "5.00")).await;
    house.advance_ms(HALF_A_MINUTE_MS);
    assert_eq!(bench.tell(REFUND, &order).await, 200);
    let given_back = "OK STO: AUT 24.21, MOV 24.21, REQ 5.00, STO 5.00";
    assert_eq!(house.history("order-1").await, given_back, "the message says declined, and Amazon says completed");
}

#[tokio::test]
async fn a_capture_that_amazon_makes_later_is_settled_when_amazon_tells_of_it() {
    let bench = Bench::with(separated()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = house.charged(amazon, "order-1", "latecapture").await;
    assert_eq!(house.settle(&settle("order-1", "20.00")).await, Code::OK);
    assert_eq!(bench.tell(CAPTURE, &order).await, 200);
    assert_eq!(house.history("order-1").await, "OK PRE: AUT 24.21, PRE 20.00", "the message is not believed");
    house.advance_ms(HALF_A_MINUTE_MS);
    assert_eq!(bench.tell(CAPTURE, &order).await, 200);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, PRE 20.00, MOV 20.00");
}

#[tokio::test]
async fn held_money_that_the_seller_takes_at_amazon_is_settled_when_amazon_tells_of_it() {
    let bench = Bench::with(separated()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = house.charged(amazon, "order-1", "ok").await;
    amazon.seller_takes(&order).await;
    assert_eq!(house.history("order-1").await, "OK AUT: AUT 24.21");
    assert_eq!(bench.tell(CAPTURE, &order).await, 200);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 20.00");
}

#[tokio::test]
async fn held_money_that_amazon_has_ended_is_cancelled_when_amazon_tells_of_it_and_can_be_asked() {
    let bench = Bench::with(separated()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = house.charged(amazon, "order-1", "ok").await;
    for kind in [AUTHORIZATION, ORDER_REFERENCE] {
        assert_eq!(bench.tell(kind, &order).await, 200);
        assert_eq!(house.history("order-1").await, "OK AUT: AUT 24.21", "Amazon says that it is open: {}", kind.0);
    }
    house.advance_ms(3 * DAY_MS);
    amazon.always(Fault::Dropped);
    assert_eq!(bench.tell(AUTHORIZATION, &order).await, 503, "Amazon is to tell it again");
    amazon.heal();
    assert_eq!(bench.tell(AUTHORIZATION, &order).await, 200);
    assert_eq!(house.history("order-1").await, "OK CAN: AUT 24.21, CAN 24.21");
    assert!(house.notices_of("order-1").await.is_empty());
}

#[tokio::test]
async fn a_token_whose_agreement_is_over_is_known_when_amazon_tells_of_it_and_can_be_asked() {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let given = token(house, amazon, "ok").await;
    assert_eq!(bench.tell(AGREEMENT_CLOSED, &given.agreement).await, 200);
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Ok, "it is not over");
    amazon.end_agreement(&given.agreement);
    amazon.always(Fault::Dropped);
    assert_eq!(bench.tell(AGREEMENT_CLOSED, &given.agreement).await, 503);
    amazon.heal();
    assert_eq!(bench.tell(AGREEMENT_CLOSED, &given.agreement).await, 200);
    assert_eq!(house.charge(&charge_token("month-2", &given.token)).await.error_code, Code(1165));
    assert_eq!(
        (house.history("month-2").await.as_str(), amazon.charges()),
        ("2011", 1),
        "the shop reads 2011; one charge"
    );
}

#[tokio::test]
async fn what_another_seller_is_told_moves_nothing_of_this_one() {
    let bench = Bench::with(separated()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let mut other = Shop { login: ShopLogin::new("GESPAY00002").expect("a login"), ..separated() };
    other.amazon.get_mut(&Environment::Sandbox).expect("an account").seller_id = "A2OTHERSELLER".into();
    house.keep(&other).await;
    amazon.seed_seller("A2OTHERSELLER", "amzn.mws.test");
    let order = house.charged(amazon, "order-1", "ok").await;
    house.settle(&settle("order-1", "24.21")).await;
    let (payment, asked) = (house.claimant("order-1").await, amazon.times("GetAuthorizationDetails"));
    for kind in [ORDER_REFERENCE, AUTHORIZATION, CAPTURE, REFUND, CHARGEBACK] {
        assert_eq!(bench.tells("A2OTHERSELLER", kind, &order).await, 200, "{}", kind.0);
    }
    assert_eq!((house.claimant("order-1").await, amazon.times("GetAuthorizationDetails")), (payment, asked));
}

#[tokio::test]
async fn what_the_seller_gives_back_by_hand_is_seen_and_cannot_be_given_back_again() {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let told = house.charged(amazon, "told", "ok").await;
    let silent = house.charged(amazon, "silent", "ok").await;
    for order in [&told, &silent] {
        let capture = amazon.order(order).captures[0].id.clone();
        amazon.simulator.world().refund_by_hand(&capture, Some("20.00")).expect("a seller may");
    }
    house.advance_ms(HALF_A_MINUTE_MS);
    for _ in 0..2 {
        assert_eq!(bench.tell(REFUND, &told).await, 200);
    }
    assert_eq!(house.history("told").await, "OK STO: AUT 24.21, MOV 24.21, REQ 20.00, STO 20.00", "by a notification");
    for id in ["told", "silent"] {
        assert_eq!(house.refund(&refund(id, "4.22")).await, Code(2014), "{id}: so much is not left");
        assert_eq!(house.refund(&refund(id, "4.21")).await, Code::OK, "{id}");
    }
    house.advance_ms(HALF_A_MINUTE_MS + PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    let all = [0, 2421, 2421];
    assert_eq!([amazon.money(&told), amazon.money(&silent)], [all, all], "what was taken is given back, and no more");
}

/// How often it is in the history that money moved for a payment that is refused or abandoned.
async fn alarms(house: &House, id: &payments::PaymentId) -> usize {
    let events = house.store.events(&crate::house::login(), id).await.expect("the store answers");
    events.iter().filter(|event| event.kind == EventKind::MovedElsewhere).count()
}

#[tokio::test]
async fn money_that_moves_for_an_abandoned_payment_is_an_alarm_and_is_raised_once() {
    for kind in [AUTHORIZATION, CAPTURE, REFUND, CHARGEBACK] {
        raises_one_alarm(kind).await;
    }
}

async fn raises_one_alarm(kind: Kind) {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true, "the order is named and confirmed");
    amazon.will("CancelOrderReference", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    house.post_signed_in("/pagam/AmazonPay.aspx/cancel", &names, None).await;
    assert!(matches!(house.payment(&id).await.stage, Stage::Abandoned { .. }), "the buyer gave it up");
    assert_eq!(bench.tell(AUTHORIZATION, &order).await, 200);
    assert_eq!(alarms(house, &id).await, 0, "there is no money on the order");
    let charge = amazon::Authorize {
        order_reference_id: order.clone(),
        authorization_reference_id: "by-another-program".into(),
        amount: amazon::Price::new("24.21", "EUR"),
        note: None,
        timeout_minutes: 0,
        capture_now: true,
        soft_descriptor: None,
    };
    amazon.connector.authorize(&seller(), &charge).await.expect("the order is open");
    amazon.will("GetOrderReferenceDetails", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    assert_eq!(bench.tell(kind, &order).await, 503, "{}: Amazon is asked to tell it again", kind.0);
    for _ in 0..2 {
        assert_eq!(bench.tell(kind, &order).await, 200);
    }
    assert_eq!(alarms(house, &id).await, 1, "{}: once, however often it is told", kind.0);
    assert!(matches!(house.payment(&id).await.stage, Stage::Abandoned { .. }), "a person decides what is to be done");
}

#[tokio::test]
async fn money_that_is_expected_raises_no_alarm() {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = house.charged(amazon, "order-1", "ok").await;
    for kind in [AUTHORIZATION, CAPTURE, REFUND, ORDER_REFERENCE] {
        assert_eq!(bench.tell(kind, &order).await, 200, "{}", kind.0);
    }
    assert_eq!(alarms(house, &house.claimant("order-1").await.id).await, 0);
}

#[tokio::test]
async fn a_chargeback_is_written_down_once_and_leaves_the_shop_its_refunds() {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = house.charged(amazon, "order-1", "ok").await;
    amazon.always(Fault::Refused("AccessDenied"));
    for _ in 0..2 {
        assert_eq!(bench.tell(CHARGEBACK, &order).await, 200, "Amazon need not be asked about it");
    }
    amazon.heal();
    let written: Vec<_> = bench.chargebacks("order-1").await.into_iter().map(|one| one.amount).collect();
    assert_eq!(written, [Some(house.claimant("order-1").await.order.amount)]);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21, CHB 24.21", "the shop can read it");
    assert_eq!(house.refund(&refund("order-1", "24.21")).await, Code(2018), "the buyer has the money already");
    let meant = refund::Request { charge_back_fraud: Some("Y".to_owned()), ..refund("order-1", "24.21") };
    assert_eq!(house.refund(&meant).await, Code::OK);
    house.advance_ms(HALF_A_MINUTE_MS + PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    assert_eq!((amazon.money(&order), bench.chargebacks("order-1").await.len()), ([0, 2421, 2421], 1));
}

#[tokio::test]
async fn a_chargeback_of_what_is_not_known_yet_is_to_be_told_again() {
    let bench = Bench::with(separated()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = house.charged(amazon, "order-1", "ok").await;
    amazon.will("Capture", &[Fault::Lost, Fault::Dropped]);
    amazon.will("GetAuthorizationDetails", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    assert_eq!(house.settle(&settle("order-1", "24.21")).await, Code::OK);
    assert_eq!(
        (house.unresolved().await, amazon.money(&order)),
        (1, [0, 2421, 0]),
        "one payment unresolved; 24.21 taken"
    );
    assert_eq!(bench.tell(CHARGEBACK, &order).await, 503, "the capture's answer was lost");
    house.advance_ms(PATIENCE_MS);
    house.gateway.janitor().run_once().await;
    assert_eq!(bench.tell(CHARGEBACK, &order).await, 200);
    assert_eq!(bench.chargebacks("order-1").await.len(), 1);
}

#[tokio::test]
async fn a_chargeback_of_money_that_the_seller_took_by_hand_finds_the_capture_first() {
    let bench = Bench::with(separated()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = house.charged(amazon, "order-1", "ok").await;
    amazon.seller_takes(&order).await;
    amazon.will("GetAuthorizationDetails", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    assert_eq!(bench.tell(CHARGEBACK, &order).await, 503, "Amazon is asked to tell it again");
    assert_eq!(bench.tell(CHARGEBACK, &order).await, 200);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 20.00, CHB 24.21");
}

#[tokio::test]
async fn a_chargeback_of_what_took_no_money_is_heard_and_no_more() {
    let bench = Bench::with(separated()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let released = house.charged(amazon, "released", "ok").await;
    assert_eq!(house.delete(&delete("released")).await, Code::OK);
    let refused = amazon.choose("rejected").await;
    house.charge(&charge("refused", &refused)).await;
    let standing = [house.claimant("released").await, house.claimant("refused").await];
    for order in [released.as_str(), refused.as_str(), "S02-0000000-0000000"] {
        assert_eq!(bench.tell(CHARGEBACK, order).await, 200, "{order}");
    }
    assert_eq!([house.claimant("released").await, house.claimant("refused").await], standing);
}

#[tokio::test]
async fn whom_the_answer_tells_is_not_told_by_a_notice_as_well() {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    for (card, verdict) in [("ok", Verdict::Ok), ("rejected", Verdict::Ko)] {
        let order = amazon.choose(card).await;
        let request = charge(card, &order);
        amazon.will("Authorize", &[Fault::HeldBack]);
        let sooner = async {
            amazon.holds_one().await;
            let heard = bench.tell(AUTHORIZATION, &order).await;
            amazon.let_through();
            heard
        };
        let (outcome, heard) = tokio::join!(house.charge(&request), sooner);
        assert_eq!((outcome.result, heard), (verdict, 200), "{card}");
        assert_eq!(house.notices_of(card).await, [], "{card}");
    }
    assert_eq!(amazon.all_money(), [0, 2421, 0]);
}

#[tokio::test]
async fn what_is_told_while_amazon_cannot_be_asked_stays_for_the_janitor() {
    let bench = Bench::with(amazon_shop()).await;
    let (house, amazon) = (&bench.house, &bench.amazon);
    let order = amazon.choose("rejected").await;
    amazon.will("Authorize", &[Fault::Lost, Fault::Dropped]);
    assert_eq!(house.charge(&charge("order-1", &order)).await.result, Verdict::Xx);
    amazon.always(Fault::Dropped);
    assert_eq!(bench.tell(AUTHORIZATION, &order).await, 200);
    assert_eq!(house.history("order-1").await, "XX nothing: ");
    amazon.heal();
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(house.notices_of("order-1").await, [Told::Refused(Reason::Rejected)]);
}
