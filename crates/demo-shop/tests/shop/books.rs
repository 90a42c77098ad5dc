//! Books of earlier versions are taken on as they are.

use rusqlite::Connection;

use crate::World;

/// The first step, as the first version laid it out and did not count it.
const FIRST: &str = include_str!("../../src/book/schema/0001_orders.sql");

#[tokio::test]
async fn an_order_of_the_first_version_is_still_paid_once() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("books-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("shop.db");
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
        assert_eq!(world.order().await, ("paid".into(), 1));
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}
