//! Paying on the shop's own page: one charge, whatever is pressed, lost or refused.

use http::StatusCode;
use http::header::CONTENT_SECURITY_POLICY;
use pagam_demo_shop::Reconciled;
use wire::{Code, Verdict};

use crate::World;
use crate::gateway::{Charging, DETAILS};

const REFERENCE: &str = "S02-1234567-7654321";
const OTHER: &str = "S02-7654321-1234567";

impl World {
    async fn charge(&mut self, id: &str, reference: &str) -> crate::Seen {
        self.post(&format!("/orders/{id}/charge"), &format!("order_reference={reference}")).await
    }

    /// Identifier and order reference of each charge, in order.
    fn charged(&self) -> Vec<(String, String)> {
        let told = self.gateway.told();
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        told.charged.iter().map(|charge| (text(&charge.shop_transaction_id), text(&charge.trans_key))).collect()
    }
}

fn sent(id: &str, number: u8, reference: &str) -> (String, String) {
    (format!("{id}-{number}"), reference.to_owned())
}

#[tokio::test]
async fn the_page_lets_in_amazons_script_and_nothing_inline() {
    let (world, id) = World::ordered_here().await;
    let seen = world.get(&format!("/orders/{id}/pay")).await;
    let policy = seen.headers[CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("script-src 'self' http://127.0.0.1:2421;"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for part in ["data-seller=\"A1SELLER\"", "data-client=\"amzn1.client\"", "data-address-book", "/assets/widgets.js"]
    {
        assert!(seen.body.contains(part), "{part} is missing");
    }
    for inline in ["<script>", "<style", " style=", " onclick=", "javascript:"] {
        assert!(!seen.body.contains(inline), "{inline}");
    }
    let arriving = world.get("/amazon-pay").await;
    assert!(arriving.headers[CONTENT_SECURITY_POLICY].to_str().expect("text").contains("script-src 'self';"));
    assert!(arriving.body.contains("/assets/arriving.js"));
}

#[tokio::test]
async fn without_an_account_at_amazon_the_shop_has_no_such_page() {
    let mut world = World::without_amazon().await;
    world.post("/gift-card", "amount=24.21").await;
    assert!(!world.get("/checkout").await.body.contains("value=\"own\""));
    let id = world.post("/pay", "method=own").await.location.split('/').nth(2).expect("an order").to_owned();
    assert_eq!(world.get(&format!("/orders/{id}/pay")).await.location, format!("/orders/{id}"));
    assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}"));
    assert_eq!(world.order().await, ("new".into(), 0), "without an account at Amazon nothing was paid");
}

#[tokio::test]
async fn a_charge_pays_and_brings_the_addresses() {
    let (mut world, id) = World::ordered_here().await;
    let seen = world.charge(&id, REFERENCE).await;
    assert_eq!(
        (seen.status, seen.location),
        (StatusCode::SEE_OTHER, format!("/orders/{id}")),
        "the buyer is sent on to the order"
    );
    assert_eq!(world.charged(), [sent(&id, 1, REFERENCE)]);
    assert_eq!(world.order().await, ("paid".into(), 1), "the charge pays the order at once");
    world.gateway.report(&format!("{id}-1"), "24.21", Some(DETAILS));
    world.pass(1);
    assert!(world.get(&format!("/orders/{id}")).await.body.contains("Anna Schmidt"));
    assert!(world.get("/basket").await.body.contains("There is nothing in it yet"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_presses_at_once_are_one_charge() {
    let (world, id) = World::ordered_here().await;
    let mut all = tokio::task::JoinSet::new();
    for n in 0..12 {
        let reference = if n % 2 == 0 { REFERENCE } else { OTHER };
        let (path, form) = (format!("/orders/{id}/charge"), format!("order_reference={reference}"));
        let (router, cookie) = (world.router.clone(), world.cookie.clone());
        all.spawn(async move { crate::post_as(router, &cookie, &path, form).await });
    }
    while let Some(seen) = all.join_next().await {
        assert_eq!(seen.expect("no panic"), StatusCode::SEE_OTHER);
    }
    assert_eq!(world.charged().len(), 1);
    assert_eq!(world.order().await, ("paid".into(), 1), "however often the button is pressed, the order is paid once");
}

#[tokio::test]
async fn a_soft_decline_shows_the_wallet_and_is_charged_under_another_identifier() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Decline(Code::AMAZON_METHOD_NOT_ALLOWED));
    let seen = world.charge(&id, REFERENCE).await;
    assert_eq!(seen.location, format!("/orders/{id}/pay"));
    for _ in 0..2 {
        let page = world.get(&format!("/orders/{id}/pay")).await.body;
        assert!(
            page.contains("That card was declined") && page.contains(&format!("data-order-reference=\"{REFERENCE}\""))
        );
        assert!(!page.contains("id=\"address-book\""), "the address stands");
    }
    world.charge(&id, REFERENCE).await;
    assert_eq!(
        world.charged(),
        [sent(&id, 1, REFERENCE), sent(&id, 2, REFERENCE)],
        "the second card is charged on the same order reference, under a new identifier"
    );
    assert_eq!(world.order().await, ("paid".into(), 1), "the second card pays the order");
}

#[tokio::test]
async fn what_is_missing_is_asked_for_where_it_is_chosen() {
    for (code, said, has_address_book, keeps) in [
        (Code::AMAZON_PLAN_NOT_SET, "Please choose how to pay", false, true),
        (Code::AMAZON_ADDRESS_NOT_SET, "Please choose where we should ship to", true, true),
        (Code::ALREADY_PROCESSED, "Amazon no longer knows what you chose", true, false),
    ] {
        let (mut world, id) = World::ordered_here().await;
        world.gateway.told().charging.push_back(Charging::Refuse(code));
        assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}/pay"));
        let page = world.get(&format!("/orders/{id}/pay")).await.body;
        assert!(page.contains(said), "{code}");
        assert_eq!(page.contains("id=\"address-book\""), has_address_book, "{code}");
        assert_eq!(page.contains(REFERENCE), keeps, "{code}");
        world.charge(&id, OTHER).await;
        assert_eq!(
            world.charged(),
            [sent(&id, 1, REFERENCE), sent(&id, 2, OTHER)],
            "what was chosen anew is charged under a new identifier"
        );
        assert_eq!(world.order().await, ("paid".into(), 1), "what was missing is chosen, and the order is paid");
    }
}

#[tokio::test]
async fn a_refusal_that_nothing_mends_is_the_orders() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Decline(Code::DENIED));
    assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}"));
    assert_eq!(
        world.order().await,
        ("refused".into(), 0),
        "a final refusal ends the order's try, and nothing was paid"
    );
    let page = world.get(&format!("/orders/{id}/pay")).await.body;
    assert!(page.contains("Amazon did not take that payment") && !page.contains(REFERENCE));
}

#[tokio::test]
async fn a_lost_answer_of_a_paid_charge_is_found_at_once() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Lose);
    assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}"));
    assert_eq!(world.order().await, ("paid".into(), 1), "the lost answer is read at once, and the order is paid");
    assert_eq!(world.charged().len(), 1, "one charge was sent");
}

#[tokio::test]
async fn an_uncertain_charge_is_asked_about_and_never_made_again_before_it_is_known() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Drop);
    world.charge(&id, REFERENCE).await;
    assert_eq!(world.order().await, ("pending".into(), 0), "without an answer the charge is pending, not refused");
    for reference in [REFERENCE, OTHER] {
        assert_eq!(world.charge(&id, reference).await.location, format!("/orders/{id}"));
    }
    assert_eq!(world.get(&format!("/orders/{id}/pay")).await.location, format!("/orders/{id}"));
    assert_eq!(world.charged().len(), 1, "nobody knows what became of the first");
    // It arrived late, and was paid: the next look finds it.
    world.gateway.report(&format!("{id}-1"), "24.21", None);
    world.pass(2);
    world.get(&format!("/orders/{id}")).await;
    assert_eq!(world.order().await, ("paid".into(), 1), "the late charge pays the order once");
    assert_eq!(world.charged().len(), 1, "no other charge was sent");
}

#[tokio::test]
async fn an_uncertain_charge_that_never_arrived_is_made_again_under_the_same_identifier() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Drop);
    world.charge(&id, REFERENCE).await;
    world.pass(29);
    world.shop.reconcile_due().await;
    assert_eq!(world.order().await, ("pending".into(), 0), "it is too early to say that the charge never arrived");
    world.pass(2);
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("new".into(), 0), "the charge never arrived, so the order may be paid anew");
    assert_eq!(world.shop.reconcile().await, Reconciled::default(), "nothing is left to ask");
    world.charge(&id, REFERENCE).await;
    assert_eq!(
        world.charged(),
        [sent(&id, 1, REFERENCE), sent(&id, 1, REFERENCE)],
        "what never arrived is charged again under the same identifier"
    );
    assert_eq!(world.order().await, ("paid".into(), 1), "the charge is made again, and pays the order");
}

#[tokio::test]
async fn an_identifier_that_was_used_is_read_and_not_replaced() {
    for code in [Code::TRANSACTION_INVALID, Code::AMOUNT_CHANGED] {
        let (mut world, id) = World::ordered_here().await;
        world.gateway.told().charging.push_back(Charging::Refuse(code));
        assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}"));
        assert_eq!(
            world.order().await,
            ("pending".into(), 0),
            "an identifier that was used may have been paid, so the order waits: {code}"
        );
        world.charge(&id, OTHER).await;
        assert_eq!(world.charged(), [sent(&id, 1, REFERENCE)]);
        world.gateway.report(&format!("{id}-1"), "24.21", None);
        world.pass(2);
        world.shop.reconcile_due().await;
        assert_eq!(world.order().await, ("paid".into(), 1), "the payment under the used identifier is found");
        assert_eq!(world.charged().len(), 1, "no other charge was sent");
    }
}

#[tokio::test]
async fn a_notice_of_a_refusal_ends_no_charge_that_has_no_answer() {
    let (mut world, id) = World::ordered().await;
    world.gateway.told().charging.push_back(Charging::Drop);
    world.charge(&id, REFERENCE).await;
    // On the gateway's page, in another tab, the buyer has left.
    world.gateway.outcome("ko", &format!("{id}-1"), "24.21", Verdict::Ko);
    assert_eq!(world.notice("ko").await.status, StatusCode::OK);
    assert_eq!(world.order().await, ("pending".into(), 0), "the charge may still be made, whatever the notice says");
    world.post("/pay", &format!("method=amazonpay&order={id}")).await;
    world.charge(&id, OTHER).await;
    assert_eq!(world.charged(), [sent(&id, 1, REFERENCE)]);
    // The charge was made after all.
    world.gateway.report(&format!("{id}-1"), "24.21", None);
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("paid".into(), 1), "the late charge pays the order once");
    assert_eq!(world.orders().await[0]["transactions"], serde_json::json!([format!("{id}-1")]));
}

#[tokio::test]
async fn trouble_that_is_not_the_buyers_blames_no_card_and_offers_the_same_again() {
    for code in [Code::BANK_UNAVAILABLE, Code::MERCHANT_CONFIGURATION, Code::SYSTEM] {
        let (mut world, id) = World::ordered_here().await;
        world.gateway.told().charging.push_back(Charging::Decline(code));
        assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}/pay"), "{code}");
        for path in [format!("/orders/{id}/pay"), format!("/orders/{id}")] {
            let page = world.get(&path).await.body;
            assert!(page.contains("It is not your card, and nothing was charged. Please try again later."), "{page}");
            assert!(!page.contains("declined") && !page.contains("choose again"), "{path} blames the card: {code}");
        }
        assert!(world.get(&format!("/orders/{id}/pay")).await.body.contains(REFERENCE), "what was chosen stands");
        world.charge(&id, REFERENCE).await;
        assert_eq!(world.order().await, ("paid".into(), 1), "the same card pays the order once the trouble is over");
    }
}

#[tokio::test]
async fn a_busy_gateway_has_charged_nothing_and_the_identifier_is_still_good() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Busy(7));
    let seen = world.charge(&id, REFERENCE).await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(seen.body.contains("It is not your card"), "{}", seen.body);
    assert_eq!(world.order().await, ("new".into(), 0), "a busy gateway has charged nothing, so nothing is pending");
    world.charge(&id, REFERENCE).await;
    assert_eq!(
        world.charged(),
        [sent(&id, 1, REFERENCE), sent(&id, 1, REFERENCE)],
        "nothing was charged, so the same identifier serves again"
    );
    assert_eq!(world.order().await, ("paid".into(), 1), "the next press pays the order");
}

#[tokio::test]
async fn an_account_that_amazon_refuses_needs_attention() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Decline(Code::MERCHANT_CONFIGURATION));
    world.charge(&id, REFERENCE).await;
    let waiting = world.get("/counter").await.body;
    assert!(
        waiting.contains("Amazon refuses the shop&#39;s account") && waiting.contains(&format!("{id}-1")),
        "{waiting}"
    );
}

#[tokio::test]
async fn a_charge_that_was_not_let_in_keeps_its_identifier() {
    let (mut world, id) = World::ordered_here().await;
    world.gateway.told().charging.push_back(Charging::Shut);
    let seen = world.charge(&id, REFERENCE).await;
    assert!(seen.status == StatusCode::BAD_GATEWAY && seen.body.contains("nothing was charged"), "{}", seen.body);
    assert_eq!(world.order().await, ("new".into(), 0), "a charge that was not let in is not pending");
    world.charge(&id, REFERENCE).await;
    assert_eq!(
        world.charged(),
        [sent(&id, 1, REFERENCE), sent(&id, 1, REFERENCE)],
        "nothing was let in, so the same identifier serves again"
    );
    assert_eq!(world.order().await, ("paid".into(), 1), "the next press pays the order");
}

#[tokio::test]
async fn a_buyer_who_is_on_the_gateways_page_too_pays_under_one_identifier() {
    let (mut world, id) = World::ordered().await;
    world.gateway.told().charging.push_back(Charging::Refuse(Code::AMAZON_PLAN_NOT_SET));
    assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}/pay"));
    // The gateway's page is still open in another tab; the refusal tried nothing and ends nothing.
    assert_eq!(world.order().await, ("new".into(), 0), "the refusal tried nothing, and the order can still be paid");
    world.charge(&id, REFERENCE).await;
    assert_eq!(
        world.charged(),
        [sent(&id, 1, REFERENCE), sent(&id, 1, REFERENCE)],
        "the refusal tried nothing, so the same identifier serves again"
    );
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", Verdict::Ok);
    world.notice("ok").await;
    assert_eq!(world.order().await, ("paid".into(), 1), "charge and notice have one identifier, and pay it once");
}

#[tokio::test]
async fn a_payment_on_the_gateways_page_that_nobody_told_of_is_found_before_charging() {
    let (mut world, id) = World::ordered().await;
    world.gateway.report(&format!("{id}-1"), "24.21", None);
    assert_eq!(world.charge(&id, REFERENCE).await.location, format!("/orders/{id}"));
    assert_eq!(world.order().await, ("paid".into(), 1), "the payment on the gateway's page is found and counts once");
    assert_eq!(world.charged().len(), 0, "nothing was charged on top of it");
}

#[tokio::test]
async fn strangers_and_forged_references_charge_nothing() {
    let (mut world, id) = World::ordered_here().await;
    for reference in ["", "S02 1", "S02-1234567-7654321-and-more", "%3Cscript%3E"] {
        world.charge(&id, reference).await;
    }
    world.cookie.clear();
    assert_eq!(world.charge(&id, REFERENCE).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.get(&format!("/orders/{id}/pay")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.charged(), []);
}
