//! What was answered is still there after the simulator is opened again.

use std::path::{Path, PathBuf};

use super::bench::{Bench, CLIENT, SCOPE, SELLER, authorize, seed};

pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("pagam-simulator-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[tokio::test]
async fn orders_money_tokens_and_references_survive_a_restart() {
    let folder = Folder::new("restart");
    let file = folder.0.join("simulator.db");
    let before = Bench::with(Some(&file), false).await;
    let id = before.open("ok").await;
    let first = before.authorize(&authorize(&id, "one")).await.expect("authorized");
    let token = before.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    let audited = before.audited(&id).await;
    let after = Bench::with(Some(&file), false).await;
    assert_eq!(after.audited(&id).await, audited);
    assert_eq!(after.authorize(&authorize(&id, "one")).await.expect("the same"), first);
    assert_eq!(after.get("/auth/o2/tokeninfo", &token).await.0, 200);
}

#[tokio::test]
async fn agreements_and_their_charges_survive_a_restart() {
    let folder = Folder::new("agreements");
    let file = folder.0.join("simulator.db");
    let before = Bench::with(Some(&file), false).await;
    let id = before.open_agreement("ok").await;
    let first = before.charge(&id, "one", "24.21").await;
    let audited = before.audited(&id).await;
    let after = Bench::with(Some(&file), false).await;
    assert_eq!(after.audited(&id).await, audited);
    let again = after.charge(&id, "one", "24.21").await;
    assert_eq!(again.text("AmazonAuthorizationId"), first.text("AmazonAuthorizationId"));
    assert_eq!(after.audited(&id).await["charged_minor"], 2421);
}

#[tokio::test]
async fn a_file_from_before_agreements_is_read() {
    let folder = Folder::new("before-agreements");
    let file = folder.0.join("simulator.db");
    let before = Bench::with(Some(&file), false).await;
    let id = before.open("ok").await;
    let first = before.authorize(&authorize(&id, "one")).await.expect("authorized");
    let connection = rusqlite::Connection::open(&file).expect("a file");
    // Members that came with agreements.
    for member in ["agreement_id", "captures_late", "attributes.payment_service_provider", "attributes.categories"] {
        let changed = connection.execute("UPDATE objects SET value = json_remove(value, ?1)", [format!("$.{member}")]);
        changed.expect("written");
    }
    drop(connection);
    let after = Bench::with(Some(&file), false).await;
    assert_eq!(after.authorize(&authorize(&id, "one")).await.expect("the same"), first);
}

#[tokio::test]
async fn a_file_from_before_hand_acts_and_late_outcomes_is_read() {
    let folder = Folder::new("before-hand-acts");
    let file = folder.0.join("simulator.db");
    let before = Bench::with(Some(&file), false).await;
    let id = before.open("ok").await;
    let request = amazon::Authorize { capture_now: true, ..authorize(&id, "one") };
    let capture = before.authorize(&request).await.expect("captured").id_list.remove(0);
    before.world().refund_by_hand(&capture, Some("1.00")).expect("refunded");
    let connection = rusqlite::Connection::open(&file).expect("a file");
    for member in ["payment_domain", "numbered_at", "ended_by_hand", "by_hand", "capture_outcome"] {
        let changed = connection.execute("UPDATE objects SET value = json_remove(value, ?1)", [format!("$.{member}")]);
        changed.expect("written");
    }
    let refused = "UPDATE objects SET value = json_set(value, '$.is_refused', json('false')) WHERE kind = 'refund'";
    assert_eq!(connection.execute(refused, []).expect("written"), 1, "refunds had a member that is gone");
    drop(connection);
    let after = Bench::with(Some(&file), false).await;
    after.advance_ms(30_000);
    let audited = after.audited(&id).await;
    assert_eq!(
        (&audited["captures"][0]["by_hand"], &audited["captures"][0]["refunds"][0]["state"]),
        (&false.into(), &"Completed".into()),
        "an old capture counts as not made by hand, and an old refund is completed"
    );
}

#[tokio::test]
async fn seeding_again_updates_addresses_and_secrets_and_keeps_objects() {
    let bench = Bench::new().await;
    let id = bench.open("ok").await;
    let mut seed = seed();
    let client = seed.seller.sandbox.as_mut().expect("a client");
    client.allowed_origins = vec!["http://127.0.0.1:9999".into()];
    seed.seller.mws_token = "amzn.mws.renewed".into();
    bench.simulator.seed(&seed).expect("seeded");
    assert_eq!(bench.world().client(CLIENT, true).expect("there").origins, ["http://127.0.0.1:9999"]);
    assert_eq!(
        bench.send(bench.raw("GetServiceStatus", &[])).await.refusal(),
        (401, "AccessDenied"),
        "the token from before is no longer taken"
    );
    let renewed = bench.raw("GetServiceStatus", &[]).but("MWSAuthToken", Some("amzn.mws.renewed"));
    assert_eq!(bench.send(renewed).await.status, 200);
    assert!(bench.world().order(&id).expect("read").is_some());
    assert_eq!(bench.world().order_counts()[SELLER], 1);
}

#[tokio::test]
async fn an_address_that_the_buyer_added_stays_when_seeding_again() {
    let bench = Bench::new().await;
    let own = bench.world().addresses("anna");
    let added = bench.world().add_address("anna", own[0].clone()).expect("written");
    assert_eq!(added, "a0003");
    bench.simulator.seed(&seed()).expect("seeded");
    assert_eq!(bench.world().addresses("anna").len(), own.len() + 1);
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_not_touched() {
    let folder = Folder::new("newer");
    let file = folder.0.join("simulator.db");
    let connection = rusqlite::Connection::open(&file).expect("a file");
    connection.pragma_update(None, "user_version", 99).expect("written");
    drop(connection);
    let settings =
        simulator::Settings { public_url: url::Url::parse("http://127.0.0.1/").expect("a URL"), quotas: false };
    let opened = simulator::Simulator::open(Some(&file), settings, std::sync::Arc::new(|| 0), super::bench::dice());
    assert!(matches!(opened.err(), Some(simulator::Error::TooNew { found: 99, known: 1 })));
}

#[tokio::test]
async fn the_background_forgets_old_tokens_and_ends_when_told() {
    let bench = Bench::new().await;
    let token = bench.world().issue_token("marco", CLIENT, true, SCOPE).expect("written");
    bench.advance_ms(3 * 24 * 3_600_000);
    assert_eq!(bench.world().ticket(&token), simulator::Ticket::Expired);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let background = tokio::spawn(bench.simulator.run_background(async { drop(stopped.await) }));
    tokio::time::pause();
    while bench.world().ticket(&token) != simulator::Ticket::Unknown {
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
    }
    drop(stop);
    background.await.expect("it ends");
}
