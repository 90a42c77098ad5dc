//! Who may press pay: the buyer who made the order reference or agreement, proved by Amazon's
//! answer to that buyer's token.

use payments::{EventKind, PaymentId, Recurring};
use serde_json::Value;

use crate::amazon_side::{AmazonSide, Fault, house_with_amazon};
use crate::house::{House, login};
use crate::pages::HOUR_MS;

const ANNA: &str = "anna.schmidt@example.de";
const READS: [&str; 2] = ["GetOrderReferenceDetails", "GetBillingAgreementDetails"];

/// A visit, and what Marco has chosen for it: an order reference or an agreement.
async fn chosen(house: &House, amazon: &AmazonSide, recurring: Recurring) -> (String, PaymentId, String) {
    match recurring {
        Recurring::No => {
            let (names, id) = house.open("order-1").await;
            (names, id, format!("order_reference={}", amazon.choose("ok").await))
        }
        Recurring::WithPayment | Recurring::Only => {
            let (names, id) = house.subscribe("sub-1", recurring).await;
            (names, id, format!("agreement={}", amazon.agree("ok")))
        }
    }
}

async fn press(house: &House, token: Option<&str>, names: &str, chosen: &str) -> Value {
    house.press_with(token, &format!("{names}&{chosen}")).await
}

/// Nothing is recorded of a press, and Amazon was told nothing.
async fn assert_nothing_came_of_it(house: &House, amazon: &AmazonSide, id: &PaymentId, why: &str) {
    let events = house.store.events(&login(), id).await.expect("the store answers");
    assert!(events.iter().all(|event| event.kind == EventKind::Opened), "{why}: {events:?}");
    for told in ["SetOrderReferenceDetails", "ConfirmOrderReference", "SetBillingAgreementDetails"] {
        assert_eq!(amazon.times(told), 0, "{why}: {told}");
    }
}

const ALL: [Recurring; 3] = [Recurring::No, Recurring::WithPayment, Recurring::Only];

#[tokio::test]
async fn another_buyers_order_or_agreement_is_refused_and_not_recorded() {
    for recurring in ALL {
        let (house, amazon) = house_with_amazon().await;
        let anna = amazon.sign_in_as(ANNA).await;
        let (names, id, marcos) = chosen(&house, &amazon, recurring).await;
        let told = press(&house, Some(&anna), &names, &marcos).await;
        assert_eq!(told["ok"], false, "{recurring:?}: {told}");
        assert!(told["location"].as_str().is_some_and(|to| to.contains("fresh=1")), "back to a fresh wallet: {told}");
        assert_nothing_came_of_it(&house, &amazon, &id, "another buyer's").await;
        let own = press(&house, Some(&amazon.token), &names, &marcos).await;
        assert_eq!(own["ok"], true, "{recurring:?}: it is Marco's: {own}");
    }
}

#[tokio::test]
async fn confirm_without_a_token_leads_to_the_sign_in() {
    for recurring in ALL {
        let (house, amazon) = house_with_amazon().await;
        let (names, id, chosen) = chosen(&house, &amazon, recurring).await;
        let calls = amazon.calls();
        let told = press(&house, None, &names, &chosen).await;
        assert_eq!((&told["ok"], amazon.calls()), (&Value::Bool(false), calls), "{told}");
        let page = house.get(told["location"].as_str().expect("where to sign in")).await;
        assert!(page.sign_in().contains("/ap/oa?"), "{} {}", page.to(), page.text);
        assert_nothing_came_of_it(&house, &amazon, &id, "not signed in").await;
    }
}

#[tokio::test]
async fn an_expired_or_unknown_token_is_refused_and_leads_to_the_sign_in() {
    for is_old in [true, false] {
        let (house, amazon) = house_with_amazon().await;
        let (names, id, chosen) = chosen(&house, &amazon, Recurring::No).await;
        let token = if is_old { amazon.token.clone() } else { "Atza|unknown".to_owned() };
        house.advance_ms(if is_old { HOUR_MS + 1 } else { 0 });
        let told = press(&house, Some(&token), &names, &chosen).await;
        let page = house.get_signed_in(told["location"].as_str().expect("where to choose again"), &token).await;
        assert!(page.sign_in().contains("/ap/oa?"), "back to the sign-in: {} {}", page.to(), page.text);
        assert_nothing_came_of_it(&house, &amazon, &id, "the sign-in is worth nothing").await;
    }
}

#[tokio::test]
async fn invented_references_leave_no_rows() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    for number in 0..5 {
        let told =
            press(&house, Some(&amazon.token), &names, &format!("order_reference=S02-0000000-000000{number}")).await;
        assert_eq!(told["ok"], false, "{told}");
        assert!(told["location"].as_str().is_some_and(|to| to.contains("fresh=1")), "{told}");
    }
    assert_nothing_came_of_it(&house, &amazon, &id, "invented").await;
}

#[tokio::test]
async fn an_order_recorded_by_this_visit_needs_no_second_proof() {
    for recurring in ALL {
        let (house, amazon) = house_with_amazon().await;
        let (names, _, chosen) = chosen(&house, &amazon, recurring).await;
        assert_eq!(press(&house, Some(&amazon.token), &names, &chosen).await["ok"], true, "{recurring:?}");
        house.advance_ms(1);
        assert_eq!(press(&house, None, &names, &chosen).await["ok"], true, "{recurring:?}: the sign-in has expired");
        assert!(house.come_back(&names, "Success").await.to().starts_with("https://shop.example/ok?"));
    }
}

#[tokio::test]
async fn amazon_down_during_the_ownership_check_records_nothing_and_can_be_retried() {
    for recurring in [Recurring::No, Recurring::WithPayment] {
        let (house, amazon) = house_with_amazon().await;
        let (names, id, chosen) = chosen(&house, &amazon, recurring).await;
        for read in READS {
            amazon.will(read, &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
        }
        let told = press(&house, Some(&amazon.token), &names, &chosen).await;
        assert!(told["message"].as_str().is_some_and(|text| text.contains("not answering")), "{told}");
        assert_nothing_came_of_it(&house, &amazon, &id, "Amazon did not say").await;
        amazon.heal();
        assert_eq!(press(&house, Some(&amazon.token), &names, &chosen).await["ok"], true);
    }
}
