//! The stage on which the load is played, and what is done to it.

use std::time::Duration;

use pagam::{Amount, Lookup};
use url::Url;

use crate::aloud::say;
use crate::amazon::Amazon;
use crate::audit::rows;
use crate::audit::{Evidence, Order, Told, Way};
use crate::books::Books;
use crate::cluster::{Cluster, Cut};
use crate::gateways::{Gateways, Place};
use crate::load::Load;
use crate::patience::{until, within};
use crate::scratch::Scratch;
use crate::shops::{ABBONAMENTI, Abbonamenti, COUNTER_PASSWORD, Door, enrol, open_abbonamenti, open_bottega};

/// So many must have paid before, between and after the cuts.
const ENOUGH: usize = 25;
/// A service that comes back later has not come back.
const SERVICE_LIMIT: Duration = Duration::from_secs(120);
/// An attempt that Amazon knows nothing of is given up after a minute, a notice of a gateway that
/// died is tried again after a minute, one that failed twice after five.
const SETTLE_LIMIT: Duration = Duration::from_secs(600);

/// Everything that runs. Ended in the order of the fields.
pub struct Stage {
    gateways: Gateways,
    cluster: Cluster,
    amazon: Amazon,
    abbonamenti: Abbonamenti,
    bottega: Url,
}

impl Stage {
    /// Starts everything.
    pub async fn set(scratch: &Scratch, books: &Books) -> Stage {
        let cluster = Cluster::start(scratch).await;
        let (place, bottega, abbonamenti) = (Place::new(), Door::open().await, Door::open().await);
        enrol(&cluster.address(), &bottega.address, &abbonamenti.address).await;
        let amazon = Amazon::open(&place.url(), &bottega.address).await;
        let gateways = Gateways::start(scratch, place, cluster.address(), &amazon).await;
        let at = bottega.address.clone();
        open_bottega(bottega, &gateways.address);
        let abbonamenti = open_abbonamenti(abbonamenti, &gateways.address).await;
        say(format_args!("{:>6.1} s  everything runs", books.now().as_secs_f64()));
        Stage { gateways, cluster, amazon, abbonamenti, bottega: at }
    }

    /// Lets people pay; when this returns, some have.
    pub async fn begin_load(&self, books: &Books) -> Load {
        let load = Load::begin(&self.bottega, &self.abbonamenti, books);
        until_paid(books).await;
        load
    }

    /// SIGKILL to a gateway, then another one in its place.
    pub async fn cut_a_gateway(&mut self, books: &Books) {
        books.begin_trouble("SIGKILL to a gateway".to_owned());
        self.gateways.kill(0).await;
        until_paid(books).await;
        self.gateways.bring_back(0).await;
        until_paid(books).await;
        books.end_trouble();
    }

    /// SIGKILL to the primary, by turns with its Patroni and without; the cluster is whole again when this returns.
    pub async fn kill_a_primary(&mut self, number: u32, books: &Books) {
        let cut = if number.is_multiple_of(2) { Cut::Node } else { Cut::Server };
        let what = match cut {
            Cut::Node => "SIGKILL to the primary's node",
            Cut::Server => "SIGKILL to the primary's server",
        };
        books.begin_trouble(format!("{what} (number {})", number + 1));
        let killed = self.cluster.kill_primary(cut).await;
        self.cluster.until_led_by_another(&killed).await;
        until_paid(books).await;
        if cut == Cut::Node {
            self.cluster.bring_back(&killed);
        }
        self.cluster.until_whole().await;
        until_paid(books).await;
        books.end_trouble();
    }

    /// A new release: one gateway after the other is replaced.
    pub async fn restart_each_gateway(&mut self, books: &Books) {
        for number in 0..self.gateways.count() {
            books.begin_gentle(format!("gateway {} is drained and replaced", number + 1));
            self.gateways.replace(number).await;
            until_paid(books).await;
            books.end_trouble();
        }
    }

    /// Waits until nothing is open, asked or owed. What is still left after the longest time, the auditor names.
    pub async fn settle(&self, books: &Books) {
        let database = self.cluster.gateway_database().await.expect("the primary takes it");
        let mut said = None;
        within(SETTLE_LIMIT, async || {
            let left = rows::left(&database).await;
            if said != Some(left) {
                say(format_args!("{:>6.1} s  {left}", books.now().as_secs_f64()));
                said = Some(left);
            }
            left.is_nothing().then_some(())
        })
        .await;
    }

    /// What the auditor reads.
    pub async fn evidence(&self, books: &Books) -> Evidence {
        let database = self.cluster.gateway_database().await.expect("the primary takes it");
        let orders = self.bottega.join("/api/orders").expect("an address");
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let asked = http.get(orders).bearer_auth(COUNTER_PASSWORD);
        let orders: Vec<Order> = asked.send().await.expect("orders").json().await.expect("JSON");
        let mut told = books.all_told();
        for id in books.all_uncertain() {
            told.extend(self.asked(&id).await);
        }
        let (payments, notices) = rows::read(&database).await;
        let charges = self.amazon.charges();
        Evidence { charges, payments, notices, orders, told, heard: self.abbonamenti.heard().await }
    }

    /// Ends everything, well.
    pub async fn strike(self) {
        self.gateways.end().await;
        self.cluster.end().await;
    }

    /// What callReadTrxS2S says of a charge that had no answer; nothing when it was never made.
    async fn asked(&self, id: &str) -> Option<Told> {
        let found = self.abbonamenti.client.read_trx(Lookup::ShopTransaction(id)).await.expect("an answer in calm")?;
        Some(Told {
            way: Way::Asked,
            shop: ABBONAMENTI,
            ids: vec![id.to_owned()],
            verdict: found.status.into(),
            minor: found.amount().map_or(0, Amount::minor),
            number: found.bank_transaction_id,
        })
    }
}

/// Waits until some more have paid.
async fn until_paid(books: &Books) {
    let enough = books.paid() + ENOUGH;
    until("people pay", SERVICE_LIMIT, async || (books.paid() >= enough).then_some(())).await;
}
