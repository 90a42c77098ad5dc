//! What only the SQLite engine promises: about its file, its damage, and its one writing thread.

use std::path::PathBuf;

use anyhow::{Context, Result};
use payments::{
    Answer, AttemptId, BankTransactionId, Change, Currency, Funds, Instrument, Language, Money, Order,
    OrderReferenceId, Payment, PaymentId, Reason, Recurring, RefundWish, SellerId, ShopLogin, ShopTransactionId, Stage,
    Terms, UtcMs, Witness,
};
use rusqlite::Connection;
use store::{Author, Error, LEASE_MS, NoticeRound, Shop, Store, VisitsOver};
use tokio::task::JoinSet;

/// A folder of one test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn of(test: &str) -> Result<Folder> {
        let folder = std::env::temp_dir().join(format!("pagam-sqlite-{}-{test}", std::process::id()));
        std::fs::create_dir(&folder)?;
        Ok(Folder(folder))
    }

    fn file(&self) -> PathBuf {
        self.0.join("gateway.db")
    }

    /// A connection that writes past the store, as only damage and strangers do.
    fn stranger(&self) -> Result<Connection> {
        let connection = Connection::open(self.file())?;
        connection.pragma_update(None, "foreign_keys", false)?;
        Ok(connection)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn shop() -> ShopLogin {
    ShopLogin::new("SHOP").expect("an allowed name")
}

fn opening(payment: &str) -> Result<Change> {
    let order = Order {
        shop_transaction_id: ShopTransactionId::new(format!("T-{payment}"))?,
        amount: Money::new(2421, Currency::EUR),
        language: Language::Italian,
        buyer_name: String::new(),
        buyer_email: String::new(),
        custom_info: String::new(),
        recurring: Recurring::No,
    };
    Ok(Payment::open(shop(), PaymentId::new(payment)?, order, UtcMs(10)))
}

fn terms(number: i64) -> Result<Terms> {
    let instrument = Instrument::OrderReference(OrderReferenceId::new("S02-0319513-4657042")?);
    let name = AttemptId::new(format!("ATTEMPT-{number}"))?;
    let seller = SellerId::new(format!("A2SELLER{number}"))?;
    Ok(Terms { name, seller, instrument, capture_now: true, number: BankTransactionId(number), token: None })
}

/// Opened, asked, and refused in the store.
async fn refused(store: &Store, payment: &str, number: i64) -> Result<Payment> {
    let terms = terms(number)?;
    let opened = opening(payment)?;
    store.apply(opened.clone()).await?;
    let confirmed = opened.into_payment().confirm(terms.instrument.clone(), UtcMs(11))?;
    store.apply(confirmed.clone()).await?;
    let asked = confirmed.into_payment().authorize(terms, UtcMs(12))?;
    store.apply(asked.clone()).await?;
    let attempt = asked.payment().attempt_in_flight().context("it was asked")?.id.clone();
    let change =
        asked.into_payment().answered(&attempt, Answer::Declined(Reason::Rejected), Witness::Caller, UtcMs(13))?;
    store.apply(change.clone()).await?;
    Ok(change.into_payment())
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_for_their_owner_only() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::of("mode")?;
    let store = Store::open(&folder.file())?;
    store.put_shop(&Shop::new(shop(), "Secrets within"), &Author::new("marco", "a test"), UtcMs(1)).await?;
    let mut files = 0;
    for file in std::fs::read_dir(&folder.0)? {
        let file = file?;
        assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        files += 1;
    }
    assert!(files >= 2, "the database and its log");
    Ok(())
}

#[test]
fn a_folder_that_is_not_there_is_named() -> Result<()> {
    let folder = Folder::of("absent")?;
    let path = folder.0.join("nowhere").join("gateway.db");
    let refused = Store::open(&path);
    assert!(matches!(&refused, Err(Error::File { path: named, .. }) if *named == path), "{refused:?}");
    Ok(())
}

#[test]
fn a_file_that_is_no_database_is_left_alone() -> Result<()> {
    let folder = Folder::of("foreign")?;
    let letter = "Dear Anna, this is a letter and no database. ".repeat(40);
    std::fs::write(folder.file(), &letter)?;
    assert!(matches!(Store::open(&folder.file()), Err(Error::Database(_))));
    assert_eq!(std::fs::read_to_string(folder.file())?, letter);
    Ok(())
}

#[tokio::test]
async fn a_payment_that_makes_no_sense_is_named_not_missing() -> Result<()> {
    let folder = Folder::of("nonsense")?;
    let store = Store::open(&folder.file())?;
    let stranger = folder.stranger()?;
    let damages = [
        ("stage", "'parked'"),
        ("stage", "'paid'"),
        ("attempt_id", "NULL"),
        ("attempt_id", "'no good id!'"),
        ("authorization_id", "'S02-1'"),
        ("currency", "'euro'"),
        ("amount_minor", "0"),
        ("amount_minor", "'24.21'"),
        ("attempts", "6"),
        ("attempts", "-1"),
        ("version", "0"),
        ("language", "'la'"),
        ("reason", "'whim'"),
        ("capture_now", "2"),
        ("buyer_name", "1.5"),
    ];
    for (number, (damaged, value)) in (1..).zip(damages) {
        let payment = refused(&store, &format!("p{number}"), number).await?;
        let sql = format!("UPDATE payments SET {damaged} = {value} WHERE payment = '{}'", payment.id);
        assert_eq!(stranger.execute(&sql, [])?, 1);
        let read = store.payment(&shop(), &payment.id).await;
        if damaged == "buyer_name" {
            assert!(read.is_ok(), "a TEXT column keeps a number as its text");
            continue;
        }
        let Err(Error::Nonsense { table, column, key }) = read else { panic!("{damaged} = {value}: {read:?}") };
        assert_eq!(
            (table, column, key),
            ("payments", damaged, format!("SHOP/p{number}")),
            "the error names the damaged table, column and row: {value}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn other_rows_that_make_no_sense_are_named() -> Result<()> {
    let folder = Folder::of("others")?;
    let store = Store::open(&folder.file())?;
    let stranger = folder.stranger()?;
    let payment = refused(&store, "p1", 1).await?;
    store.put_shop(&Shop::new(shop(), "Shop"), &Author::new("marco", "a test"), UtcMs(1)).await?;
    stranger.execute_batch(
        "UPDATE payment_events SET kind = 'sneezed' WHERE version = 2;
         UPDATE notices SET outcome = '{}';
         UPDATE shops SET addresses = 'anywhere';
         INSERT INTO seal_keys (seal_key, secret, created_at) VALUES (256, '00', 1);",
    )?;
    let named = |error: Option<Error>| error.map(|error| error.to_string()).unwrap_or_default();
    let events = named(store.events(&shop(), &payment.id).await.err());
    assert_eq!(events, "table payment_events, row SHOP/p1/2: column kind makes no sense");
    let notices = named(store.notices(&shop(), &payment.id).await.err());
    assert_eq!(notices, "table notices, row SHOP/p1/4: column outcome makes no sense");
    let settings = named(store.shop(&shop()).await.err());
    assert_eq!(settings, "table shops, row SHOP: column addresses makes no sense");
    let keys = named(store.seal_keys().await.err());
    assert_eq!(keys, "table seal_keys, row 256: column seal_key makes no sense");
    Ok(())
}

#[tokio::test]
async fn damage_of_one_payment_does_not_stop_the_work_on_others() -> Result<()> {
    let folder = Folder::of("work")?;
    let store = Store::open(&folder.file())?;
    for payment in ["p1", "p2"] {
        store.apply(opening(payment)?).await?;
    }
    refused(&store, "p3", 1).await?;
    refused(&store, "p4", 2).await?;
    folder.stranger()?.execute_batch(
        "UPDATE payments SET language = 'la' WHERE payment = 'p1';
         UPDATE notices SET outcome = 'x' WHERE payment = 'p3';",
    )?;
    let open: Vec<_> = store
        .visits_over(VisitsOver::by(UtcMs(99)), UtcMs(99), 10)
        .await?
        .into_iter()
        .map(|payment| payment.id)
        .collect();
    assert_eq!(open, [PaymentId::new("p2")?]);
    let round = NoticeRound { now: UtcMs(99), until: UtcMs(199), latest: UtcMs(999), per_shop: 4, limit: 10 };
    let due = store.lease_notices(&round).await?;
    assert_eq!(due.into_iter().map(|notice| notice.payment).collect::<Vec<_>>(), [PaymentId::new("p4")?]);
    Ok(())
}

/// While another process writes, changes queue up; then they are committed together, not one by one.
#[tokio::test]
async fn many_changes_wait_for_the_disk_once() -> Result<()> {
    let folder = Folder::of("group")?;
    let store = Store::open(&folder.file())?;
    let stranger = folder.stranger()?;
    stranger.execute_batch("BEGIN IMMEDIATE")?;
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let (store, change) = (store.clone(), opening(&format!("p{number}"))?);
        tasks.spawn(async move { store.apply(change).await });
    }
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.commits(), 0);
    stranger.execute_batch("COMMIT")?;
    for answer in tasks.join_all().await {
        answer?;
    }
    assert!((1..=2).contains(&store.commits()), "{} commits", store.commits());
    assert_eq!(store.visits_over(VisitsOver::by(UtcMs(99)), UtcMs(99), 1000).await?.len(), 100);
    Ok(())
}

/// A database error inside one change (here a number that was given twice) fails that change alone.
#[tokio::test]
async fn a_database_error_fails_its_change_alone() -> Result<()> {
    let folder = Folder::of("alone")?;
    let store = Store::open(&folder.file())?;
    refused(&store, "p0", 7).await?;
    let stranger = folder.stranger()?;
    let mut changes = vec![opening("p1")?];
    let terms = terms(7)?;
    let twice = opening("p2")?;
    store.apply(twice.clone()).await?;
    let twice = twice.into_payment().confirm(terms.instrument.clone(), UtcMs(11))?;
    store.apply(twice.clone()).await?;
    changes.push(twice.into_payment().authorize(terms, UtcMs(12))?);
    changes.push(opening("p3")?);
    stranger.execute_batch("BEGIN IMMEDIATE")?;
    let mut tasks = JoinSet::new();
    for change in changes {
        let store = store.clone();
        let name = change.payment().id.to_string();
        tasks.spawn(async move { (name, store.apply(change).await.is_ok()) });
    }
    tokio::task::yield_now().await;
    stranger.execute_batch("COMMIT")?;
    let mut answers = tasks.join_all().await;
    answers.sort();
    let expected = [("p1", true), ("p2", false), ("p3", true)].map(|(name, ok)| (name.to_owned(), ok));
    assert_eq!(answers, expected);
    assert_eq!(store.visits_over(VisitsOver::by(UtcMs(99)), UtcMs(99), 10).await?.len(), 3, "p2 is open as before");
    Ok(())
}

/// A database of the release before captures and refunds: paid payments are carried over with their money in its place.
#[tokio::test]
async fn an_older_database_is_brought_up_to_date() -> Result<()> {
    let folder = Folder::of("older")?;
    let older = Connection::open(folder.file())?;
    older.execute_batch(
        "CREATE TABLE migrations (version BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (version))",
    )?;
    for (version, sql) in (1..).zip([
        include_str!("../migrations/0001_payments.sql"),
        include_str!("../migrations/0002_notices.sql"),
        include_str!("../migrations/0003_shops.sql"),
    ]) {
        older.execute_batch(sql)?;
        older.execute("INSERT INTO migrations VALUES (?1, 'older')", [version])?;
    }
    let mut insert = older.prepare(
        "INSERT INTO payments VALUES ('SHOP', ?1, 4, 'T-' || ?1, 2421, 'EUR', 'it', '', '', '', ?2, 1, ?3, \
         'S02-0319513-4657042', 'T-' || ?1, TRUE, 30, ?4, ?5, ?6, NULL, 10, 31)",
    )?;
    let id = "S02-0319513-4657042-A063411";
    insert.execute(("captured", 1, "paid", id, true, 77))?;
    insert.execute(("held", 2, "paid", id, false, 77))?;
    insert.execute(("asked", 3, "authorizing", None::<&str>, None::<bool>, None::<i64>))?;
    drop(insert);
    let open = "INSERT INTO payments (shop, payment, version, shop_transaction_id, amount_minor, currency, language, \
        buyer_name, buyer_email, custom_info, attempts, stage, order_reference, opened_at, changed_at) \
        VALUES ('SHOP', ?1, 2, 'T-' || ?1, 2421, 'EUR', 'it', '', '', '', 0, ?2, ?3, 10, 31)";
    older.execute(open, ("opened", "open", None::<&str>))?;
    older.execute(open, ("over", "abandoned", None::<&str>))?;
    drop(older);

    let store = Store::open(&folder.file())?;
    let payment = async |name: &str| store.payment(&shop(), &PaymentId::new(name)?).await?.context("it is there");
    let captured = payment("captured").await?;
    let Stage::Paid { funds: Funds::Settled { capture, settled_at, refunds, .. }, .. } = &captured.stage else {
        panic!("{captured:?}")
    };
    assert_eq!(
        (capture.amount, *settled_at, refunds.len()),
        (captured.order.amount, UtcMs(77), 0),
        "all of it is captured at the old row's time, and nothing is refunded"
    );
    let held = payment("held").await?;
    assert!(matches!(held.stage, Stage::Paid { funds: Funds::Held { captures: 0, automatic: None }, .. }), "{held:?}");
    assert_eq!(store.unresolved_due(UtcMs(30 + LEASE_MS), 10).await?, [payment("asked").await?]);
    store
        .apply(captured.refund(
            RefundWish { amount: Money::new(2421, Currency::EUR), settlement: None, despite_chargeback: false },
            UtcMs(99),
        )?)
        .await?;
    // Until then the look at a link began a visit, and the shop was told of its end.
    assert_eq!(
        [payment("opened").await?.begun_at, payment("over").await?.begun_at],
        [Some(UtcMs(10)); 2],
        "old visits count as begun when they were opened"
    );
    assert_eq!(held.begun_at, None);
    // A program of before, beside this one, does not say when a buyer began.
    folder.stranger()?.execute(open, ("beside", "open", Some("S02-0319513-4657042")))?;
    assert_eq!(payment("beside").await?.begun_at, Some(UtcMs(10)));
    Ok(())
}
