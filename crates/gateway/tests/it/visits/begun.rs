//! When a visit begins: with the buyer's first act, and not with a look at its link.

use payments::{EventKind, PaymentId, Reason, Stage, Verdict};
use store::Shop;

use super::{DAY_MS, Tab};
use crate::amazon_side::{AmazonSide, house_with_amazon};
use crate::house::{House, login};
use crate::pages::{HOUR_MS, amazon_shop};

const METHODS: [&str; 2] = ["AMAZONPAY", "CREDITCARD"];
const BEGIN: &str = "/pagam/AmazonPay.aspx/begin";

/// What a buyer may do first.
#[derive(Debug, Clone, Copy)]
enum Act {
    ChoosesMethod,
    SeesHisCards,
    SeesHisCardsOnAPhone,
    PressesPay,
}

async fn act(house: &House, amazon: &AmazonSide, tab: &Tab, act: Act) {
    match act {
        Act::ChoosesMethod => {
            let chosen = house.act("/pagam/method", &format!("{}&method=AMAZONPAY", tab.names)).await;
            assert_eq!(chosen.status, 303, "{}", chosen.text);
        }
        Act::SeesHisCards => assert_eq!(house.act(BEGIN, &tab.names).await.status, 204),
        Act::SeesHisCardsOnAPhone => {
            assert_eq!(house.act("/pagam/Mobile/AmazonPay.aspx/begin", &tab.names).await.status, 204);
        }
        Act::PressesPay => assert_eq!(house.press(&tab.names, &amazon.choose("ok").await).await["ok"], true),
    }
}

async fn history(house: &House, payment: &PaymentId) -> Vec<EventKind> {
    let events = house.store.events(&login(), payment).await.expect("the store answers");
    events.into_iter().map(|event| event.kind).collect()
}

/// Looks at every page of a visit, as a mail scanner or a preview does.
async fn scan(house: &House, tab: &Tab) {
    let wallet = format!("/pagam/AmazonPay.aspx?{}", tab.names);
    let result = format!("/pagam/AmazonPay.aspx/result?{}&AuthenticationStatus=Success", tab.names);
    for address in [&tab.entry, &wallet, &result] {
        assert!(house.head(address).await.status < 400, "{address}");
        assert!(house.get(address).await.status < 400, "{address}");
    }
}

#[tokio::test]
async fn a_link_that_is_only_looked_at_owes_the_shop_nothing_and_pays_a_day_later() {
    let (house, amazon) = house_with_amazon().await;
    let tab = house.tab("order-1", &METHODS).await;
    scan(&house, &tab).await;
    house.advance_ms(DAY_MS - HOUR_MS);
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 0);
    scan(&house, &tab).await;
    assert_eq!(history(&house, &tab.id).await, [EventKind::Opened]);
    assert!(house.notices_about(&tab.id).await.is_empty());
    let amazon = amazon.signed_in_again(&house).await;
    let page = house.pay(&tab.names, &amazon.choose("ok").await).await;
    assert!(page.to().starts_with("https://shop.example/ok?"), "{} {}", page.to(), page.text);
}

#[tokio::test]
async fn a_visit_that_never_began_ends_with_its_string_and_without_a_word_to_the_shop() {
    for by_janitor in [true, false] {
        let house = House::with_shop(amazon_shop()).await;
        let tab = house.tab("order-1", &METHODS).await;
        house.advance_ms(DAY_MS + 1);
        if by_janitor {
            assert_eq!(house.gateway.janitor().run_once().await.abandoned, 1);
        }
        let wallet = format!("/pagam/AmazonPay.aspx?{}", tab.names);
        for address in [&tab.entry, &wallet, &tab.entry] {
            let page = house.get(address).await;
            page.says(4800);
            assert!(house.ways_back(&page).is_empty() && !page.text.contains("id=\"cancel\""), "{}", page.text);
        }
        let given_up = house.cancel(&tab).await;
        assert!(given_up.status == 410 && house.ways_back(&given_up).is_empty(), "{}", given_up.text);
        assert_eq!(history(&house, &tab.id).await, [EventKind::Opened, EventKind::Lapsed], "{by_janitor}");
        assert!(house.notices_about(&tab.id).await.is_empty());
        assert_eq!(house.gateway.janitor().run_once().await.abandoned, 0);
    }
}

#[tokio::test]
async fn a_known_link_expires_with_its_string_although_it_was_opened_late() {
    let house = House::with_shop(amazon_shop()).await;
    let (string, payment) = house.sealed("order-1", &METHODS);
    house.advance_ms(DAY_MS - HOUR_MS);
    assert_eq!(house.enter(&string).await.status, 200);
    house.advance_ms(2 * HOUR_MS);
    house.enter(&string).await.says(4800);
    assert!(house.notices_about(&payment).await.is_empty());
}

#[tokio::test]
async fn the_hour_counts_from_the_first_act_of_any_kind() {
    for first in [Act::ChoosesMethod, Act::SeesHisCards, Act::SeesHisCardsOnAPhone, Act::PressesPay] {
        let (house, amazon) = house_with_amazon().await;
        let tab = house.tab("order-1", &METHODS).await;
        house.advance_ms(HOUR_MS / 2);
        act(&house, &amazon, &tab, first).await;
        let begun_at = house.now();
        assert_eq!(house.payment(&tab.id).await.begun_at, Some(begun_at), "{first:?}");
        house.advance_ms(HOUR_MS);
        assert_eq!(house.gateway.janitor().run_once().await.abandoned, 0, "{first:?}");
        house.advance_ms(1);
        assert_eq!(house.gateway.janitor().run_once().await.abandoned, 1, "{first:?}");
        assert!(matches!(house.payment(&tab.id).await.stage, Stage::Abandoned { .. }), "{first:?}");
        let told: Vec<_> =
            house.notices_about(&tab.id).await.into_iter().map(|one| one.notice.outcome.verdict).collect();
        assert_eq!(told, [Verdict::Refused(Reason::Abandoned)], "{first:?}");
        let page = house.get(&tab.entry).await;
        assert_eq!(house.ways_back(&page)[0].0, "ko", "{first:?}");
    }
}

#[tokio::test]
async fn giving_up_begins_and_ends_a_visit_in_one_move() {
    let house = House::with_shop(amazon_shop()).await;
    let tab = house.tab("order-1", &METHODS).await;
    house.advance_ms(2 * HOUR_MS);
    let back = house.cancel(&tab).await;
    assert_eq!(house.told(back.to()).verdict, Verdict::Refused(Reason::Abandoned));
    assert_eq!(history(&house, &tab.id).await, [EventKind::Opened, EventKind::Abandoned]);
    assert_eq!(house.payment(&tab.id).await.begun_at, Some(house.now()));
    assert_eq!(house.notices_about(&tab.id).await.len(), 1);
}

#[tokio::test]
async fn a_visit_begins_once_and_pressing_pay_needs_no_further_move() {
    let (house, amazon) = house_with_amazon().await;
    let tab = house.tab("order-1", &METHODS).await;
    for _ in 0..2 {
        act(&house, &amazon, &tab, Act::ChoosesMethod).await;
        act(&house, &amazon, &tab, Act::SeesHisCards).await;
    }
    let begun_at = house.now();
    house.advance_ms(1);
    act(&house, &amazon, &tab, Act::PressesPay).await;
    act(&house, &amazon, &tab, Act::SeesHisCards).await;
    assert_eq!(history(&house, &tab.id).await, [EventKind::Opened, EventKind::Begun, EventKind::Confirming]);
    assert_eq!(house.payment(&tab.id).await.begun_at, Some(begun_at));
    let fresh = house.tab("order-2", &METHODS).await;
    act(&house, &amazon, &fresh, Act::PressesPay).await;
    assert_eq!(history(&house, &fresh.id).await, [EventKind::Opened, EventKind::Confirming]);
}

#[tokio::test]
async fn no_other_site_and_no_look_begins_a_visit() {
    let house = House::with_shop(amazon_shop()).await;
    let tab = house.tab("order-1", &METHODS).await;
    assert_eq!(house.post_form(BEGIN, &tab.names, "cross-site").await.status, 403);
    assert_eq!(house.get(&format!("{BEGIN}?{}", tab.names)).await.status, 405);
    assert_eq!(house.act(BEGIN, "a=GESPAY00001&p=unknown").await.status, 404);
    house.post_form("/pagam/method", &format!("{}&method=AMAZONPAY", tab.names), "cross-site").await.says(1141);
    assert_eq!(house.payment(&tab.id).await.begun_at, None);
}

#[tokio::test]
async fn a_look_at_the_address_that_amazon_sends_to_pays_nothing() {
    let (house, amazon) = house_with_amazon().await;
    let tab = house.tab("order-1", &METHODS).await;
    act(&house, &amazon, &tab, Act::PressesPay).await;
    for status in ["Success", "Failure"] {
        let address = format!("/pagam/AmazonPay.aspx/result?{}&AuthenticationStatus={status}", tab.names);
        house.head(&address).await;
        assert!(matches!(house.payment(&tab.id).await.stage, Stage::Open { .. }), "{status}");
    }
    assert_eq!(amazon.times("Authorize"), 0);
}

#[tokio::test]
async fn the_script_is_told_where_a_visit_begins_until_it_has() {
    let (house, amazon) = house_with_amazon().await;
    let tab = house.tab("order-1", &["AMAZONPAY"]).await;
    let fresh = house.wallet(&tab.names, &amazon.token).await;
    assert!(fresh.text.contains("\"beginUrl\":\"/pagam/AmazonPay.aspx/begin\""), "{}", fresh.text);
    act(&house, &amazon, &tab, Act::SeesHisCards).await;
    let begun = house.wallet(&tab.names, &amazon.token).await;
    assert!(begun.text.contains("\"beginUrl\":null"), "{}", begun.text);
}

#[tokio::test]
async fn a_shop_that_has_left_amazon_hears_of_a_visit_that_began_and_of_no_other() {
    let (house, amazon) = house_with_amazon().await;
    let (begun, looked_at) = (house.tab("order-1", &METHODS).await, house.tab("order-2", &METHODS).await);
    act(&house, &amazon, &begun, Act::SeesHisCards).await;
    let gone = Shop { amazon: std::collections::BTreeMap::default(), ..amazon_shop() };
    house.keep(&gone).await;
    house.advance_ms(DAY_MS + 1);
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 2);
    let told = [&begun, &looked_at].map(|tab| house.notices_about(&tab.id));
    let [begun, looked_at] = told;
    assert_eq!((begun.await.len(), looked_at.await.len()), (1, 0));
}
