//! callPagamS2S on an order reference of the shop's own page: what is charged, what is refused, and never twice.

use payments::{Reason, Verdict as Told};
use wire::path::S2S;
use wire::{Code, Verdict, pagam};

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::{House, login};
use crate::pages::amazon_shop;
use crate::web_service::{charge, separated};

const PATIENCE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// A call whose answer is nobody's business.
async fn refused(house: &House, id: &str, order: &str) -> u32 {
    let outcome = house.charge(&charge(id, order)).await;
    assert_eq!(outcome.result, Verdict::Ko, "{outcome:?}");
    assert_eq!((outcome.authorization_code.as_str(), outcome.bank_transaction_id.as_str()), ("", ""), "{outcome:?}");
    outcome.error_code.0
}

#[tokio::test]
async fn an_order_reference_is_charged_and_answered_without_a_notice() {
    let (house, amazon) = house_with_amazon().await;
    let order = amazon.choose("ok").await;
    let outcome = house.charge(&charge("order-1", &order)).await;
    assert_eq!((outcome.result, outcome.error_code, outcome.authorization_code.len()), (Verdict::Ok, Code::OK, 6));
    assert_eq!((outcome.amount.as_str(), outcome.currency.as_str()), ("24.21", "242"));
    assert_eq!((outcome.buyer_name.as_str(), outcome.payment_method.as_str()), ("Mario Rossi", "AMAZONPAY"));
    assert_eq!(outcome.custom_info, [("CART".to_owned(), "1234".to_owned())]);
    assert_eq!(house.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21");
    assert_eq!(amazon.money(&order), [0, 2421, 0]);
    let payment = house.claimant("order-1").await;
    let details = house.store.order_details(&login(), &payment.id).await.expect("an answer").expect("the details");
    assert!(details.contains("<AddressLine1>"), "the whole address is there at once: {details}");
    assert_eq!(
        house.claimant("order-1").await.bank_transaction_id.map(|number| number.to_string()).as_deref(),
        Some(outcome.bank_transaction_id.as_str())
    );
    assert!(house.notices_of("order-1").await.is_empty(), "the answer has told it");
}

#[tokio::test]
async fn a_shop_that_settles_itself_is_charged_nothing_yet() {
    let (house, amazon) = house_with(separated()).await;
    let order = house.charged(&amazon, "order-1", "ok").await;
    assert_eq!(house.history("order-1").await, "OK AUT: AUT 24.21");
    assert_eq!(amazon.money(&order), [2421, 0, 0]);
}

#[tokio::test]
async fn what_the_buyer_must_do_first_is_told_and_costs_no_identifier() {
    let (house, amazon) = house_with_amazon().await;
    let [barred, cardless, homeless] = [(); 3].map(|()| amazon.blank());
    amazon.choose_address(&barred);
    amazon.choose_card(&barred, "notallowed");
    amazon.choose_address(&cardless);
    amazon.choose_card(&homeless, "ok");
    for (id, order, code) in [("barred", &barred, 5001), ("cardless", &cardless, 5002), ("homeless", &homeless, 5003)] {
        assert_eq!(refused(&house, id, order).await, code, "{id}");
        assert_eq!(house.history(id).await, "2011", "nothing was attempted: {id}");
        amazon.choose_address(order);
        amazon.choose_card(order, "ok");
        assert_eq!(house.charge(&charge(id, order)).await.error_code, Code::OK, "{id}");
        assert_eq!(amazon.money(order), [0, 2421, 0], "{id}");
    }
}

#[tokio::test]
async fn a_refusal_of_amazon_burns_the_identifier_and_is_told_the_same_again() {
    let (house, amazon) = house_with_amazon().await;
    // Nobody is there to be authenticated: the card that asks for it is declined.
    for (card, code) in [("invalid", 5001), ("challenge", 5001), ("rejected", 74), ("timeout", 415)] {
        let request = charge(card, &amazon.choose(card).await);
        let outcome = house.charge(&request).await;
        assert_eq!((outcome.result, outcome.error_code.0), (Verdict::Ko, code), "{card}");
        assert!(!outcome.bank_transaction_id.is_empty(), "it was attempted: {card}");
        let asked = amazon.times("Authorize");
        assert_eq!(house.charge(&request).await, outcome, "{card}");
        assert_eq!(amazon.times("Authorize"), asked, "{card}");
        assert_eq!(house.history(card).await, "KO AUT: AUT 24.21", "{card}");
        assert!(house.notices_of(card).await.is_empty(), "{card}");
        assert_eq!(refused(&house, card, &amazon.choose("ok").await).await, 4801, "{card}");
    }
    assert_eq!(amazon.all_money(), [0, 0, 0]);
}

#[tokio::test]
async fn after_a_declined_card_the_same_order_pays_under_another_identifier() {
    let (house, amazon) = house_with_amazon().await;
    let order = amazon.choose("invalid").await;
    assert_eq!(house.charge(&charge("order-1", &order)).await.error_code, Code(5001));
    assert_eq!(refused(&house, "order-2", &order).await, 5002, "no card is chosen since");
    amazon.choose_card(&order, "invalid");
    assert_eq!(refused(&house, "order-2", &order).await, 5001, "it is the card that was declined");
    amazon.choose_card(&order, "ok");
    let dearer = pagam::Request { amount: Some("24.22".into()), ..charge("order-2", &order) };
    assert_eq!(house.charge(&dearer).await.error_code, Code(4802), "the order has its total");
    assert_eq!(house.charge(&charge("order-2", &order)).await.error_code, Code::OK);
    assert_eq!(
        (amazon.money(&order), amazon.authorizations(&order)),
        ([0, 2421, 0], 2),
        "24.21 taken; 2 authorizations on the order"
    );
}

#[tokio::test]
async fn an_order_reference_of_no_use_is_refused_untried() {
    let (house, amazon) = house_with_amazon().await;
    let paid = house.charged(&amazon, "paid", "ok").await;
    let (names, _) = house.open("on-the-page").await;
    let taken = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &taken).await["ok"], true);
    for (order, code) in [("S02-0000000-0000000", 1151), (&paid, 1137), (&taken, 1137)] {
        assert_eq!(refused(&house, "order-1", order).await, code, "{order}");
    }
    let stale = amazon.choose("ok").await;
    house.advance_ms(3 * HOUR_MS);
    assert_eq!(refused(&house, "order-1", &stale).await, 1137, "{:?}", amazon.order(&stale));
    assert_eq!(
        (amazon.all_money(), amazon.times("Authorize")),
        ([0, 2421, 0], 1),
        "24.21 taken; Authorize is called once"
    );
    assert_eq!(house.history("order-1").await, "2011", "the identifier is free");
}

#[tokio::test]
async fn an_identifier_is_used_once_by_whichever_door() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.open("by-page").await;
    house.pay(&names, &amazon.choose("ok").await).await;
    let order = house.charged(&amazon, "by-call", "ok").await;
    let other = amazon.choose("ok").await;
    assert_eq!(refused(&house, "by-page", &other).await, 4801);
    assert_eq!(refused(&house, "by-call", &other).await, 4801);
    let cheaper = pagam::Request { amount: Some("24.20".into()), ..charge("by-call", &order) };
    assert_eq!(house.charge(&cheaper).await.error_code, Code(4802));
    let in_dollars = pagam::Request { uic_code: Some("1".into()), ..charge("by-call", &order) };
    assert_eq!(house.charge(&in_dollars).await.error_code, Code(4802));
    assert_eq!((amazon.charges(), amazon.money(&order)), (2, [0, 2421, 0]), "2 charges; 24.21 taken");
}

#[tokio::test]
async fn of_a_visit_and_a_call_under_one_identifier_at_once_only_one_pays() {
    for met_at in ["Authorize", "GetOrderReferenceDetails"] {
        let (house, amazon) = house_with_amazon().await;
        let (names, visit) = house.open("order-1").await;
        assert_eq!(house.press(&names, &amazon.choose("ok").await).await["ok"], true);
        let request = charge("order-1", &amazon.choose("ok").await);
        amazon.will(met_at, &[Fault::Held]);
        let call = async {
            amazon.holds_one().await;
            let outcome = house.charge(&request).await;
            amazon.let_through();
            outcome
        };
        let (page, outcome) = tokio::join!(house.come_back(&names, "Success"), call);
        let is_paid_by_page = page.to().starts_with("https://shop.example/ok?");
        assert_ne!(is_paid_by_page, outcome.result == Verdict::Ok, "{met_at}: {} {outcome:?}", page.to());
        assert_eq!((amazon.all_money(), amazon.charges()), ([0, 2421, 0], 1), "{met_at}");
        assert_eq!(house.claimant("order-1").await.id == visit, is_paid_by_page, "{met_at}");
    }
}

#[tokio::test]
async fn the_same_call_twice_at_once_is_one_charge_and_one_answer_wherever_they_meet() {
    for met_at in ["SetOrderReferenceDetails", "ConfirmOrderReference", "GetOrderReferenceDetails", "Authorize"] {
        let (house, amazon) = house_with_amazon().await;
        let request = charge("order-1", &amazon.choose("ok").await);
        amazon.will(met_at, &[Fault::Held]);
        let second = async {
            amazon.holds_one().await;
            let second = house.charge(&request);
            if met_at == "Authorize" {
                amazon.let_through();
            }
            let second = second.await;
            amazon.let_through();
            second
        };
        let (first, second) = tokio::join!(house.charge(&request), second);
        assert_eq!((first.result, &first), (Verdict::Ok, &second), "{met_at}");
        assert_eq!((amazon.all_money(), amazon.times("Authorize")), ([0, 2421, 0], 1), "{met_at}");
    }
}

/// The first caller has hung up, perhaps, and asks again, of this gateway or of another one.
#[tokio::test]
async fn of_a_call_that_was_told_ko_nothing_is_charged_while_the_same_call_is_on_its_way() {
    for met_at in ["SetOrderReferenceDetails", "ConfirmOrderReference", "GetOrderReferenceDetails"] {
        for is_other_gateway in [false, true] {
            let (house, amazon) = house_with_amazon().await;
            let beside = if is_other_gateway { Some(house.restarted().await) } else { None };
            let request = charge("order-1", &amazon.choose("ok").await);
            amazon.will(met_at, &[Fault::Held, Fault::Dropped, Fault::Dropped, Fault::Dropped]);
            let second = async {
                amazon.holds_one().await;
                let second = beside.as_ref().unwrap_or(&house).charge(&request).await;
                amazon.let_through();
                second
            };
            let (first, second) = tokio::join!(house.charge(&request), second);
            let (told, met_at) = ((Verdict::Ko, Code(212)), format!("{met_at}, {is_other_gateway}"));
            assert_eq!((second.result, second.error_code), told, "{met_at}: Amazon was not reached");
            assert_eq!((first.result, first.error_code), told, "{met_at}: the shop may have charged again by now");
            assert_eq!((amazon.times("Authorize"), amazon.all_money()), (0, [0; 3]), "{met_at}: nothing was charged");
            assert_eq!(house.charge(&request).await.result, Verdict::Ok, "{met_at}: the same call may come again");
            assert_eq!(amazon.all_money(), [0, 2421, 0], "{met_at}: and is charged");
        }
    }
}

#[tokio::test]
async fn a_call_that_is_overtaken_by_a_ko_and_by_a_charge_tells_the_charge() {
    let (house, amazon) = house_with_amazon().await;
    let (second, third) = (house.restarted().await, house.restarted().await);
    let request = charge("order-1", &amazon.choose("ok").await);
    amazon.will("SetOrderReferenceDetails", &[Fault::Held, Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    let others = async {
        amazon.holds_one().await;
        let told = (second.charge(&request).await, third.charge(&request).await);
        amazon.let_through();
        told
    };
    let (first, (second, third)) = tokio::join!(house.charge(&request), others);
    assert_eq!((second.result, third.result, &first), (Verdict::Ko, Verdict::Ok, &third));
    assert_eq!((amazon.times("Authorize"), amazon.all_money()), (1, [0, 2421, 0]));
}

/// A shop that reads KO may charge under another identifier, so the KO waits until it is recorded.
#[tokio::test]
async fn a_call_that_came_to_nothing_is_a_fault_when_that_cannot_be_recorded() {
    let (house, amazon) = house_with_amazon().await;
    let order = amazon.blank();
    let forgetful = house.without_store().await;
    let answered = forgetful.soap(S2S, charge("order-1", &order).write()).await;
    assert_eq!(answered.status, 500, "{}", answered.text);
}

#[tokio::test]
async fn two_orders_that_are_charged_on_one_reference_at_once_are_paid_once() {
    for (met_at, fault) in [
        ("SetOrderReferenceDetails", Fault::Held),
        ("GetOrderReferenceDetails", Fault::Held),
        ("GetOrderReferenceDetails", Fault::HeldBack),
        ("Authorize", Fault::Held),
        ("Authorize", Fault::HeldBack),
    ] {
        for shop in [amazon_shop(), separated()] {
            let is_unified = shop.capture_now;
            let (house, amazon) = house_with(shop).await;
            let order = amazon.choose("ok").await;
            let (one, other) = (charge("order-1", &order), charge("order-2", &order));
            amazon.will(met_at, std::slice::from_ref(&fault));
            let second = async {
                amazon.holds_one().await;
                let second = house.charge(&other).await;
                amazon.let_through();
                second
            };
            let (first, second) = tokio::join!(house.charge(&one), second);
            let paid = [&first, &second].iter().filter(|outcome| outcome.result == Verdict::Ok).count();
            let money = if is_unified { [0, 2421, 0] } else { [2421, 0, 0] };
            assert_eq!((paid, amazon.all_money()), (1, money), "{met_at} {fault:?}: {first:?} {second:?}");
        }
    }
}

#[tokio::test]
async fn a_lost_answer_of_amazon_is_asked_for_again_and_nothing_is_done_twice() {
    let (house, amazon) = house_with_amazon().await;
    for lost in ["SetOrderReferenceDetails", "ConfirmOrderReference", "GetOrderReferenceDetails", "Authorize"] {
        let order = amazon.choose("ok").await;
        amazon.will(lost, &[Fault::Lost]);
        assert_eq!(house.charge(&charge(lost, &order)).await.error_code, Code::OK, "{lost}");
        assert_eq!((amazon.money(&order), amazon.authorizations(&order)), ([0, 2421, 0], 1), "{lost}");
    }
}

/// A charge that ends undecided: the answer is XX.
async fn undecided(house: &House, amazon: &AmazonSide, faults: &[Fault]) -> pagam::Request {
    let request = charge("order-1", &amazon.choose("ok").await);
    amazon.will("Authorize", faults);
    let outcome = house.charge(&request).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Xx, Code::OK));
    assert_eq!(house.history("order-1").await, "XX nothing: ");
    request
}

#[tokio::test]
async fn what_amazon_did_unseen_is_found_after_a_restart_told_and_answered_the_same() {
    let (house, amazon) = house_with_amazon().await;
    let request = undecided(&house, &amazon, &[Fault::Lost, Fault::Dropped]).await;
    let after = house.restarted().await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(after.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(after.notices_of("order-1").await, [Told::Paid], "whoever heard XX hears the end");
    assert_eq!(after.charge(&request).await.result, Verdict::Ok);
    assert_eq!(after.history("order-1").await, "OK MOV: AUT 24.21, MOV 24.21");
    assert_eq!((amazon.all_money(), amazon.charges()), ([0, 2421, 0], 1), "24.21 taken; one charge");
}

#[tokio::test]
async fn what_never_reached_amazon_is_made_impossible_refused_and_told() {
    let (house, amazon) = house_with_amazon().await;
    let request = undecided(&house, &amazon, &[Fault::Dropped, Fault::Dropped]).await;
    house.advance_ms(PATIENCE_MS);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(house.notices_of("order-1").await, [Told::Refused(Reason::Unreachable)]);
    let outcome = house.charge(&request).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(212)));
    let order = request.trans_key.expect("an order reference");
    assert_eq!(
        (&*amazon.order(&order).state, amazon.all_money()),
        ("Closed", [0, 0, 0]),
        "the order is Closed; no money held or taken"
    );
}

#[tokio::test]
async fn amazon_out_of_order_before_the_attempt_costs_no_identifier() {
    let (house, amazon) = house_with_amazon().await;
    for fault in [Fault::Dropped, Fault::Throttled, Fault::Garbage] {
        for action in ["SetOrderReferenceDetails", "ConfirmOrderReference", "GetOrderReferenceDetails"] {
            let request = charge("order-1", &amazon.choose("ok").await);
            amazon.will(action, &[fault, fault, fault]);
            let outcome = house.charge(&request).await;
            assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(212)), "{action} {fault:?}");
            assert_eq!(house.history("order-1").await, "2011", "{action} {fault:?}");
        }
    }
    assert_eq!(amazon.times("Authorize"), 0);
    house.charged(&amazon, "order-1", "ok").await;
}

#[tokio::test]
async fn an_attempt_that_amazon_turns_away_or_refuses_is_refused_and_nothing_is_held() {
    let (house, amazon) = house_with_amazon().await;
    let throttled = [Fault::Throttled, Fault::Throttled, Fault::Throttled];
    for (id, faults, code) in [
        ("throttled", &throttled[..], 212),
        ("account", &[Fault::Refused("AccessDenied")], 150),
        ("refused", &[Fault::Refused("InvalidParameterValue")], 9999),
    ] {
        amazon.will("Authorize", faults);
        let outcome = house.charge(&charge(id, &amazon.choose("ok").await)).await;
        assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(code)), "{id}");
        assert_eq!(house.history(id).await, "KO AUT: AUT 24.21", "{id}");
    }
    assert_eq!(amazon.all_money(), [0, 0, 0]);
}

#[tokio::test]
async fn a_shop_that_hangs_up_does_not_cut_its_charge() {
    let (house, amazon) = house_with_amazon().await;
    let request = charge("order-1", &amazon.choose("ok").await);
    amazon.will("Authorize", &[Fault::Held]);
    {
        let call = house.charge(&request);
        tokio::pin!(call);
        tokio::select! {
            _ = &mut call => panic!("the call is held"),
            () = amazon.holds_one() => {}
        }
    }
    amazon.let_through();
    assert_eq!(house.charge(&request).await.result, Verdict::Ok, "the same call hears what became of it");
    assert_eq!(
        (amazon.all_money(), amazon.times("Authorize")),
        ([0, 2421, 0], 1),
        "24.21 taken; Authorize is called once"
    );
}
