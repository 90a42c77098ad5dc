//! Paying through Amazon: the simulator answers, the gate between loses what a test wants lost.

use payments::{Reason, Stage, Verdict};
use store::{Environment, Shop};

use crate::amazon_side::{Fault, house_with, house_with_amazon};
use crate::house::login;
use crate::pages::amazon_shop;

#[tokio::test]
async fn a_buyer_pays_and_the_shop_is_told_once() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    let page = house.pay(&names, &order).await;
    assert!(page.to().starts_with("https://shop.example/ok?a=GESPAY00001&b="), "{} {}", page.to(), page.text);
    let told = house.told(page.to());
    assert_eq!((told.verdict, told.authorization_code.len()), (Verdict::Paid, 6));
    assert_eq!((amazon.charges(), amazon.authorizations(&order)), (1, 1), "one charge; one authorization on the order");
    let details = house.store.order_details(&login(), &id).await.expect("an answer").expect("the details");
    assert!(details.contains("<AddressLine1>") && details.contains("<Email>"), "the whole address: {details}");
    assert_eq!(house.store.notices(&login(), &id).await.expect("notices").len(), 1);
    let again = house.come_back(&names, "Success").await;
    assert!(again.to().starts_with("https://shop.example/ok?"), "a reload leads to the shop again");
    assert_eq!(house.press(&names, &order).await["ok"], false);
    assert_eq!(amazon.times("Authorize"), 1);
}

#[tokio::test]
async fn a_declined_card_leads_back_to_the_wallet_and_another_card_pays() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("invalid").await;
    let page = house.pay(&names, &order).await;
    assert!(page.to().starts_with("/pagam/AmazonPay.aspx?a="), "{} {}", page.to(), page.text);
    let declined = Stage::Open { instrument: Some(order.parse_id()), declined: Some(Reason::PaymentMethodDeclined) };
    assert_eq!(house.payment(&id).await.stage, declined);
    let reload = house.come_back(&names, "Success").await;
    assert!(reload.to().starts_with("/pagam/AmazonPay.aspx?a="), "a reload tries no card: {}", reload.to());
    assert_eq!(amazon.times("Authorize"), 1);
    amazon.choose_card(&order, "ok");
    let page = house.pay(&names, &order).await;
    assert!(page.to().starts_with("https://shop.example/ok?"), "{} {}", page.to(), page.text);
    assert_eq!((amazon.charges(), amazon.authorizations(&order)), (1, 2), "one charge; 2 authorizations on the order");
}

#[tokio::test]
async fn a_rejected_payment_is_refused_and_the_shop_is_told_why() {
    let (house, amazon) = house_with_amazon().await;
    for (order_id, card, reason) in
        [("order-1", "rejected", Reason::Rejected), ("order-2", "timeout", Reason::TimedOut)]
    {
        let (names, _) = house.open(order_id).await;
        let page = house.pay(&names, &amazon.choose(card).await).await;
        assert!(page.to().starts_with("https://shop.example/ko?"), "{} {}", page.to(), page.text);
        assert_eq!(house.told(page.to()).verdict, Verdict::Refused(reason));
    }
    assert_eq!(amazon.charges(), 0);
}

#[tokio::test]
async fn what_the_buyer_has_not_chosen_is_asked_for_by_name() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let draft = amazon.draft("address-book").await;
    let answer = house.press(&names, &draft).await;
    assert_eq!((&answer["ok"], &answer["again"]), (&false.into(), &"wallet".into()), "{answer}");
    let barred = amazon.choose("notallowed").await;
    let answer = house.press(&names, &barred).await;
    assert!(answer["message"].as_str().is_some_and(|text| text.contains("cannot be used")), "{answer}");
    assert_eq!(house.press(&names, "no id!").await["ok"], false);
    let page = house.come_back(&names, "Success").await;
    assert!(page.to().contains("m=unfinished"), "nothing is asked of a draft: {}", page.to());
    assert!(!house.payment(&id).await.is_final());
    assert_eq!(amazon.times("Authorize"), 0);
}

#[tokio::test]
async fn without_the_address_widget_no_address_is_asked_for() {
    let mut shop: Shop = amazon_shop();
    shop.amazon.get_mut(&Environment::Sandbox).expect("an account").show_address_widget = false;
    let (house, amazon) = house_with(shop).await;
    let (names, _) = house.open("order-1").await;
    let order = amazon.draft("wallet").await;
    amazon.choose_card(&order, "ok");
    let page = house.pay(&names, &order).await;
    assert!(page.to().starts_with("https://shop.example/ok?"), "{} {}", page.to(), page.text);
}

#[tokio::test]
async fn an_order_reference_of_another_order_pays_nothing() {
    let (house, amazon) = house_with_amazon().await;
    let (first, _) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&first, &order).await["ok"], true);
    let (second, id) = house.open("order-2").await;
    let answer = house.press(&second, &order).await;
    assert_eq!(answer["ok"], false, "{answer}");
    let page = house.come_back(&second, "Success").await;
    assert!(page.to().starts_with("/pagam/AmazonPay.aspx?"), "{} {}", page.to(), page.text);
    assert!(!house.payment(&id).await.is_final());
    assert_eq!(amazon.times("Authorize"), 0);
}

#[tokio::test]
async fn two_results_at_once_authorize_once() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    let (one, other) = tokio::join!(house.come_back(&names, "Success"), house.come_back(&names, "Success"));
    for page in [one, other] {
        let is_at_shop = page.to().starts_with("https://shop.example/ok?");
        assert!(is_at_shop || page.text.contains("http-equiv=\"refresh\""), "{} {}", page.to(), page.text);
    }
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
    assert_eq!((amazon.times("Authorize"), amazon.charges()), (1, 1), "Authorize is called once; one charge");
    assert_eq!(house.store.notices(&login(), &id).await.expect("notices").len(), 1);
}

#[tokio::test]
async fn of_two_visits_for_one_order_only_one_pays() {
    let (house, amazon) = house_with_amazon().await;
    let (first, _) = house.open("order-1").await;
    let (second, late) = house.open("order-1").await;
    let (one, other) = (amazon.choose("ok").await, amazon.choose("ok").await);
    assert_eq!(house.press(&first, &one).await["ok"], true);
    assert_eq!(house.press(&second, &other).await["ok"], true);
    assert!(house.come_back(&first, "Success").await.to().starts_with("https://shop.example/ok?"));
    let page = house.come_back(&second, "Success").await;
    page.says(4801);
    assert!(page.text.contains("https://shop.example/ok?"), "{}", page.text);
    assert!(!house.payment(&late).await.is_final());
    assert_eq!((amazon.times("Authorize"), amazon.charges()), (1, 1), "Authorize is called once; one charge");
}

#[tokio::test]
async fn a_visit_that_another_has_overtaken_never_tells_the_shop_of_a_refusal() {
    let (house, amazon) = house_with_amazon().await;
    let (first, paid) = house.open("order-1").await;
    let (second, given_up) = house.open("order-1").await;
    let (_, left) = house.open("order-1").await;
    house.begin(&left).await;
    let card = amazon.choose("ok").await;
    assert!(house.pay(&first, &card).await.to().starts_with("https://shop.example/ok?"));
    let back = house.post_form("/pagam/AmazonPay.aspx/cancel", &second, "same-origin").await;
    assert!(back.to().starts_with("https://shop.example/ok?"), "{} {}", back.to(), back.text);
    assert_eq!(house.told(back.to()).payment, paid);
    house.advance_ms(crate::pages::HOUR_MS + 1);
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 1);
    for visit in [&given_up, &left] {
        assert!(house.payment(visit).await.is_final());
        assert!(house.store.notices(&login(), visit).await.expect("notices").is_empty());
    }
    assert_eq!(house.store.notices(&login(), &paid).await.expect("notices").len(), 1);
}

#[tokio::test]
async fn authentication_that_failed_is_refused_and_one_that_was_left_is_tried_again() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    let left = house.come_back(&names, "Abandoned").await;
    assert!(left.to().contains("m=unfinished"), "{}", left.to());
    assert!(!house.payment(&id).await.is_final());
    let failed = house.come_back(&names, "Failure").await;
    assert_eq!(house.told(failed.to()).verdict, Verdict::Refused(Reason::AuthenticationFailed));
    assert_eq!(amazon.times("Authorize"), 0);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again_with_the_same_reference() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Lost]);
    let page = house.pay(&names, &order).await;
    assert!(page.to().starts_with("https://shop.example/ok?"), "{} {}", page.to(), page.text);
    assert_eq!(
        (amazon.times("Authorize"), amazon.charges(), amazon.authorizations(&order)),
        (2, 1, 1),
        "Authorize is called twice; one charge; one authorization on the order"
    );
}

#[tokio::test]
async fn amazon_down_before_the_attempt_is_a_sentence_and_paying_works_later() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    for action in ["SetOrderReferenceDetails", "ConfirmOrderReference"] {
        amazon.will(action, &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
        let answer = house.press(&names, &order).await;
        assert!(answer["message"].as_str().is_some_and(|text| text.contains("not answering")), "{action}: {answer}");
    }
    assert_eq!(house.press(&names, &order).await["ok"], true);
    amazon.will("GetOrderReferenceDetails", &[Fault::Dropped, Fault::Dropped, Fault::Dropped]);
    let page = house.come_back(&names, "Success").await;
    assert_eq!(page.status, 503);
    assert!(!house.payment(&id).await.is_final());
    assert_eq!(amazon.times("Authorize"), 0);
    let page = house.come_back(&names, "Success").await;
    assert!(page.to().starts_with("https://shop.example/ok?"), "{} {}", page.to(), page.text);
}

#[tokio::test]
async fn an_attempt_that_amazon_refuses_to_take_is_a_refusal_with_a_reason() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.open("order-1").await;
    amazon.will("Authorize", &[Fault::Refused("InvalidParameterValue")]);
    let page = house.pay(&names, &amazon.choose("ok").await).await;
    assert_eq!(house.told(page.to()).verdict, Verdict::Refused(Reason::NotDone));
    assert_eq!(amazon.charges(), 0);
}

#[tokio::test]
async fn an_attempt_that_amazon_turns_away_costs_no_order_and_is_made_again_when_the_buyer_presses_pay() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    amazon.will("Authorize", &[Fault::Throttled, Fault::Throttled, Fault::Throttled]);
    let page = house.pay(&names, &order).await;
    assert!(page.to().starts_with("/pagam/AmazonPay.aspx?"), "{} {}", page.to(), page.text);
    let wallet = house.wallet(&names, &amazon.token).await;
    assert!(wallet.text.contains("not answering"), "{}", wallet.text);
    assert!(
        house.come_back(&names, "Success").await.to().starts_with("/pagam/AmazonPay.aspx?"),
        "a reload asks nothing"
    );
    assert_eq!(
        (amazon.times("Authorize"), amazon.charges()),
        (3, 0),
        "Authorize is called 3 times; nothing is charged"
    );
    assert!(house.store.notices(&login(), &id).await.expect("notices").is_empty());
    assert!(house.pay(&names, &order).await.to().starts_with("https://shop.example/ok?"));
    assert_eq!((amazon.charges(), amazon.authorizations(&order)), (1, 1), "one charge; one authorization on the order");
}

#[tokio::test]
async fn a_buyer_who_leaves_does_not_cut_his_payment() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("ok").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    amazon.will("Authorize", &[Fault::Held]);
    {
        let request = house.come_back(&names, "Success");
        tokio::pin!(request);
        tokio::select! {
            _ = &mut request => panic!("the call is held"),
            () = amazon.holds_one() => {}
        }
    }
    assert!(house.payment(&id).await.attempt_in_flight().is_some());
    amazon.let_through();
    let settled = async {
        while !house.payment(&id).await.is_final() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), settled).await.expect("the payment ends by itself");
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn the_card_whose_answers_are_lost_is_charged_once_and_the_buyer_waits_or_arrives() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("lost").await;
    let page = house.pay(&names, &order).await;
    if house.payment(&id).await.attempt_in_flight().is_some() {
        assert!(page.text.contains("http-equiv=\"refresh\""), "{}", page.text);
        house.advance_ms(60_000);
        house.gateway.janitor().run_once().await;
    }
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
    assert_eq!((amazon.charges(), amazon.authorizations(&order)), (1, 1), "one charge; one authorization on the order");
}

#[tokio::test]
async fn a_challenge_that_is_not_answered_authorizes_nothing() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let order = amazon.choose("challenge").await;
    assert_eq!(house.press(&names, &order).await["ok"], true);
    let forged = house.come_back(&names, "Success").await;
    assert!(forged.to().contains("m=unfinished"), "{} {}", forged.to(), forged.text);
    assert!(!house.payment(&id).await.is_final());
    assert_eq!(house.press(&names, &order).await["ok"], true, "the buyer may press pay again");
    assert_eq!(amazon.times("Authorize"), 0);
}

#[tokio::test]
async fn a_signed_in_buyer_sees_the_wallet_and_a_token_of_nobody_leads_to_sign_in() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.open("order-1").await;
    let page = house.wallet(&names, &amazon.token).await;
    let json = page.text.split("id=\"payment\">").nth(1).and_then(|rest| rest.split("</script>").next());
    let data: serde_json::Value = serde_json::from_str(json.expect("data for the script")).expect("JSON");
    assert_eq!((&data["shop"], &data["payment"]), (&"GESPAY00001".into(), &id.as_str().into()));
    assert_eq!((&data["sellerId"], &data["id"]), (&"A2SELLER".into(), &serde_json::Value::Null));
    assert_eq!((&data["showAddress"], &data["confirmUrl"]), (&true.into(), &"/pagam/AmazonPay.aspx/confirm".into()));
    for part in ["id=\"address-book\"", "id=\"wallet\"", "id=\"pay\"", "id=\"cancel\"", "Widgets.js", "Pay €24.21"] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let policy = page.headers.get("content-security-policy").and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert!(policy.contains("frame-src http://127.0.0.1:") && !policy.contains("unsafe"), "{policy}");
    assert!(house.wallet(&names, "Atza|nobody").await.sign_in().contains("/ap/oa?"), "an unknown token is no sign-in");
}

/// An order reference's name as the rules keep it.
trait ParseId {
    fn parse_id(&self) -> payments::Instrument;
}

impl ParseId for String {
    fn parse_id(&self) -> payments::Instrument {
        payments::Instrument::OrderReference(payments::OrderReferenceId::new(self.as_str()).expect("an identifier"))
    }
}
