//! Two visits for one identifier, one of which has claimed it: every page of the other tells the
//! outcome of the claimant.

use axum::body::Body;
use axum::http::header::USER_AGENT;
use axum::http::{Request, StatusCode};
use gateway::seal::SealedRequest;
use payments::{Reason, Stage, Verdict};
use store::NoticeState;

use super::{MINUTE_MS, Tab, shop_hearing};
use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::{House, login, order};
use crate::pages::{HOUR_MS, Page};
use crate::shop_server::{Habit, ShopServer};

const METHODS: [&str; 2] = ["AMAZONPAY", "CREDITCARD"];

/// What the buyer did in the first tab before he paid in the second.
#[derive(Debug, Clone, Copy)]
enum Before {
    Nothing,
    PressedPay,
    GaveUp,
    FailedTheBanksCheck,
    LeftForAnHour,
}

const ALL: [Before; 5] =
    [Before::Nothing, Before::PressedPay, Before::GaveUp, Before::FailedTheBanksCheck, Before::LeftForAnHour];

/// The first tab of `order-1`.
async fn first_tab(house: &House, amazon: &AmazonSide, before: Before) -> Tab {
    let tab = house.tab("order-1", &METHODS).await;
    match before {
        Before::Nothing => {}
        Before::PressedPay | Before::FailedTheBanksCheck | Before::LeftForAnHour => {
            let chosen = amazon.choose("ok").await;
            assert_eq!(house.press(&tab.names, &chosen).await["ok"], true);
        }
        Before::GaveUp => assert!(house.cancel(&tab).await.to().contains("/ko?")),
    }
    if let Before::FailedTheBanksCheck = before {
        assert!(house.come_back(&tab.names, "Failure").await.to().contains("/ko?"));
        assert!(matches!(house.payment(&tab.id).await.stage, Stage::Refused { attempt: None, .. }));
    }
    tab
}

/// Every way in which a browser may ask the gateway about a visit.
async fn asked_everywhere(house: &House, amazon: &AmazonSide, tab: &Tab) -> Vec<(String, Page)> {
    let mut told = Vec::new();
    told.push(("GET pagam.aspx".to_owned(), house.get(&tab.entry).await));
    let form = tab.entry.split_once('?').expect("a query").1;
    told.push(("POST pagam.aspx".to_owned(), house.post_form("/pagam/pagam.aspx", form, "cross-site").await));
    let on_a_phone = Request::get(&tab.entry).header(USER_AGENT, "Mobile/15E148").header("accept-language", "en");
    told.push(("pagam.aspx on a phone".to_owned(), house.browse(on_a_phone.body(Body::empty()).expect("it is")).await));
    told.push(("wallet, signed in".to_owned(), house.wallet(&tab.names, &amazon.token).await));
    let method = format!("{}&method=AMAZONPAY", tab.names);
    told.push(("POST method".to_owned(), house.act("/pagam/method", &method).await));
    for page in ["/pagam/AmazonPay.aspx", "/pagam/Mobile/AmazonPay.aspx"] {
        let mut get = async |what: &str, query: &str| {
            let address = format!("{page}{what}?{}{query}", tab.names);
            told.push((format!("GET {page}{what} {query}"), house.get(&address).await));
        };
        get("", "").await;
        get("", "&denied=1").await;
        for status in
            ["", "&AuthenticationStatus=Success", "&AuthenticationStatus=Abandoned", "&AuthenticationStatus=Failure"]
        {
            get("/result", status).await;
        }
        for which in ["first", "second"] {
            told.push((format!("{which} cancel at {page}"), house.act(&format!("{page}/cancel"), &tab.names).await));
        }
    }
    told
}

#[tokio::test]
async fn every_page_and_button_of_a_visit_tells_the_outcome_of_the_one_that_paid() {
    for before in ALL {
        let (house, amazon) = house_with_amazon().await;
        let tab = first_tab(&house, &amazon, before).await;
        let (second, paid) = house.open("order-1").await;
        assert!(house.pay(&second, &amazon.choose("ok").await).await.to().starts_with("https://shop.example/ok?"));
        if let Before::LeftForAnHour = before {
            house.advance_ms(HOUR_MS + 1);
        }
        for (asked, page) in asked_everywhere(&house, &amazon, &tab).await {
            let ways = house.ways_back(&page);
            assert!(!ways.is_empty(), "{before:?}, {asked}: no way back: {} {} {}", page.status, page.to(), page.text);
            for (address, told) in ways {
                assert_eq!((address.as_str(), told.verdict), ("ok", Verdict::Paid), "{before:?}, {asked}");
                assert_eq!(told.payment, paid, "{before:?}, {asked}");
            }
            if page.status != 303 {
                page.says(4801);
                assert!(page.text.contains("already been used"), "{before:?}, {asked}: {}", page.text);
                assert!(!page.text.contains("id=\"cancel\""), "{before:?}, {asked}: nothing is left to be given up");
            }
        }
        assert_eq!(amazon.charges(), 1, "{before:?}");
    }
}

#[tokio::test]
async fn while_the_other_visit_is_being_paid_no_page_leads_to_the_shop() {
    for before in [Before::Nothing, Before::PressedPay, Before::GaveUp, Before::FailedTheBanksCheck] {
        let (house, amazon) = house_with_amazon().await;
        house.leaves_work();
        let tab = first_tab(&house, &amazon, before).await;
        house.authorizing(&login(), "order-1").await;
        for (asked, page) in asked_everywhere(&house, &amazon, &tab).await {
            page.says(4801);
            assert!(page.text.contains("already being paid"), "{before:?}, {asked}: {}", page.text);
            assert!(house.ways_back(&page).is_empty() && page.to().is_empty(), "{before:?}, {asked}: {}", page.to());
            assert!(!page.text.contains("id=\"cancel\""), "{before:?}, {asked}");
        }
    }
}

#[tokio::test]
async fn pressing_pay_in_another_tab_of_a_paid_order_says_so_before_amazon_is_asked() {
    for before in ALL {
        let (house, amazon) = house_with_amazon().await;
        let tab = first_tab(&house, &amazon, before).await;
        let (second, _) = house.open("order-1").await;
        let chosen = amazon.choose("ok").await;
        assert!(house.pay(&second, &chosen).await.to().starts_with("https://shop.example/ok?"));
        let moves = house.payment(&tab.id).await.version;
        let other = amazon.choose("ok").await;
        amazon.always(Fault::Dropped);
        let told = house.press(&tab.names, &other).await;
        assert_eq!(told["ok"], false, "{before:?}: {told}");
        assert!(
            told["message"].as_str().is_some_and(|text| text.contains("already been continued")),
            "{before:?}: {told}"
        );
        house.get(told["location"].as_str().expect("the page that tells it")).await.says(4801);
        assert_eq!(house.payment(&tab.id).await.version, moves, "{before:?}");
    }
}

#[tokio::test]
async fn a_new_string_of_a_paid_order_leads_back_with_its_outcome_and_opens_nothing() {
    let (house, amazon) = house_with_amazon().await;
    let (first, paid) = house.open("order-1").await;
    house.pay(&first, &amazon.choose("ok").await).await;
    let (string, never) = house.sealed("order-1", &METHODS);
    let page = house.enter(&string).await;
    page.says(4801);
    let ways: Vec<_> = house.ways_back(&page).into_iter().map(|(address, told)| (address, told.payment)).collect();
    assert_eq!(ways, [("ok".to_owned(), paid.clone())]);
    let mut dearer = order("order-1");
    dearer.amount.minor += 1;
    let (payment, sealed_at) = (house.gateway.keyring().new_payment_id(), house.now());
    let request = SealedRequest { payment, order: dearer, methods: Vec::new(), sealed_at };
    let page = house.enter(&house.gateway.keyring().seal_request(&login(), &request)).await;
    page.says(4802);
    assert_eq!(house.ways_back(&page)[0].1.payment, paid);
    assert!(house.store.payment(&login(), &never).await.expect("an answer").is_none());
}

#[tokio::test]
async fn an_order_that_was_refused_in_another_tab_is_told_as_refused() {
    let (house, amazon) = house_with_amazon().await;
    let tab = house.tab("order-1", &METHODS).await;
    let (second, refused) = house.open("order-1").await;
    house.pay(&second, &amazon.choose("rejected").await).await;
    for page in [house.get(&tab.entry).await, house.cancel(&tab).await] {
        let (address, told) = house.ways_back(&page).remove(0);
        assert_eq!((address.as_str(), told.verdict), ("ko", Verdict::Refused(Reason::Rejected)));
        assert_eq!(told.payment, refused);
    }
}

#[tokio::test]
async fn a_refusal_that_was_held_up_is_not_sent_once_another_visit_has_the_identifier() {
    for before in [Before::GaveUp, Before::FailedTheBanksCheck] {
        let server = ShopServer::start(Habit::Answer(StatusCode::BAD_GATEWAY)).await;
        let (house, amazon) = house_with(shop_hearing(&server)).await;
        let tab = first_tab(&house, &amazon, before).await;
        house.gateway.notices().deliver_due().await.expect("the store answers");
        assert_eq!(server.calls().len(), 1, "{before:?}: the shop is down");
        let (second, paid) = house.open("order-1").await;
        house.pay(&second, &amazon.choose("ok").await).await;
        server.behave(Habit::Answer(StatusCode::OK));
        house.advance_ms(MINUTE_MS);
        house.gateway.notices().deliver_due().await.expect("the store answers");
        let heard: Vec<_> = server.calls()[1..].iter().map(|call| house.told(call).payment).collect();
        assert_eq!(heard, [paid], "{before:?}");
        let held_up = house.notices_about(&tab.id).await.remove(0);
        let tried: Vec<_> = held_up.tries.iter().map(|tried| tried.status).collect();
        assert_eq!((held_up.state, tried), (NoticeState::Delivered, vec![Some(502), None]), "{before:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_not_sent_while_another_visit_is_being_paid() {
    let server = ShopServer::start(Habit::Answer(StatusCode::OK)).await;
    let (house, _) = house_with(shop_hearing(&server)).await;
    house.leaves_work();
    let tab = house.tab("order-1", &METHODS).await;
    house.cancel(&tab).await;
    house.authorizing(&login(), "order-1").await;
    house.gateway.notices().deliver_due().await.expect("the store answers");
    assert!(server.calls().is_empty(), "{:?}", server.calls());
}
