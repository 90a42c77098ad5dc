//! Buyers who allow future payments on the page: the agreement in place of an order reference, with
//! a payment or without.

mod undecided;

use gateway::seal::SealedRequest;
use payments::{AgreementStage, BillingAgreementId, Order, PaymentId, Reason, Recurring, Stage, Token, Verdict};
use serde_json::Value;
use simulator::NewOrder;
use store::Environment;
use wire::decrypt;

use crate::amazon_side::{AmazonSide, Fault, house_with, house_with_amazon};
use crate::house::{House, KEY, SHOP, login, order};
use crate::pages::{HOUR_MS, Page, amazon_shop};

const PATIENCE_MS: i64 = 60_000;
const DOWN: [Fault; 3] = [Fault::Dropped, Fault::Dropped, Fault::Dropped];

impl AmazonSide {
    /// An agreement of Marco's with nothing chosen; with an address to choose when the shop asks for one.
    fn draft_agreement(&self, wants_address: bool) -> String {
        let account = amazon_shop().amazon.remove(&Environment::Sandbox).expect("an account");
        let (seller_id, client_id) = (account.seller_id.as_str(), account.client_id.as_str());
        let new = NewOrder { seller_id, client_id, is_sandbox: true, buyer_id: "marco", wants_address };
        self.simulator.world().new_agreement(&new).expect("an agreement").id
    }

    /// What a buyer does in the three widgets.
    pub fn agree(&self, card: &str) -> String {
        let agreement = self.draft_agreement(true);
        self.choose_address(&agreement);
        self.choose_card(&agreement, card);
        self.tick(&agreement);
        agreement
    }

    fn tick(&self, agreement: &str) {
        assert!(self.simulator.world().agree(agreement, "marco", true).expect("an answer"), "a draft");
    }

    /// Waits until an agreement stands so: what is tidied up runs beside the request.
    async fn sees(&self, agreement: &str, state: &str) {
        let seen = async {
            while self.agreement(agreement).state != state {
                tokio::task::yield_now().await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(20), seen).await;
        waited.unwrap_or_else(|_| panic!("not {state}: {:?}", self.agreement(agreement)));
    }
}

impl House {
    /// Opens the page for an order of a shop that wants to charge again.
    pub async fn subscribe(&self, id: &str, recurring: Recurring) -> (String, PaymentId) {
        let payment = self.gateway.keyring().new_payment_id();
        let request = SealedRequest {
            payment: payment.clone(),
            order: Order { recurring, ..order(id) },
            methods: vec!["AMAZONPAY".to_owned()],
            sealed_at: self.now(),
        };
        let page = self.enter(&self.gateway.keyring().seal_request(&login(), &request)).await;
        assert_eq!(page.status, 303, "{}", page.text);
        (format!("a={SHOP}&p={payment}"), payment)
    }

    async fn press_for(&self, names: &str, agreement: &str) -> Value {
        self.press_with(self.token().as_deref(), &format!("{names}&agreement={agreement}")).await
    }

    /// Presses the button and comes back well.
    async fn finish(&self, names: &str, agreement: &str) -> Page {
        let pressed = self.press_for(names, agreement).await;
        assert_eq!(pressed["ok"], true, "{pressed}");
        self.come_back(names, "Success").await
    }

    /// The token of an outcome, and that an agreement stands behind it.
    async fn token_of(&self, to: &str, agreement: &str) -> Token {
        let token = self.told(to).token.expect("a token");
        let made = self.store.agreement(&login(), &token).await.expect("an answer").expect("the agreement");
        assert_eq!((made.billing_agreement.as_str(), made.stage), (agreement, AgreementStage::Active));
        token
    }
}

/// What the page keeps for its script.
fn kept(page: &Page) -> Value {
    let json = page.text.split("id=\"payment\">").nth(1).and_then(|rest| rest.split("</script>").next());
    serde_json::from_str(json.unwrap_or_else(|| panic!("no wallet: {}", page.text))).expect("JSON")
}

#[tokio::test]
async fn a_buyer_pays_and_allows_more_and_decrypt_tells_the_token() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("ok");
    let page = house.finish(&names, &agreement).await;
    assert!(page.to().starts_with("https://shop.example/ok?a=GESPAY00001&b="), "{} {}", page.to(), page.text);
    let token = house.token_of(page.to(), &agreement).await;
    let (_, string) = page.to().split_once("&b=").expect("a string");
    let some = |text: &str| Some(text.to_owned());
    let request = decrypt::Request { shop_login: some(SHOP), crypted_string: some(string), apikey: some(KEY) };
    let decrypt::Response::Outcome(outcome) = house.decrypt(&request).await else { panic!("readable") };
    assert_eq!((outcome.token.as_deref(), outcome.authorization_code.len()), (Some(token.as_str()), 6));
    assert_eq!(
        (amazon.times("AuthorizeOnBillingAgreement"), amazon.times("Authorize"), amazon.charges()),
        (1, 0, 1),
        "AuthorizeOnBillingAgreement is called once; Authorize is never called; one charge"
    );
    assert_eq!((&*amazon.agreement(&agreement).state, token.as_str().len()), ("Open", 16));
    let details = house.store.order_details(&login(), &id).await.expect("an answer").expect("the details");
    assert!(details.contains("<AddressLine1>"), "the whole address: {details}");
    assert_eq!(house.store.notices(&login(), &id).await.expect("notices").len(), 1);
    assert_eq!(
        house.told(house.come_back(&names, "Success").await.to()).token,
        Some(token),
        "a reload leads there again"
    );
    assert_eq!(house.press_for(&names, &agreement).await["ok"], false);
    let again = house.get(&format!("/pagam/AmazonPay.aspx?{names}")).await;
    assert!(again.text.contains("and future payments are allowed"), "{}", again.text);
    assert_eq!(amazon.times("AuthorizeOnBillingAgreement"), 1);
}

#[tokio::test]
async fn a_token_without_a_payment_moves_no_money() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.subscribe("sub-1", Recurring::Only).await;
    let wallet = house.wallet(&names, &amazon.token).await;
    assert!(wallet.text.contains("<dt>To pay now</dt><dd>€0.00</dd>"), "{}", wallet.text);
    assert!(wallet.text.contains("Nothing is charged now.") && !wallet.text.contains("24.21"), "{}", wallet.text);
    let agreement = amazon.agree("ok");
    let page = house.finish(&names, &agreement).await;
    let told = house.told(page.to());
    assert_eq!((told.verdict, told.authorization_code.as_str()), (Verdict::Paid, ""));
    house.token_of(page.to(), &agreement).await;
    assert!(matches!(house.payment(&id).await.stage, Stage::Agreed { .. }));
    assert_eq!(
        (amazon.charges(), amazon.times("AuthorizeOnBillingAgreement")),
        (0, 0),
        "nothing is charged; AuthorizeOnBillingAgreement is never called"
    );
    assert_eq!(amazon.times("ValidateBillingAgreement"), 1, "Amazon was asked whether the card is good");
    let again = house.get(&format!("/pagam/AmazonPay.aspx?{names}")).await;
    again.says_no_code();
    assert!(again.text.contains("Future payments are allowed"), "{}", again.text);
}

#[tokio::test]
async fn the_page_shows_three_widgets_of_one_agreement_and_says_what_is_allowed() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let page = house.wallet(&names, &amazon.token).await;
    let data = kept(&page);
    assert_eq!((&data["subject"], &data["id"]), (&"billingAgreement".into(), &Value::Null));
    assert_eq!((&data["showAddress"], &data["showConsent"]), (&true.into(), &true.into()));
    for part in ["id=\"address-book\"", "id=\"wallet\"", "id=\"consent\"", "You pay €24.21 now, and you allow Bottega"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let single = house.wallet(&house.open("order-1").await.0, &amazon.token).await;
    assert_eq!((&kept(&single)["subject"], &kept(&single)["showConsent"]), (&"orderReference".into(), &false.into()));
    assert!(!single.text.contains("id=\"consent\""), "{}", single.text);
}

#[tokio::test]
async fn what_is_missing_of_an_agreement_is_asked_for_by_name() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.draft_agreement(true);
    let asked = async |what: &str| {
        let answer = house.press_for(&names, &agreement).await;
        assert_eq!((&answer["ok"], &answer["again"]), (&false.into(), &what.into()), "{answer}");
        answer["message"].as_str().expect("a sentence").to_owned()
    };
    assert!(asked("address").await.contains("delivery address"));
    amazon.choose_address(&agreement);
    assert!(asked("wallet").await.contains("No card"));
    amazon.choose_card(&agreement, "ok");
    assert!(asked("consent").await.contains("tick the box"));
    let order_reference = amazon.choose("ok").await;
    let answer = house.press(&names, &order_reference).await;
    assert_eq!((&answer["ok"], &answer["again"]), (&false.into(), &"wallet".into()), "an order pays for no agreement");
    let early = house.come_back(&names, "Success").await;
    assert!(early.to().contains("m=unfinished"), "nothing is asked of a draft: {}", early.to());
    amazon.tick(&agreement);
    assert!(house.finish(&names, &agreement).await.to().starts_with("https://shop.example/ok?"));
    assert!(matches!(house.payment(&id).await.stage, Stage::Paid { .. }));
}

#[tokio::test]
async fn without_the_address_widget_an_agreement_needs_no_address() {
    let mut shop = amazon_shop();
    shop.amazon.get_mut(&Environment::Sandbox).expect("an account").show_address_widget = false;
    let (house, amazon) = house_with(shop).await;
    let (names, _) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.draft_agreement(false);
    amazon.choose_card(&agreement, "ok");
    amazon.tick(&agreement);
    assert!(house.finish(&names, &agreement).await.to().starts_with("https://shop.example/ok?"));
}

#[tokio::test]
async fn a_declined_card_leads_back_to_the_wallet_alone_and_another_card_pays_on_the_same_agreement() {
    for recurring in [Recurring::WithPayment, Recurring::Only] {
        let (house, amazon) = house_with_amazon().await;
        let (names, id) = house.subscribe("sub-1", recurring).await;
        let agreement = amazon.agree("invalid");
        let back = house.finish(&names, &agreement).await;
        assert!(back.to().starts_with("/pagam/AmazonPay.aspx?a=") && back.to().contains("m=declined"), "{}", back.to());
        let page = house.wallet(&format!("{names}&m=declined"), &amazon.token).await;
        let data = kept(&page);
        assert_eq!((&data["id"], &data["showConsent"]), (&agreement.as_str().into(), &false.into()));
        assert!(page.text.contains("Your card was declined") && !page.text.contains("id=\"address-book\""));
        assert!(!house.payment(&id).await.is_final());
        amazon.choose_card(&agreement, "ok");
        let page = house.finish(&names, &agreement).await;
        house.token_of(page.to(), &agreement).await;
        assert_eq!(amazon.charges(), usize::from(recurring == Recurring::WithPayment));
    }
}

#[tokio::test]
async fn after_a_decline_nothing_is_charged_until_the_buyer_presses_the_button_again() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("invalid");
    house.finish(&names, &agreement).await;
    amazon.choose_card(&agreement, "ok");
    let reload = house.come_back(&names, "Success").await;
    assert!(reload.to().starts_with("/pagam/AmazonPay.aspx?a="), "{} {}", reload.to(), reload.text);
    assert_eq!(
        (amazon.times("AuthorizeOnBillingAgreement"), house.payment(&id).await.is_final()),
        (0, false),
        "AuthorizeOnBillingAgreement is never called; the payment goes on"
    );
    let page = house.wallet(&names, &amazon.token).await;
    assert!(page.text.contains("Your card was declined") && kept(&page)["id"] == agreement.as_str(), "{}", page.text);
    assert!(house.finish(&names, &agreement).await.to().starts_with("https://shop.example/ok?"));
}

#[tokio::test]
async fn a_rejected_payment_makes_no_token_and_its_agreement_is_closed() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("rejected");
    let page = house.finish(&names, &agreement).await;
    let told = house.told(page.to());
    assert_eq!((told.verdict, told.token), (Verdict::Refused(Reason::Rejected), None));
    amazon.sees(&agreement, "Closed").await;
    assert_eq!(amazon.charges(), 0);
}

#[tokio::test]
async fn amazon_down_at_any_call_before_the_attempt_is_a_sentence_and_subscribing_works_later() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("ok");
    for action in ["SetBillingAgreementDetails", "GetBillingAgreementDetails", "ConfirmBillingAgreement"] {
        amazon.will(action, &DOWN);
        let answer = house.press_for(&names, &agreement).await;
        assert!(answer["message"].as_str().is_some_and(|text| text.contains("not answering")), "{action}: {answer}");
        amazon.heal();
    }
    assert_eq!(house.press_for(&names, &agreement).await["ok"], true);
    for action in ["GetBillingAgreementDetails", "ValidateBillingAgreement"] {
        amazon.will(action, &DOWN);
        assert_eq!(house.come_back(&names, "Success").await.status, 503, "{action}");
        amazon.heal();
    }
    assert!(!house.payment(&id).await.is_final());
    assert_eq!(amazon.times("AuthorizeOnBillingAgreement"), 0);
    assert!(house.come_back(&names, "Success").await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn an_answer_that_is_lost_on_the_way_is_asked_for_again_and_charges_once() {
    for action in [
        "SetBillingAgreementDetails",
        "ConfirmBillingAgreement",
        "ValidateBillingAgreement",
        "AuthorizeOnBillingAgreement",
    ] {
        let (house, amazon) = house_with_amazon().await;
        let (names, _) = house.subscribe("sub-1", Recurring::WithPayment).await;
        let agreement = amazon.agree("ok");
        amazon.will(action, &[Fault::Lost]);
        let page = house.finish(&names, &agreement).await;
        house.token_of(page.to(), &agreement).await;
        assert_eq!((amazon.times(action), amazon.charges()), (2, 1), "{action}");
    }
}

#[tokio::test]
async fn a_first_payment_whose_answer_stays_lost_is_found_by_the_janitor() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("ok");
    amazon.will("AuthorizeOnBillingAgreement", &[Fault::Lost, Fault::Dropped]);
    let page = house.finish(&names, &agreement).await;
    assert!(page.text.contains("http-equiv=\"refresh\""), "the buyer waits: {} {}", page.to(), page.text);
    house.advance_ms(PATIENCE_MS);
    let after = house.restarted().await;
    assert_eq!(after.gateway.janitor().run_once().await.settled, 1);
    let page = after.come_back(&names, "Success").await;
    house.token_of(page.to(), &agreement).await;
    assert_eq!(amazon.charges(), 1);
    assert_eq!(house.store.notices(&login(), &id).await.expect("notices").len(), 1);
}

#[tokio::test]
async fn a_buyer_who_leaves_leaves_no_agreement_behind() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let left = amazon.agree("ok");
    assert_eq!(house.press_for(&names, &left).await["ok"], true);
    let back = house.post_form("/pagam/AmazonPay.aspx/cancel", &names, "same-origin").await;
    assert_eq!(house.told(back.to()).verdict, Verdict::Refused(Reason::Abandoned));
    amazon.sees(&left, "Closed").await;
    let (names, id) = house.subscribe("sub-2", Recurring::Only).await;
    let forgotten = amazon.agree("ok");
    assert_eq!(house.press_for(&names, &forgotten).await["ok"], true);
    house.advance_ms(HOUR_MS + 1);
    assert_eq!(house.gateway.janitor().run_once().await.abandoned, 1);
    assert!(matches!(house.payment(&id).await.stage, Stage::Abandoned { .. }));
    amazon.sees(&forgotten, "Closed").await;
}

#[tokio::test]
async fn two_results_at_once_make_one_token_and_at_most_one_charge() {
    for recurring in [Recurring::WithPayment, Recurring::Only] {
        let (house, amazon) = house_with_amazon().await;
        let (names, id) = house.subscribe("sub-1", recurring).await;
        let agreement = amazon.agree("ok");
        assert_eq!(house.press_for(&names, &agreement).await["ok"], true);
        let (one, other) = tokio::join!(house.come_back(&names, "Success"), house.come_back(&names, "Success"));
        for page in [one, other] {
            let is_at_shop = page.to().starts_with("https://shop.example/ok?");
            assert!(is_at_shop || page.text.contains("http-equiv=\"refresh\""), "{} {}", page.to(), page.text);
        }
        house.token_of(house.come_back(&names, "Success").await.to(), &agreement).await;
        assert_eq!(amazon.charges(), usize::from(recurring == Recurring::WithPayment));
        assert_eq!(house.store.notices(&login(), &id).await.expect("notices").len(), 1);
    }
}

#[tokio::test]
async fn of_two_visits_for_one_order_one_subscribes_and_the_other_hears_that_the_number_is_used() {
    let (house, amazon) = house_with_amazon().await;
    let (first, _) = house.subscribe("sub-1", Recurring::Only).await;
    let (second, _) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let (one, other) = (amazon.agree("ok"), amazon.agree("ok"));
    assert_eq!(house.press_for(&second, &other).await["ok"], true);
    assert!(house.finish(&first, &one).await.to().starts_with("https://shop.example/ok?"));
    let page = house.come_back(&second, "Success").await;
    page.says(4801);
    assert!(page.text.contains("has already been used"), "{}", page.text);
    assert_eq!(
        (amazon.charges(), amazon.times("AuthorizeOnBillingAgreement")),
        (0, 0),
        "nothing is charged; AuthorizeOnBillingAgreement is never called"
    );
}

#[tokio::test]
async fn an_agreement_of_another_visit_is_taken_for_no_other_and_stays_as_it_is() {
    let (house, amazon) = house_with_amazon().await;
    let (first, _) = house.subscribe("sub-1", Recurring::Only).await;
    let agreement = amazon.agree("ok");
    assert!(house.finish(&first, &agreement).await.to().starts_with("https://shop.example/ok?"));
    let (second, _) = house.subscribe("sub-2", Recurring::WithPayment).await;
    let answer = house.press_for(&second, &agreement).await;
    assert!(answer["location"].as_str().is_some_and(|to| to.contains("fresh=1")), "{answer}");
    let fresh = house.wallet(&format!("{second}&fresh=1&m=choice-expired"), &amazon.token).await;
    assert_eq!((&kept(&fresh)["id"], &kept(&fresh)["showConsent"]), (&Value::Null, &true.into()));
    let own = amazon.agree("ok");
    assert!(house.finish(&second, &own).await.to().starts_with("https://shop.example/ok?"));
    assert_eq!(amazon.agreement(&agreement).state, "Open", "the first order still charges it");
    assert_eq!(amazon.charges(), 1);
}

#[tokio::test]
async fn who_chooses_anew_is_not_bound_by_the_agreement_before() {
    let (house, amazon) = house_with_amazon().await;
    let (names, id) = house.subscribe("sub-1", Recurring::Only).await;
    let (first, second) = (amazon.agree("ok"), amazon.agree("ok"));
    assert_eq!(house.press_for(&names, &first).await["ok"], true);
    let page = house.finish(&names, &second).await;
    house.token_of(page.to(), &second).await;
    amazon.sees(&first, "Closed").await;
    let agreed = BillingAgreementId::new(second.as_str()).expect("an identifier");
    assert!(matches!(house.payment(&id).await.stage, Stage::Agreed { agreement, .. } if agreement == agreed));
}

#[tokio::test]
async fn the_banks_question_about_an_agreement_must_be_passed() {
    let (house, amazon) = house_with_amazon().await;
    let (names, _) = house.subscribe("sub-1", Recurring::WithPayment).await;
    let agreement = amazon.agree("challenge");
    assert_eq!(house.press_for(&names, &agreement).await["ok"], true);
    assert!(house.come_back(&names, "Success").await.to().contains("m=unfinished"), "a forged address asks nothing");
    let left = house.come_back(&names, "Abandoned").await;
    assert!(left.to().contains("m=unfinished"), "{}", left.to());
    let page = house.wallet(&format!("{names}&m=unfinished"), &amazon.token).await;
    assert_eq!(kept(&page)["id"], agreement.as_str(), "the same agreement again");
    let failed = house.come_back(&names, "Failure").await;
    assert_eq!(house.told(failed.to()).verdict, Verdict::Refused(Reason::AuthenticationFailed));
    assert_eq!(amazon.agreement(&agreement).state, "Draft", "never confirmed, it goes stale by itself");
    assert_eq!(amazon.times("AuthorizeOnBillingAgreement"), 0);
}
