//! Shops that give Amazon time: XX to the positive address, and the word that follows.

use payments::{Outcome, PaymentId, Reason, Recurring, Stage, Verdict, Wait};
use store::Shop;

use crate::amazon_side::{AmazonSide, house_with};
use crate::house::{House, login};
use crate::pages::amazon_shop;

/// What Amazon takes for a decision.
const DECISION_MS: i64 = 31_000;
const WEEK_MS: i64 = 7 * 24 * 3_600_000;

async fn patient_house() -> (House, AmazonSide) {
    house_with(Shop { decision_minutes: Some(5), ..amazon_shop() }).await
}

/// What the shop has been told by notices, in order.
async fn heard(house: &House, id: &PaymentId) -> Vec<Outcome> {
    let notices = house.store.notices(&login(), id).await.expect("notices");
    notices.into_iter().map(|record| record.notice.outcome).collect()
}

async fn verdicts(house: &House, id: &PaymentId) -> Vec<Verdict> {
    heard(house, id).await.into_iter().map(|outcome| outcome.verdict).collect()
}

/// The buyer pays with a card that is reviewed, and goes back to the shop undecided.
async fn undecided(house: &House, amazon: &AmazonSide, card: &str) -> (PaymentId, String) {
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose(card).await;
    let page = house.pay(&names, &order).await;
    assert!(page.to().starts_with("https://shop.example/ok?"), "{} {}", page.to(), page.text);
    assert_eq!(house.told(page.to()).verdict, Verdict::Pending);
    assert_eq!(verdicts(house, &id).await, [Verdict::Pending]);
    let again = house.get(&format!("/pagam/AmazonPay.aspx?{names}")).await;
    assert!(again.text.contains("Amazon is still checking this payment"), "{}", again.text);
    assert!(again.text.contains("https://shop.example/ok?"), "the way back: {}", again.text);
    (id, order)
}

/// Lets time pass and the janitor look.
async fn later(house: &House, ms: i64) {
    house.advance_ms(ms);
    house.gateway.janitor().run_once().await;
}

#[tokio::test]
async fn a_payment_under_review_is_xx_and_ok_when_amazon_has_decided() {
    let (house, amazon) = patient_house().await;
    let (id, order) = undecided(&house, &amazon, "review").await;
    later(&house, DECISION_MS).await;
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
    assert_eq!(verdicts(&house, &id).await, [Verdict::Pending, Verdict::Paid]);
    assert_eq!((amazon.charges(), amazon.authorizations(&order)), (1, 2));
}

#[tokio::test]
async fn a_shop_that_does_not_wait_is_refused_what_amazon_cannot_decide_at_once() {
    let (house, amazon) = house_with(amazon_shop()).await;
    let (names, id) = house.open("order-1").await;
    let page = house.pay(&names, &amazon.choose("review").await).await;
    assert_eq!(house.told(page.to()).verdict, Verdict::Refused(Reason::TimedOut));
    assert_eq!(verdicts(&house, &id).await, [Verdict::Refused(Reason::TimedOut)]);
}

#[tokio::test]
async fn a_review_that_ends_badly_waits_for_another_card_and_is_ok_with_it() {
    let (house, amazon) = patient_house().await;
    let (id, order) = undecided(&house, &amazon, "reviewdeclined").await;
    later(&house, DECISION_MS).await;
    assert!(matches!(house.payment(&id).await.stage, Stage::Pending { wait: Wait::Card, .. }));
    later(&house, WEEK_MS / 2).await;
    assert_eq!(verdicts(&house, &id).await, [Verdict::Pending], "the buyer still has time");
    assert!(amazon.simulator.world().change_card(&order, "marco", "ok").expect("an answer"));
    later(&house, DECISION_MS * 20).await;
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
    assert_eq!(verdicts(&house, &id).await, [Verdict::Pending, Verdict::Paid]);
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn a_buyer_who_chooses_no_other_card_for_a_week_is_refused() {
    let (house, amazon) = patient_house().await;
    let (id, order) = undecided(&house, &amazon, "reviewdeclined").await;
    later(&house, DECISION_MS).await;
    later(&house, WEEK_MS).await;
    let refused = Verdict::Refused(Reason::PaymentMethodDeclined);
    assert_eq!(verdicts(&house, &id).await, [Verdict::Pending, refused]);
    assert_eq!((amazon.charges(), amazon.times("Authorize")), (0, 2));
    assert_ne!(amazon.order(&order).state, "Open");
}

#[tokio::test]
async fn a_subscription_under_review_has_its_token_when_it_is_paid() {
    let (house, amazon) = patient_house().await;
    let (names, id) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("review");
    let page = house.finish(&names, &agreement).await;
    assert!(page.to().starts_with("https://shop.example/ok?"), "{} {}", page.to(), page.text);
    let told = house.told(page.to());
    assert_eq!((told.verdict, told.token), (Verdict::Pending, None), "nothing can be charged yet");
    later(&house, DECISION_MS).await;
    let heard = heard(&house, &id).await;
    let [xx, ok] = heard.as_slice() else { panic!("two words: {heard:?}") };
    assert_eq!((xx.verdict, ok.verdict), (Verdict::Pending, Verdict::Paid));
    house.token_of(house.come_back(&names, "Success").await.to(), &agreement).await;
    assert!(ok.token.is_some() && amazon.charges() == 1);
}

#[tokio::test]
async fn a_subscription_whose_review_ends_badly_is_refused_and_charges_nothing() {
    let (house, amazon) = patient_house().await;
    let (names, id) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("reviewdeclined");
    house.finish(&names, &agreement).await;
    later(&house, DECISION_MS).await;
    let heard = heard(&house, &id).await;
    let [xx, ko] = heard.as_slice() else { panic!("two words: {heard:?}") };
    let refused = Verdict::Refused(Reason::PaymentMethodDeclined);
    assert_eq!((xx.verdict, ko.verdict, ko.token.clone()), (Verdict::Pending, refused, None));
    amazon.sees(&agreement, "Closed").await;
    assert_eq!(amazon.charges(), 0);
}
