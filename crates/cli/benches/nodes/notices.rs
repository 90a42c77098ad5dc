//! A shop whose address for notices takes the call and never answers: whether the others hear later for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use pagam::{Notice, Recurring};
use pagam_cli::buyer::subscribe;
use pagam_cli::clock::{Stopwatch, now_ms};
use payments::{ShopLogin, ShopTransactionId};

use crate::callers::percentile;
use crate::doors::Door;
use crate::scene::Scene;

const TURN: Duration = Duration::from_secs(8);
const TURNS: usize = 2;
/// Shops that answer, each with a buyer who pays again and again.
const ANSWERING: usize = 7;
/// Takes the place of the one more that answers.
const SILENT: &str = "SILENT";
const CALM: &str = "CALM";
/// For the last notices of a turn.
const PATIENCE: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The notices that shops have heard, and when.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<(String, i64)>>>);

/// By turns without and with the shop that does not answer.
pub async fn measure(scene: &Scene) -> Result<()> {
    let (door, heard) = (Door::open().await?, Heard::default());
    let store = scene.store().await?;
    let answering: Vec<String> = (0..ANSWERING).map(|number| format!("HEARS{number}")).collect();
    for login in answering.iter().map(String::as_str).chain([CALM]) {
        scene.shops.put(&store, login, Some(door.url.join("/heard")?)).await?;
    }
    scene.shops.put(&store, SILENT, Some(door.url.join("/silent")?)).await?;
    let silent = get(|| async { std::future::pending::<()>().await });
    door.serve(Router::new().route("/heard", get(hear)).route("/silent", silent).with_state(heard.clone()));
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        without.extend(turn(scene, &heard, &answering, CALM).await?);
        with.extend(turn(scene, &heard, &answering, SILENT).await?);
    }
    println!("\n{}: notices, from the outcome to the shop", scene.engine.name());
    for (name, took) in [("all shops answer", &mut without), ("an eighth at a shop that hangs", &mut with)] {
        let (half, most) = (percentile(took, 50), percentile(took, 99));
        println!("{name:<30}  p50 {half:>7.1} ms  p99 {most:>7.1} ms  ({} notices)", took.len());
    }
    Ok(())
}

async fn hear(State(heard): State<Heard>, RawQuery(query): RawQuery) -> &'static str {
    heard.all().push((query.unwrap_or_default(), now_ms()));
    "OK"
}

impl Heard {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<(String, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Buyers pay for a while; how long each notice of a shop that answers was on its way.
async fn turn(scene: &Scene, heard: &Heard, answering: &[String], last: &str) -> Result<Vec<Duration>> {
    heard.all().clear();
    let watch = Stopwatch::start();
    let logins = answering.iter().map(String::as_str).chain([last]);
    let buyers = logins.map(|login| {
        let (client, purchase) = (scene.shops.client(login)?, scene.shops.purchase());
        let is_heard = u64::from(login != SILENT);
        anyhow::Ok(tokio::spawn(async move {
            let mut paid = 0;
            while watch.elapsed() < TURN {
                subscribe(&purchase, &client, Recurring::PayNowAndRecurring).await?;
                paid += is_heard;
            }
            anyhow::Ok(paid)
        }))
    });
    let mut paid = 0;
    for buyer in buyers.collect::<Result<Vec<_>>>()? {
        paid += buyer.await??;
    }
    let watch = Stopwatch::start();
    while u64::try_from(heard.all().len())? < paid {
        ensure!(watch.elapsed() < PATIENCE, "notices of {} payments are missing", paid - heard.all().len() as u64);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let all = std::mem::take(&mut *heard.all());
    times(scene, all).await
}

/// From when each outcome was written down to when its shop heard of it.
async fn times(scene: &Scene, heard: Vec<(String, i64)>) -> Result<Vec<Duration>> {
    let store = scene.store().await?;
    let mut first: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (query, at) in heard {
        let notice = Notice::parse(&query)?;
        let outcome = scene.shops.client(&notice.shop)?.outcome_of(&notice).await?;
        first.entry((notice.shop, outcome.shop_transaction_id)).or_insert(at);
    }
    let mut times = Vec::new();
    for ((shop, id), heard_at) in first {
        let shop = ShopLogin::new(shop)?;
        let payment = store.payment_by_transaction(&shop, &ShopTransactionId::new(id)?).await?.context("a payment")?;
        let notices = store.notices(&shop, &payment.id).await?;
        let due_at = notices.first().context("a notice")?.notice.first_due_at.0;
        times.push(Duration::from_millis(u64::try_from(heard_at - due_at).unwrap_or_default()));
    }
    Ok(times)
}
