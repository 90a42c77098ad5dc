//! What the shop does when nobody tells it anything.

use pagam_demo_shop::Reconciled;

use crate::World;
use crate::gateway::DETAILS;

#[tokio::test]
async fn a_payment_nobody_told_of_is_found_by_asking() {
    let (world, id) = World::ordered().await;
    world.gateway.report(&format!("{id}-1"), "24.21", Some(DETAILS));
    assert_eq!(world.shop.reconcile_due().await, Reconciled::default(), "the buyer has ten minutes");
    world.pass(10);
    assert_eq!(world.shop.reconcile_due().await, Reconciled { tries: 1, orders: 1, movements: 0 });
    assert_eq!(world.order().await, ("paid".into(), 1), "the report alone pays the order");
    assert_eq!(world.shop.reconcile().await, Reconciled::default(), "nothing is left to ask");
}

#[tokio::test]
async fn a_report_of_another_amount_is_left_alone() {
    let (world, id) = World::ordered().await;
    world.gateway.report(&format!("{id}-1"), "2.42", None);
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("new".into(), 0), "a report of another amount pays nothing");
}

#[tokio::test]
async fn never_paid_stays_new_and_lapses_after_a_day() {
    let (world, _) = World::ordered().await;
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("new".into(), 0), "nobody has paid yet, and the buyer still can");
    world.pass(26 * 60 + 1);
    world.shop.reconcile_due().await;
    assert_eq!(world.order().await, ("refused".into(), 0), "after a day nobody can pay it any more");
    assert_eq!(world.shop.reconcile().await, Reconciled::default());
}

#[tokio::test]
async fn a_try_lapses_a_day_after_the_buyer_was_last_sent_to_pay() {
    let (mut world, id) = World::ordered().await;
    world.pass(24 * 60);
    world.post("/pay", &format!("method=amazonpay&order={id}")).await;
    let sent_as: Vec<_> =
        world.gateway.told().encrypted.iter().map(|asked| asked.shop_transaction_id.clone()).collect();
    assert_eq!(sent_as, vec![Some(format!("{id}-1")); 2]);
    world.pass(24 * 60);
    world.shop.reconcile_due().await;
    assert_eq!(world.order().await, ("new".into(), 0), "the second string can still be paid with");
    world.pass(121);
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("refused".into(), 0), "the second string has lapsed too, and nothing was paid");
}

#[tokio::test]
async fn a_gateway_that_is_down_is_asked_again() {
    let (world, id) = World::ordered().await;
    world.gateway.told().down = true;
    world.shop.reconcile().await;
    assert_eq!(world.order().await, ("new".into(), 0), "a gateway that is down says nothing about the order");
    world.gateway.told().down = false;
    world.gateway.report(&format!("{id}-1"), "24.21", None);
    world.pass(10);
    world.shop.reconcile_due().await;
    assert_eq!(world.order().await, ("paid".into(), 1), "asked again, it tells of the payment");
}

#[tokio::test]
async fn addresses_that_are_not_there_yet_come_later() {
    let (world, id) = World::ordered().await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", wire::Verdict::Ok);
    world.back("ok").await;
    let page = world.get(&format!("/orders/{id}")).await;
    assert!(page.body.contains("on their way") && page.headers.contains_key("refresh"));
    world.gateway.report(&format!("{id}-1"), "24.21", Some(DETAILS));
    world.pass(1);
    world.shop.reconcile_due().await;
    let page = world.get(&format!("/orders/{id}")).await;
    assert!(!page.headers.contains_key("refresh"));
    for line in ["Meininger Strasse 58", "66538 Neunkirchen", "Dingle", "Co. Kerry", "Anna Schmidt", "0682 1"] {
        assert!(page.body.contains(line), "{line} is missing");
    }
}

#[tokio::test]
async fn a_restart_forgets_nothing_and_pays_nothing_twice() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shop-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("shop.db");
    let (world, id) = World::open_at(Some(&path)).await.order_a_gift_card().await;
    drop(world);
    let world = World::open_at(Some(&path)).await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", wire::Verdict::Ok);
    world.notice("ok").await;
    assert_eq!(world.order().await, ("authorized".into(), 1), "an order from before the restart is paid by its notice");
    drop(world);
    let world = World::open_at(Some(&path)).await;
    world.gateway.outcome("ok", &format!("{id}-1"), "24.21", wire::Verdict::Ok);
    world.notice("ok").await;
    assert_eq!(
        world.order().await,
        ("authorized".into(), 1),
        "after the restart the same notice pays it no second time"
    );
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}
