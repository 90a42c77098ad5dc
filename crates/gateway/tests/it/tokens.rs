//! Charging a token, and giving it up: agreements from their making to their end.

use gateway::seal::SealedRequest;
use payments::{
    AgreementStage, Answer, BillingAgreementId, Call, Instrument, Order, Reason, Recurring, ShopLogin, Terms, Token,
    Verdict as Told,
};
use simulator::NewOrder;
use testkit::ledger::Agreement;
use wire::{Code, Verdict, pagam};

use crate::amazon_side::{AmazonSide, CLIENT, Fault, SELLER, house_with_amazon};
use crate::house::{House, login, order, terms};
use crate::web_service::charge_token;

const LONGEST_PAUSE_MS: i64 = 300_000;
const LOOK_AFTER_MS: i64 = 2_000;
const PATIENCE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;
const BUYER: &str = "marco";

/// A token that the buyer gave on the page without paying, and Amazon's name of its agreement.
pub struct Given {
    pub token: Token,
    pub agreement: String,
}

/// Marco allows later charges, with a good card at first.
pub async fn token(house: &House, amazon: &AmazonSide, card: &str) -> Given {
    token_for(&login(), house, amazon, card).await
}

/// The same for any shop.
pub async fn token_for(shop: &ShopLogin, house: &House, amazon: &AmazonSide, card: &str) -> Given {
    let world = amazon.simulator.world();
    let new = NewOrder { seller_id: SELLER, client_id: CLIENT, is_sandbox: true, buyer_id: BUYER, wants_address: true };
    let agreement = world.new_agreement(&new).expect("an agreement").id;
    amazon.choose_address(&agreement);
    amazon.choose_card(&agreement, "ok");
    assert!(world.agree(&agreement, BUYER, true).expect("written"));
    let payment = house.gateway.keyring().new_payment_id();
    let wish = Order { recurring: Recurring::Only, ..order(&agreement) };
    let request = SealedRequest { payment: payment.clone(), order: wish, methods: vec![], sealed_at: house.now() };
    let string = house.gateway.keyring().seal_request(shop, &request);
    assert_eq!(house.get(&format!("/pagam/pagam.aspx?a={shop}&b={string}")).await.status, 303);
    let names = format!("a={shop}&p={payment}");
    let pressed = house.press_with(Some(&amazon.token), &format!("{names}&agreement={agreement}")).await;
    assert_eq!(pressed["ok"], true, "{pressed}");
    let page = house.come_back(&names, "Success").await;
    let (_, told) = page.to().split_once("&b=").expect("b in the address");
    let token = house.gateway.keyring().open_outcome(shop, told).expect("our string").token.expect("a token");
    amazon.change_card(&agreement, card);
    Given { token, agreement }
}

impl AmazonSide {
    /// The buyer changes the card of his agreement on his account page.
    pub fn change_card(&self, agreement: &str, card: &str) {
        assert!(self.simulator.world().change_card(agreement, BUYER, card).expect("written"), "{card}");
    }

    /// The buyer ends his agreement on his account page.
    pub fn end_agreement(&self, agreement: &str) {
        assert!(self.simulator.world().end_agreement(agreement, BUYER).expect("written"));
    }

    /// The auditor's view of an agreement.
    pub fn agreement(&self, id: &str) -> Agreement {
        self.ledger().agreement(id).expect("the agreement").clone()
    }
}

async fn stage(house: &House, given: &Given) -> AgreementStage {
    house.store.agreement(&login(), &given.token).await.expect("an answer").expect("the agreement").stage
}

#[tokio::test]
async fn a_token_is_charged_again_and_again_and_names_no_order_reference() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    for id in ["month-1", "month-2"] {
        let outcome = house.charge(&charge_token(id, &given.token)).await;
        assert_eq!((outcome.result, outcome.error_code, outcome.authorization_code.len()), (Verdict::Ok, Code::OK, 6));
        assert_eq!(house.history(id).await, "OK MOV: AUT 24.21, MOV 24.21");
        assert!(house.notices_of(id).await.is_empty());
        let payment = house.claimant(id).await;
        assert_eq!(house.store.order_details(&login(), &payment.id).await.expect("an answer"), None);
    }
    assert_eq!((amazon.all_money(), amazon.charges()), ([0, 4842, 0], 2), "48.42 taken; 2 charges");
    let again = house.charge(&charge_token("month-1", &given.token)).await;
    assert_eq!((again.result, amazon.charges()), (Verdict::Ok, 2), "the same call is the same charge");
}

#[tokio::test]
async fn a_declined_card_suspends_the_agreement_until_the_buyer_changes_it() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "invalid").await;
    for id in ["month-1", "month-2"] {
        assert_eq!(house.charge(&charge_token(id, &given.token)).await.error_code, Code(5001), "{id}");
        assert_eq!(amazon.agreement(&given.agreement).state, "Suspended", "{id}");
        assert_eq!(house.history(id).await, "KO AUT: AUT 24.21");
    }
    amazon.change_card(&given.agreement, "ok");
    assert_eq!(house.charge(&charge_token("month-3", &given.token)).await.error_code, Code::OK);
    assert_eq!(
        (amazon.all_money(), stage(&house, &given).await),
        ([0, 2421, 0], AgreementStage::Active),
        "24.21 taken; the agreement is active"
    );
}

#[tokio::test]
async fn what_amazon_refuses_has_its_code_and_takes_nothing() {
    let (house, amazon) = house_with_amazon().await;
    for (card, code) in [("rejected", 74), ("timeout", 415), ("notallowed", 5001)] {
        let given = token(&house, &amazon, card).await;
        assert_eq!(house.charge(&charge_token(card, &given.token)).await.error_code.0, code, "{card}");
    }
    assert_eq!(amazon.all_money(), [0, 0, 0]);
}

#[tokio::test]
async fn an_agreement_that_the_buyer_has_ended_is_no_token_any_more() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.end_agreement(&given.agreement);
    let request = charge_token("month-1", &given.token);
    let outcome = house.charge(&request).await;
    assert_eq!((outcome.result, outcome.error_code), (Verdict::Ko, Code(1165)));
    assert_eq!(house.charge(&request).await, outcome);
    assert_eq!(stage(&house, &given).await, AgreementStage::ClosedAtAmazon);
    assert_eq!(house.charge(&charge_token("month-2", &given.token)).await.error_code, Code(1165));
    assert_eq!(house.history("month-2").await, "2011", "nothing begins on what is over");
    assert_eq!(house.delete_token(given.token.as_str()).await, Code(1165));
    assert_eq!(
        (amazon.all_money(), amazon.times("AuthorizeOnBillingAgreement")),
        ([0, 0, 0], 1),
        "no money held or taken; AuthorizeOnBillingAgreement is called once"
    );
}

#[tokio::test]
async fn a_token_that_nobody_has_is_refused_and_costs_no_identifier() {
    let (house, amazon) = house_with_amazon().await;
    let nobodys = Token::new("7Q2M9X4K1B8V3Z6T").expect("a token");
    assert_eq!(house.charge(&charge_token("month-1", &nobodys)).await.error_code, Code(1165));
    assert_eq!(
        (house.update_token("7Q2M9X4K1B8V3Z6T").await, house.delete_token("no token!").await.0),
        (Code(1165), 1165)
    );
    assert_eq!(house.history("month-1").await, "2011");
    let given = token(&house, &amazon, "ok").await;
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.error_code, Code::OK);
    assert_eq!(house.update_token(given.token.as_str()).await, Code(4100), "an agreement has no expiry date");
}

#[tokio::test]
async fn more_than_amazon_allows_in_a_month_is_refused_and_fits_into_the_next() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    let of = |id, amount: &str| pagam::Request { amount: Some(amount.to_owned()), ..charge_token(id, &given.token) };
    assert_eq!(house.charge(&of("most", "500.00")).await.error_code, Code::OK);
    assert_eq!(house.charge(&of("above", "0.01")).await.error_code, Code(1147));
    assert_eq!(house.history("above").await, "KO AUT: AUT 0.01");
    house.advance_ms(31 * DAY_MS);
    assert_eq!(house.charge(&of("next", "500.00")).await.error_code, Code::OK);
    assert_eq!(amazon.all_money(), [0, 100_000, 0]);
}

#[tokio::test]
async fn a_token_and_an_order_reference_never_share_an_identifier() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    house.charged(&amazon, "order-1", "ok").await;
    assert_eq!(house.charge(&charge_token("order-1", &given.token)).await.error_code, Code(4801));
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn the_same_charge_of_a_token_twice_at_once_is_made_once() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    let request = charge_token("month-1", &given.token);
    let (one, other) = tokio::join!(house.charge(&request), house.charge(&request));
    assert_eq!((one.result, &one), (Verdict::Ok, &other));
    assert_eq!(
        (amazon.charges(), amazon.times("AuthorizeOnBillingAgreement")),
        (1, 1),
        "one charge; AuthorizeOnBillingAgreement is called once"
    );
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_under_the_same_name() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Lost]);
    assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.result, Verdict::Ok);
    assert_eq!(
        (amazon.charges(), amazon.times("AuthorizeOnBillingAgreement")),
        (1, 2),
        "one charge; AuthorizeOnBillingAgreement is called twice"
    );
}

/// A charge that Amazon did or did not do, and whose answers were lost.
async fn undecided(house: &House, amazon: &AmazonSide, given: &Given, faults: &[Fault]) -> pagam::Request {
    let request = charge_token("month-1", &given.token);
    amazon.will("AuthorizeOnBillingAgreement", faults);
    assert_eq!(house.charge(&request).await.result, Verdict::Xx);
    request
}

#[tokio::test]
async fn the_janitor_finds_what_was_done_asks_again_for_what_was_not_and_charges_once() {
    let throttled_later = vec![Fault::Lost, Fault::Throttled, Fault::Throttled, Fault::Throttled];
    let never_done = vec![Fault::Dropped, Fault::Garbage];
    for (faults, age_ms) in [
        (vec![Fault::Lost, Fault::Dropped], LOOK_AFTER_MS),
        (throttled_later, LOOK_AFTER_MS),
        (never_done, PATIENCE_MS),
    ] {
        let (house, amazon) = house_with_amazon().await;
        let given = token(&house, &amazon, "ok").await;
        let request = undecided(&house, &amazon, &given, &faults).await;
        let asked = amazon.times("AuthorizeOnBillingAgreement");
        house.advance_ms(age_ms - 1);
        let after = house.restarted().await;
        if age_ms == PATIENCE_MS {
            assert_eq!(after.gateway.janitor().run_once().await.settled, 0, "{faults:?}");
        }
        assert_eq!(amazon.times("AuthorizeOnBillingAgreement"), asked, "somebody may still be asking: {faults:?}");
        house.advance_ms(if age_ms == PATIENCE_MS { PATIENCE_MS } else { 1 });
        assert_eq!(after.restarted().await.gateway.janitor().run_once().await.settled, 1, "{faults:?}");
        assert_eq!(after.notices_of("month-1").await, [Told::Paid], "{faults:?}");
        assert_eq!(after.charge(&request).await.result, Verdict::Ok, "{faults:?}");
        assert_eq!((amazon.all_money(), amazon.charges()), ([0, 2421, 0], 1), "{faults:?}");
    }
}

#[tokio::test]
async fn while_amazon_is_down_a_charge_stays_undecided() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    undecided(&house, &amazon, &given, &[Fault::Lost, Fault::Dropped]).await;
    house.advance_ms(PATIENCE_MS);
    let janitor = house.gateway.janitor();
    for fault in [Fault::Dropped, Fault::Throttled, Fault::Garbage, Fault::Refused("AccessDenied")] {
        amazon.always(fault);
        let swept = janitor.run_once().await;
        assert_eq!((swept.settled, swept.unresolved), (0, 1), "{fault:?}");
        assert_eq!(house.history("month-1").await, "XX nothing: ", "{fault:?}");
        house.advance_ms(LONGEST_PAUSE_MS);
    }
    amazon.heal();
    assert_eq!(janitor.run_once().await.settled, 1);
    assert_eq!(
        (house.history("month-1").await.as_str(), amazon.charges()),
        ("OK MOV: AUT 24.21, MOV 24.21", 1),
        "the shop reads OK MOV: AUT 24.21, MOV 24.21; one charge"
    );
}

#[tokio::test]
async fn a_charge_of_an_agreement_that_ended_meanwhile_is_found_in_the_list_of_orders() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    undecided(&house, &amazon, &given, &[Fault::Lost, Fault::Dropped]).await;
    house.advance_ms(PATIENCE_MS);
    amazon.end_agreement(&given.agreement);
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Refused("InvalidBillingAgreementStatus")]);
    assert_eq!(house.gateway.janitor().run_once().await.settled, 1);
    assert_eq!(
        (house.notices_of("month-1").await, amazon.charges()),
        (vec![Told::Paid], 1),
        "told once that it is paid; one charge"
    );
    assert_eq!(amazon.times("ListOrderReference"), 1);
}

#[tokio::test]
async fn a_charge_that_never_arrived_before_the_agreement_ended_is_refused_and_told() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    undecided(&house, &amazon, &given, &[Fault::Dropped, Fault::Dropped]).await;
    amazon.end_agreement(&given.agreement);
    let janitor = house.gateway.janitor();
    house.advance_ms(PATIENCE_MS - 1);
    assert_eq!(janitor.run_once().await.settled, 0, "the first request may still be under way");
    house.advance_ms(PATIENCE_MS);
    assert_eq!(janitor.run_once().await.settled, 0, "it may not be listed yet");
    house.advance_ms(2 * HOUR_MS);
    assert_eq!(janitor.run_once().await.settled, 1);
    assert_eq!(house.notices_of("month-1").await, [Told::Refused(Reason::AgreementOver)]);
    assert_eq!(amazon.all_money(), [0, 0, 0]);
}

#[tokio::test]
async fn a_token_that_was_given_up_is_charged_no_more_and_its_agreement_is_closed() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    house.charge(&charge_token("month-1", &given.token)).await;
    assert_eq!(house.delete_token(given.token.as_str()).await, Code::OK);
    assert_eq!(house.delete_token(given.token.as_str()).await, Code(1165));
    assert_eq!(amazon.agreement(&given.agreement).state, "Closed");
    assert_eq!(stage(&house, &given).await, AgreementStage::ClosedByShop);
    assert_eq!(house.charge(&charge_token("month-2", &given.token)).await.error_code, Code(1165));
    assert_eq!(house.update_token(given.token.as_str()).await, Code(1165));
    assert_eq!(house.history("month-1").await, "OK MOV: AUT 24.21, MOV 24.21", "what was paid stays paid");
}

#[tokio::test]
async fn a_token_is_given_up_while_amazon_is_out_of_order_and_the_agreement_closed_later() {
    for fault in [Fault::Dropped, Fault::Throttled, Fault::Garbage, Fault::Lost] {
        let (house, amazon) = house_with_amazon().await;
        let given = token(&house, &amazon, "ok").await;
        amazon.always(fault);
        assert_eq!(house.delete_token(given.token.as_str()).await, Code::OK, "{fault:?}");
        assert_eq!(stage(&house, &given).await, AgreementStage::Closing, "{fault:?}");
        assert_eq!(house.charge(&charge_token("month-1", &given.token)).await.error_code, Code(1165), "{fault:?}");
        house.advance_ms(PATIENCE_MS);
        assert_eq!(house.gateway.janitor().run_once().await.ended, 0, "{fault:?}");
        amazon.heal();
        house.advance_ms(PATIENCE_MS);
        let after = house.restarted().await;
        assert_eq!(after.gateway.janitor().run_once().await.ended, 1, "{fault:?}");
        assert_eq!(amazon.agreement(&given.agreement).state, "Closed", "{fault:?}");
        assert_eq!(stage(&after, &given).await, AgreementStage::ClosedByShop, "{fault:?}");
    }
}

#[tokio::test]
async fn a_token_whose_agreement_the_buyer_ended_is_given_up_without_ado() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.end_agreement(&given.agreement);
    assert_eq!(house.delete_token(given.token.as_str()).await, Code::OK);
    assert_eq!(stage(&house, &given).await, AgreementStage::ClosedByShop);
}

#[tokio::test]
async fn a_charge_and_the_end_of_its_token_at_once_leave_nothing_half_done() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Held]);
    let request = charge_token("month-1", &given.token);
    let end = async {
        amazon.holds_one().await;
        let ended = house.delete_token(given.token.as_str()).await;
        amazon.let_through();
        ended
    };
    let (outcome, ended) = tokio::join!(house.charge(&request), end);
    assert_eq!((outcome.result, outcome.error_code, ended), (Verdict::Ko, Code(1165), Code::OK));
    assert_eq!(
        (amazon.all_money(), stage(&house, &given).await),
        ([0, 0, 0], AgreementStage::ClosedByShop),
        "no money held or taken; the agreement is ended by the shop"
    );
}

#[tokio::test]
async fn the_janitor_never_repeats_a_charge_that_is_being_asked_for() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Held]);
    let request = charge_token("month-1", &given.token);
    let janitor = async {
        amazon.holds_one().await;
        // The clock is set: by it the request, which has not arrived, has an age, and is too old when it arrives.
        house.advance_ms(DAY_MS);
        house.gateway.janitor().run_once().await;
        let asked = amazon.times("AuthorizeOnBillingAgreement");
        amazon.let_through();
        asked
    };
    let (outcome, asked) = tokio::join!(house.charge(&request), janitor);
    assert_eq!((outcome.result, asked), (Verdict::Ko, 1), "{outcome:?}");
    assert_eq!(amazon.all_money(), [0, 0, 0], "refused, so nothing may be held");
}

#[tokio::test]
async fn a_charge_that_another_process_may_still_ask_for_is_not_made_by_the_janitor() {
    let (house, amazon) = house_with_amazon().await;
    let given = token(&house, &amazon, "ok").await;
    let agreement = BillingAgreementId::new(given.agreement.as_str()).expect("an identifier");
    let number = house.store.next_number(&login()).await.expect("a number");
    let terms = Terms { instrument: Instrument::Agreement(agreement), token: Some(given.token), ..terms(number) };
    let id = house.gateway.keyring().new_payment_id();
    let asked = house.commit(Call::first(login(), id, order("month-1")).charge(terms, house.now())).await;
    house.advance_ms(store::LEASE_MS - 1);
    let beside = house.restarted().await;
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Held]);
    let janitor = beside.gateway.janitor();
    let looked = janitor.run_once();
    tokio::pin!(looked);
    let is_asking = tokio::select! {
        _ = &mut looked => false,
        () = amazon.holds_one() => true,
    };
    // Amazon has turned the first process away, unread, as often as it has tried.
    house.answered(asked, Answer::TurnedAway(Reason::Unreachable)).await;
    if is_asking {
        amazon.let_through();
        looked.await;
    }
    assert_eq!(
        (house.history("month-1").await.as_str(), amazon.charges()),
        ("KO AUT: AUT 24.21", 0),
        "the shop reads KO AUT: AUT 24.21; nothing is charged"
    );
}
