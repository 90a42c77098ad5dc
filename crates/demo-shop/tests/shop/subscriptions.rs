//! Subscriptions: permitted once, renewed once a month, by the policy when a month is refused.

use http::StatusCode;
use pagam_demo_shop::Renewed;
use wire::{Code, Verdict};

use crate::World;
use crate::gateway::Charging;

const TOKEN: &str = "7Q2M9X4K1B8V3Z6T";
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// Longer than any month.
const MONTH: i64 = 31 * DAY;

/// A visitor with a subscription that was permitted.
struct Reader {
    world: World,
    /// The subscription's identifier.
    id: String,
    /// The order of its first month.
    first: String,
}

impl Reader {
    async fn subscribed(first: &str) -> Reader {
        let mut world = World::open().await;
        let seen = world.post("/subscribe", &format!("first={first}")).await;
        assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.body);
        let order = world.orders().await[0]["id"].as_str().expect("an id").to_owned();
        world.gateway.outcome_with_token("permitted", &format!("{order}-1"), "9.90", TOKEN);
        world.notice("permitted").await;
        let page = world.get(&format!("/orders/{order}")).await.body;
        let id = page.split("/subscriptions/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
        let id = id.to_owned();
        Reader { world, id, first: order }
    }

    async fn page(&self) -> String {
        self.world.get(&format!("/subscriptions/{}", self.id)).await.body
    }

    fn will(&self, charging: Charging) {
        self.world.gateway.told().charging.push_back(charging);
    }

    async fn after(&self, minutes: i64) -> Renewed {
        self.world.pass(minutes);
        self.world.shop.renew_due().await
    }

    /// The identifiers that were charged by permission, without the subscription's own.
    fn charged(&self) -> Vec<String> {
        let told = self.world.gateway.told();
        let short = |charge: &wire::pagam::Request| {
            assert_eq!(
                (charge.token_value.as_deref(), charge.amount.as_deref()),
                (Some(TOKEN), Some("9.90")),
                "every renewal charges one month on the reader's token"
            );
            let id = charge.shop_transaction_id.clone().expect("an identifier");
            id.strip_prefix(&format!("{}-", self.id)).expect("of this subscription").to_owned()
        };
        told.charged.iter().map(short).collect()
    }

    async fn renew(&mut self, number: i64) -> crate::Seen {
        self.world.post(&format!("/subscriptions/{}/renew", self.id), &format!("number={number}")).await
    }

    async fn cancel(&mut self) {
        self.world.post(&format!("/subscriptions/{}/cancel", self.id), "sure=yes").await;
    }
}

#[tokio::test]
async fn the_first_month_is_paid_with_the_permission_and_further_ones_by_it() {
    let reader = Reader::subscribed("paid").await;
    let asked = reader.world.gateway.told().encrypted[0].clone();
    assert_eq!(asked.amazon_pay_billing_agreement_description.as_deref(), Some("paynowandrecurring"));
    assert_eq!(
        reader.world.order().await,
        ("authorized".into(), 1),
        "the first month is paid together with the permission"
    );
    assert_eq!(reader.after(27 * DAY).await, Renewed::default(), "the month is not over");
    for month in 1..=12 {
        reader.after(MONTH).await;
        assert_eq!(reader.charged().len(), month, "one charge a month");
    }
    assert_eq!(reader.charged()[..2], ["R1-1", "R2-1"], "every month has its own identifier");
    assert!(reader.world.orders().await.iter().all(|order| order["paid_count"] == 1));
}

#[tokio::test]
async fn a_free_month_charges_nothing_until_it_is_over() {
    let reader = Reader::subscribed("free").await;
    let asked = reader.world.gateway.told().encrypted[0].clone();
    assert_eq!(asked.amazon_pay_billing_agreement_description.as_deref(), Some("onlyrecurring"));
    let page = reader.world.get(&format!("/orders/{}", reader.first)).await.body;
    assert!(page.contains("nothing was charged") && page.contains("€\u{a0}0.00"), "{page}");
    assert_eq!(reader.after(DAY).await, Renewed::default());
    reader.after(MONTH).await;
    assert_eq!(reader.charged(), ["R1-1"]);
}

#[tokio::test]
async fn a_free_month_counts_for_nothing_without_a_token() {
    let mut world = World::open().await;
    world.post("/subscribe", "first=free").await;
    let order = world.orders().await[0]["id"].as_str().expect("an id").to_owned();
    world.gateway.report(&format!("{order}-1"), "9.90", None);
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("new".into(), 0), "a report has no token, so nothing is permitted yet");
    world.gateway.outcome_with_token("late", &format!("{order}-1"), "9.90", TOKEN);
    world.notice("late").await;
    assert_eq!(world.order().await, ("permitted".into(), 1), "the notice brings the token, and no money was taken");
}

#[tokio::test]
async fn a_payment_found_by_asking_renews_once_the_notice_has_brought_the_token() {
    let mut world = World::open().await;
    world.post("/subscribe", "first=paid").await;
    let order = world.orders().await[0]["id"].as_str().expect("an id").to_owned();
    world.gateway.report(&format!("{order}-1"), "9.90", None);
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("paid".into(), 1), "the report pays the first month");
    world.pass(MONTH);
    assert_eq!(world.shop.renew_due().await, Renewed::default(), "nobody has permitted anything so far");
    world.gateway.outcome_with_token("late", &format!("{order}-1"), "9.90", TOKEN);
    world.notice("late").await;
    world.pass(MONTH);
    world.shop.renew_due().await;
    assert_eq!(world.gateway.told().charged.len(), 1);
}

#[tokio::test]
async fn subscribe_pressed_twice_is_one_subscription() {
    let mut world = World::open().await;
    for _ in 0..2 {
        world.post("/subscribe", "first=paid").await;
    }
    assert_eq!(world.orders().await.len(), 1);
    let mut reader = Reader::subscribed("paid").await;
    let seen = reader.world.post("/subscribe", "first=free").await;
    assert_eq!(seen.location, format!("/subscriptions/{}", reader.id));
    assert_eq!(reader.world.post("/subscribe", "first=yacht").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn renewals_started_at_once_are_one_charge() {
    let reader = Reader::subscribed("paid").await;
    reader.world.pass(MONTH);
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let shop = reader.world.shop.clone();
        all.spawn(async move { shop.renew_due().await });
    }
    while let Some(done) = all.join_next().await {
        done.expect("no panic");
    }
    assert_eq!(reader.charged(), ["R1-1"]);
}

#[tokio::test]
async fn renew_now_pressed_twice_is_one_month() {
    let mut reader = Reader::subscribed("paid").await;
    reader.renew(1).await;
    reader.renew(1).await;
    assert_eq!(reader.charged(), ["R1-1"]);
    reader.renew(2).await;
    assert_eq!(reader.charged(), ["R1-1", "R2-1"], "the second month was charged only when its button was pressed");
    assert_eq!(reader.after(MONTH).await, Renewed::default(), "two months are paid ahead");
}

#[tokio::test]
async fn months_in_which_the_shop_was_closed_are_not_charged_in_a_row() {
    let reader = Reader::subscribed("paid").await;
    reader.after(5 * MONTH).await;
    for _ in 0..3 {
        reader.after(1).await;
    }
    assert_eq!(reader.charged(), ["R1-1"]);
}

#[tokio::test]
async fn a_lost_answer_is_asked_about_and_is_one_charge() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Lose);
    reader.after(MONTH).await;
    assert!(reader.page().await.contains("This month is being charged"));
    reader.after(10).await;
    assert_eq!(reader.charged(), ["R1-1"]);
    assert!(reader.page().await.contains("The next parcel is charged"));
    assert_eq!(reader.world.orders().await[1]["status"], "paid");
}

#[tokio::test]
async fn a_charge_that_got_lost_is_sent_again_under_the_same_identifier() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Drop);
    reader.will(Charging::Drop);
    for minutes in [MONTH, 10, 10] {
        reader.after(minutes).await;
    }
    assert_eq!(reader.charged(), ["R1-1"; 3]);
    assert_eq!(reader.world.orders().await[1]["paid_count"], 1);
}

#[tokio::test]
async fn while_the_gateway_is_silent_nothing_is_sent_again() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Lose);
    reader.after(MONTH).await;
    reader.world.gateway.told().down = true;
    for _ in 0..10 {
        reader.after(10).await;
        reader.world.shop.reconcile_due().await;
    }
    reader.world.gateway.told().down = false;
    reader.after(10).await;
    assert_eq!(reader.charged(), ["R1-1"]);
    assert_eq!(reader.world.orders().await[1]["paid_count"], 1);
}

#[tokio::test]
async fn a_crash_before_or_after_sending_leads_to_the_same_charge() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("renewals-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for charging in [Charging::Drop, Charging::Lose] {
        let path = folder.join(format!("{charging:?}.db"));
        let mut world = World::open_at(Some(&path)).await;
        world.post("/subscribe", "first=paid").await;
        let order = world.orders().await[0]["id"].as_str().expect("an id").to_owned();
        world.gateway.outcome_with_token("ok", &format!("{order}-1"), "9.90", TOKEN);
        world.notice("ok").await;
        world.gateway.told().charging.push_back(charging);
        world.pass(MONTH);
        world.shop.renew_due().await;
        let (gateway, now) = (world.gateway.clone(), world.now.clone());
        drop(world);
        let world = World::reopened(&path, gateway, now).await;
        world.pass(10);
        world.shop.renew_due().await;
        let ids: Vec<_> = world.gateway.told().charged.iter().map(|c| c.shop_transaction_id.clone()).collect();
        assert!(ids.iter().all(|id| id == &ids[0]), "{ids:?}");
        let paid = world.orders().await.iter().filter(|order| order["paid_count"] == 1).count();
        assert_eq!(world.gateway.told().used.len(), 1, "one charge was made for the second month: {charging:?}");
        assert_eq!(paid, 2, "the first month and the second are paid once each: {charging:?}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[tokio::test]
async fn a_month_that_is_not_decided_waits_for_the_notice() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Wait);
    reader.after(MONTH).await;
    for _ in 0..6 {
        reader.after(HOUR).await;
    }
    assert_eq!(reader.charged(), ["R1-1"]);
    reader.world.gateway.outcome("ok", &format!("{}-R1-1", reader.id), "9.90", Verdict::Ok);
    reader.world.notice("ok").await;
    reader.world.notice("ok").await;
    assert_eq!(reader.world.orders().await[1]["paid_count"], 1);
    assert_eq!(reader.after(DAY).await, Renewed::default());
}

#[tokio::test]
async fn passing_trouble_is_tried_again_soon_under_new_identifiers() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Decline(Code::ISSUER_TECHNICAL));
    reader.will(Charging::Decline(Code::CIRCUIT_UNREACHABLE));
    reader.after(MONTH).await;
    assert_eq!(reader.after(59).await, Renewed::default());
    let page = reader.page().await;
    assert!(page.contains("It is not your card") && !page.contains("declined"), "{page}");
    reader.after(1).await;
    reader.after(6 * HOUR).await;
    assert_eq!(reader.charged(), ["R1-1", "R1-2", "R1-3"], "each try of the month has its own identifier");
    let page = reader.page().await;
    assert!(page.contains("The next parcel is charged") && !page.contains("It is not your card"), "{page}");
}

#[tokio::test]
async fn trouble_at_amazon_in_the_account_or_in_the_gateway_never_counts_and_keeps_the_permission() {
    for code in [Code::BANK_UNAVAILABLE, Code::MERCHANT_CONFIGURATION, Code::SYSTEM] {
        let reader = Reader::subscribed("paid").await;
        for _ in 0..12 {
            reader.will(Charging::Decline(code));
        }
        reader.after(MONTH).await;
        for _ in 0..11 {
            reader.after(DAY).await;
            assert!(reader.page().await.contains("It is not your card"), "{code}");
        }
        assert_eq!(reader.charged().len(), 12, "it is tried once a day");
        assert!(reader.world.gateway.told().ended.is_empty(), "the permission is kept: {code}");
        // Not one of the twelve counts: the card has its three and seven days.
        reader.will(Charging::Decline(Code::AMAZON_METHOD_NOT_ALLOWED));
        reader.after(DAY).await;
        assert!(reader.page().await.contains("Your card was declined"));
        reader.after(3 * DAY).await;
        assert_eq!(reader.charged().len(), 14);
        assert!(reader.page().await.contains("The next parcel is charged"));
    }
}

#[tokio::test]
async fn a_fault_and_a_busy_gateway_are_tried_again_under_the_same_identifier_and_never_count() {
    let reader = Reader::subscribed("paid").await;
    for charging in [Charging::Drop, Charging::Busy(7), Charging::Shut, Charging::Drop] {
        reader.will(charging);
    }
    reader.after(MONTH).await;
    for _ in 0..4 {
        assert!(!reader.page().await.contains("declined"));
        reader.after(10).await;
    }
    assert_eq!(reader.charged(), ["R1-1"; 5]);
    assert_eq!(reader.world.orders().await[1]["paid_count"], 1);
}

#[tokio::test]
async fn a_refusal_ends_no_month_whose_first_request_has_no_answer() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Drop);
    reader.will(Charging::Refuse(Code::SYSTEM));
    reader.after(MONTH).await;
    reader.after(10).await;
    assert_eq!(reader.world.orders().await[1]["status"], "pending", "the first request may still be carried out");
    assert_eq!(reader.after(3).await, Renewed::default(), "it is given time");
    // It was: late, and under the one identifier that there is.
    reader.world.gateway.report(&format!("{}-R1-1", reader.id), "9.90", None);
    reader.after(10).await;
    assert_eq!(reader.charged(), vec!["R1-1".to_owned(); 2], "both requests went under the month's one identifier");
    assert_eq!(reader.world.orders().await[1]["status"], "paid", "the late answer pays the month");
}

#[tokio::test]
async fn a_refusal_counts_once_the_unanswered_request_is_surely_dead() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Drop);
    for _ in 0..4 {
        reader.will(Charging::Refuse(Code::TOKEN_UNKNOWN));
    }
    reader.after(MONTH).await;
    for _ in 0..2 {
        reader.after(10).await;
        assert!(!reader.page().await.contains("ended at Amazon"));
    }
    reader.after(10).await;
    assert!(reader.page().await.contains("ended at Amazon"));
    assert_eq!(reader.charged(), ["R1-1"; 4]);
}

#[tokio::test]
async fn a_subscription_is_cancelled_only_after_a_question() {
    let mut reader = Reader::subscribed("paid").await;
    let path = format!("/subscriptions/{}/cancel", reader.id);
    let question = reader.world.post(&path, "").await;
    assert!(
        question.body.contains("Cancel the subscription?") && question.body.contains("name=\"sure\""),
        "{}",
        question.body
    );
    assert!(!question.body.contains("<script"), "it works without scripts");
    assert!(reader.page().await.contains("The next parcel is charged"), "nothing is cancelled so far");
    assert!(reader.world.gateway.told().ended.is_empty());
    reader.world.post(&path, "sure=yes").await;
    assert!(reader.page().await.contains("Cancelled"));
    assert_eq!(reader.world.gateway.told().ended, [TOKEN]);
}

#[tokio::test]
async fn a_declined_card_is_asked_for_and_tried_after_three_and_seven_days_then_it_stops() {
    let reader = Reader::subscribed("paid").await;
    for _ in 0..3 {
        reader.will(Charging::Decline(Code::AMAZON_METHOD_NOT_ALLOWED));
    }
    reader.after(MONTH).await;
    let page = reader.page().await;
    assert!(page.contains("Your card was declined") && page.contains("http://127.0.0.1:2421/account"), "{page}");
    assert_eq!(reader.after(3 * DAY - 1).await, Renewed::default());
    reader.after(1).await;
    assert_eq!(reader.after(4 * DAY - 1).await, Renewed::default());
    reader.after(1).await;
    assert_eq!(
        reader.charged(),
        ["R1-1", "R1-2", "R1-3"],
        "the card is tried at once, after three days and after seven, each time under a new identifier"
    );
    assert!(reader.page().await.contains("declined again and again"));
    for _ in 0..3 {
        reader.after(MONTH).await;
    }
    assert_eq!(reader.charged().len(), 3);
    assert_eq!(reader.world.gateway.told().ended, [TOKEN], "the permission is given back");
}

#[tokio::test]
async fn a_buyer_with_another_card_is_charged_when_he_says_so() {
    let mut reader = Reader::subscribed("paid").await;
    reader.will(Charging::Decline(Code::AMAZON_METHOD_NOT_ALLOWED));
    reader.after(MONTH).await;
    reader.renew(1).await;
    reader.renew(1).await;
    assert_eq!(reader.charged(), ["R1-1", "R1-2"], "pressed twice, the other card is charged once");
    assert!(reader.page().await.contains("The next parcel is charged"));
    assert_eq!(reader.after(7 * DAY).await, Renewed::default(), "nothing of the trouble is left");
}

#[tokio::test]
async fn a_permission_ended_at_amazon_stops_it_at_once() {
    for code in [Code::TOKEN_UNKNOWN, Code::TOKEN_EXPIRED] {
        let reader = Reader::subscribed("paid").await;
        reader.will(Charging::Refuse(code));
        for _ in 0..4 {
            reader.after(MONTH).await;
        }
        assert_eq!(reader.charged(), ["R1-1"]);
        assert!(reader.page().await.contains("ended at Amazon"));
        assert!(reader.world.gateway.told().ended.is_empty(), "there is nothing to give back");
    }
}

#[tokio::test]
async fn a_limit_leaves_out_one_month_and_says_so() {
    let reader = Reader::subscribed("paid").await;
    reader.will(Charging::Refuse(Code::AMOUNT_TOO_BIG));
    reader.after(MONTH).await;
    assert!(reader.page().await.contains("above the monthly limit"));
    assert_eq!(reader.after(7 * DAY).await, Renewed::default());
    reader.after(MONTH).await;
    assert_eq!(reader.charged(), ["R1-1", "R2-1"], "the month above the limit is left out, and the next one charged");
    assert!(!reader.page().await.contains("above the monthly limit"));
}

#[tokio::test]
async fn a_cancelled_subscription_is_never_charged_and_the_permission_given_back() {
    let mut reader = Reader::subscribed("paid").await;
    reader.world.gateway.told().down = true;
    reader.cancel().await;
    reader.world.gateway.told().down = false;
    assert!(reader.page().await.contains("Cancelled"));
    assert_eq!(reader.after(1).await, Renewed { subscriptions: 0, permissions: 1 });
    assert_eq!(reader.after(2 * MONTH).await, Renewed::default());
    assert_eq!(reader.charged().len(), 0, "nothing is charged after the end");
    assert_eq!(reader.world.gateway.told().ended.clone(), vec![TOKEN.to_owned()], "the permission is given back, once");
}

#[tokio::test]
async fn a_permission_that_is_gone_is_not_asked_for_again() {
    let mut reader = Reader::subscribed("paid").await;
    reader.world.gateway.told().tokens_are_gone = true;
    reader.cancel().await;
    reader.cancel().await;
    assert_eq!(reader.after(MONTH).await, Renewed::default());
    assert_eq!(reader.world.gateway.told().ended.len(), 1);
}

#[tokio::test]
async fn a_cancellation_while_a_month_is_unknown_charges_nothing_more() {
    let mut reader = Reader::subscribed("paid").await;
    reader.will(Charging::Lose);
    reader.after(MONTH).await;
    reader.cancel().await;
    reader.world.pass(10);
    reader.world.shop.reconcile_due().await;
    assert_eq!(reader.world.orders().await[1]["paid_count"], 1, "what was charged is shipped");
    assert_eq!(reader.after(2 * MONTH).await, Renewed::default());
    assert_eq!(reader.charged(), ["R1-1"]);
}

#[tokio::test]
async fn a_second_permission_is_given_back() {
    let reader = Reader::subscribed("paid").await;
    let id = format!("{}-1", reader.first);
    reader.world.gateway.outcome_with_token("again", &id, "9.90", "ANOTHERTOKEN2222");
    reader.world.notice("again").await;
    reader.world.notice("permitted").await;
    reader.after(1).await;
    assert_eq!(reader.world.gateway.told().ended, ["ANOTHERTOKEN2222"]);
    reader.after(MONTH).await;
    assert_eq!(reader.charged(), ["R1-1"]);
}

#[tokio::test]
async fn a_renewal_is_not_for_the_buyer_to_pay() {
    let mut reader = Reader::subscribed("paid").await;
    reader.will(Charging::Decline(Code::AMAZON_METHOD_NOT_ALLOWED));
    reader.after(MONTH).await;
    let order = format!("{}-R1", reader.id);
    assert!(!reader.world.get(&format!("/orders/{order}")).await.body.contains("Pay again"));
    let seen = reader.world.post("/pay", &format!("method=amazonpay&order={order}")).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_sign_up_that_was_refused_is_tried_again_with_amazon_alone() {
    let mut world = World::open().await;
    world.post("/subscribe", "first=paid").await;
    let order = world.orders().await[0]["id"].as_str().expect("an id").to_owned();
    world.gateway.outcome("ko", &format!("{order}-1"), "9.90", Verdict::Ko);
    world.notice("ko").await;
    let page = world.get(&format!("/orders/{order}")).await.body;
    assert!(
        page.contains("value=\"amazonpay\"") && !page.contains("value=\"page\"") && !page.contains("value=\"own\"")
    );
    world.post("/pay", &format!("method=page&order={order}")).await;
    let told = world.gateway.told();
    let asked = told.encrypted.last().expect("asked");
    assert_eq!(asked.amazon_pay_billing_agreement_description.as_deref(), Some("paynowandrecurring"));
    assert_eq!(asked.payment_types, ["AMAZONPAY"]);
}

#[tokio::test]
async fn the_wallet_of_the_agreement_is_shown_when_amazon_has_told_which_it_is() {
    const PARENT: &str = "<OrderReferenceDetails><ParentDetails><Id>C02-1234567-7654321</Id><Type>BillingAgreement</Type>\
        </ParentDetails></OrderReferenceDetails>";
    let reader = Reader::subscribed("paid").await;
    reader.world.gateway.report(&format!("{}-1", reader.first), "9.90", Some(PARENT));
    reader.world.shop.reconcile().await;
    assert!(!reader.page().await.contains("C02-1234567-7654321"), "nothing is to be mended");
    reader.will(Charging::Decline(Code::AMAZON_METHOD_NOT_ALLOWED));
    reader.after(MONTH).await;
    let page = reader.page().await;
    assert!(page.contains("data-agreement=\"C02-1234567-7654321\"") && page.contains("id=\"wallet\""));
}

#[tokio::test]
async fn strangers_see_and_move_nothing() {
    let mut reader = Reader::subscribed("paid").await;
    reader.world.cookie.clear();
    assert!(!reader.page().await.contains("Renew now"));
    assert_eq!(reader.renew(1).await.status, StatusCode::NOT_FOUND);
    reader.cancel().await;
    assert_eq!(reader.charged().len() + reader.world.gateway.told().ended.len(), 0);
    assert!(!reader.world.get("/api/orders").await.body.contains(TOKEN));
}
