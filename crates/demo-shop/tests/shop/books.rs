//! Books of earlier versions are taken on as they are.

use rusqlite::Connection;

use crate::World;

/// The first step, as the first version laid it out and did not count it.
const FIRST: &str = include_str!("../../src/book/schema/0001_orders.sql");

/// The steps before movements were followed to their end.
const BEFORE_FOLLOWING: [&str; 4] = [
    FIRST,
    include_str!("../../src/book/schema/0002_charges.sql"),
    include_str!("../../src/book/schema/0003_subscriptions.sql"),
    include_str!("../../src/book/schema/0004_counter.sql"),
];

/// A folder of one test, gone with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[tokio::test]
async fn an_order_of_the_first_version_is_still_paid_once() {
    let folder = Folder::new("books");
    let path = folder.0.join("shop.db");
    let old = Connection::open(&path).expect("a book");
    old.execute_batch(FIRST).expect("laid out");
    old.execute_batch(
        "INSERT INTO shop_order (id, session_id, opened_at_ms, amount_minor, status) VALUES ('OLD', 'S', 1, 2421, 'new');
         INSERT INTO payment_try (shop_transaction_id, order_id, number, status, opened_at_ms, ask_at_ms)
         VALUES ('OLD-1', 'OLD', 1, 'open', 1, 1)",
    )
    .expect("an order");
    drop(old);
    for _ in 0..2 {
        let world = World::open_at(Some(&path)).await;
        world.gateway.report("OLD-1", "24.21", None);
        world.shop.reconcile().await;
        assert_eq!(
            world.order().await,
            ("paid".into(), 1),
            "the old order is paid, and a second start pays it no second time"
        );
    }
}

#[tokio::test]
async fn what_an_earlier_version_took_for_done_is_followed_and_a_second_payment_is_raised() {
    let folder = Folder::new("movements");
    let path = folder.0.join("shop.db");
    let old = Connection::open(&path).expect("a book");
    for step in BEFORE_FOLLOWING {
        old.execute_batch(step).expect("laid out");
    }
    old.execute_batch(
        "PRAGMA user_version = 4;
         INSERT INTO shop_order (id, session_id, opened_at_ms, amount_minor, status, paid_count, paid_under)
         VALUES ('OLD', 'S', 1, 2421, 'paid', 1, 'OLD-1');
         INSERT INTO payment_try (shop_transaction_id, order_id, number, status, opened_at_ms)
         VALUES ('OLD-1', 'OLD', 1, 'paid', 1), ('OLD-2', 'OLD', 2, 'paid', 2);
         INSERT INTO movement (name, order_id, kind, amount_minor, refunded_before_minor, status, asked_at_ms)
         VALUES ('c-1', 'OLD', 'settle', 2421, 0, 'done', 3), ('c-2', 'OLD', 'refund', 500, 0, 'done', 4),
                ('c-3', 'OLD', 'refund', 500, 500, 'open', 5)",
    )
    .expect("an order");
    drop(old);
    let world = World::open_at(Some(&path)).await;
    world.gateway.report("OLD-1", "24.21", None);
    world.gateway.moves("OLD-1", wire::read_trx::State::Refunded, "5.00");
    assert!(world.get("/counter").await.body.contains("This order was paid a second time"));
    world.shop.reconcile().await;
    let page = world.get("/orders/OLD").await.body;
    assert_eq!(page.matches("Settle 24.21 EUR: done").count(), 1);
    assert_eq!(page.matches("Refund 5.00 EUR: done").count(), 2, "the second was sent again and made: {page}");
    let one = |operation: &str, name: &str| (operation.to_owned(), name.to_owned(), "5.00".to_owned());
    assert_eq!(world.gateway.told().moved, [one("callRefundS2S", "c-3")], "under its own name");
    assert_eq!(world.order().await, ("paid".into(), 1), "what is refunded only in part stays paid");
}
