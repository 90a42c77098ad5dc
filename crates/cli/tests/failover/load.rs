//! The load: buyers on the page of the demo shop, and a shop that charges tokens through the proxy,
//! until they are told to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use pagam::{Amount, Charge, Outcome};
use pagam_cli::buyer::{self, Receipt};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior};
use url::Url;

use crate::audit::{Told, Verdict, Way};
use crate::books::Books;
use crate::shops::{ABBONAMENTI, Abbonamenti, BOTTEGA, purchase};

const BUYERS: u32 = 3;
const CALLERS: u32 = 5;
/// Cards that buyers pay with: most work, some are declined, one loses its answer.
const CARDS: &[&str] = &["ok", "ok", "challenge", "ok", "rejected", "ok", "lost", "ok", "invalid", "ok"];
/// The most that one charge takes, in cents.
const CHARGE_MOST: u32 = 60;
/// Nobody asks more often, so that a gateway which refuses at once is not stormed.
const PACE: Duration = Duration::from_millis(250);

/// Everybody who pays.
pub struct Load {
    stop: watch::Sender<bool>,
    people: JoinSet<()>,
}

/// One who pays again and again.
struct Person {
    books: Books,
    stopped: watch::Receiver<bool>,
    pace: Interval,
    number: Arc<AtomicU32>,
}

impl Load {
    pub fn begin(bottega: &Url, abbonamenti: &Abbonamenti, books: &Books) -> Load {
        let (stop, stopped) = watch::channel(false);
        let mut people = JoinSet::new();
        let [orders, charges] = [(); 2].map(|()| Arc::<AtomicU32>::default());
        let person = |number: &Arc<AtomicU32>| {
            let mut pace = tokio::time::interval(PACE);
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            Person { books: books.clone(), stopped: stopped.clone(), pace, number: Arc::clone(number) }
        };
        for _ in 0..BUYERS {
            people.spawn(person(&orders).buys(bottega.clone()));
        }
        for _ in 0..CALLERS {
            people.spawn(person(&charges).charges(abbonamenti.clone()));
        }
        Load { stop, people }
    }

    /// Lets everybody finish what he has begun.
    pub async fn end(self) {
        self.stop.send_replace(true);
        self.people.join_all().await;
    }
}

impl Person {
    /// The number of his next payment; nothing when he is to stop.
    async fn next(&mut self) -> Option<u32> {
        self.pace.tick().await;
        let goes_on = !*self.stopped.borrow();
        goes_on.then(|| self.number.fetch_add(1, Ordering::Relaxed))
    }

    async fn buys(mut self, shop: Url) {
        while let Some(number) = self.next().await {
            let from = self.books.now();
            let card = CARDS[number as usize % CARDS.len()];
            match buyer::buy(&purchase(&shop, &format!("{}.{:02}", 1 + number % 9, number % 100), card)).await {
                Ok(receipt) => self.was_shown(receipt),
                Err(error) => self.books.turned_away(from, &format!("a buyer: {error:#}")),
            }
        }
    }

    /// What the shop showed at the end of the way.
    fn was_shown(&self, receipt: Receipt) {
        let verdict = match receipt.order.status.as_str() {
            "authorized" | "paid" => Verdict::Paid,
            "refused" => Verdict::Refused,
            _ => Verdict::Pending,
        };
        let minor = Amount::parse(&receipt.order.amount, Amount::euro_cents(0).currency()).expect("an amount").minor();
        self.books.told(Told {
            way: Way::Page,
            shop: BOTTEGA,
            ids: receipt.order.transactions,
            verdict,
            minor,
            number: receipt.order.bank_transaction_id,
        });
    }

    async fn charges(mut self, shop: Abbonamenti) {
        while let Some(number) = self.next().await {
            let id = format!("charge-{number}");
            let amount = Amount::euro_cents(1 + number % CHARGE_MOST);
            let token = shop.tokens[number as usize % shop.tokens.len()].clone();
            let charge = Charge::with_token(amount, &id, token).build().expect("a charge");
            if self.charge(&shop, &charge).await {
                continue;
            }
            self.books.uncertain(&id);
            // The same call is the same payment, however it is sent. Half of the callers trust in
            // that, the others wait and ask.
            if number.is_multiple_of(2) {
                self.charge(&shop, &charge).await;
            }
        }
    }

    /// Charges once; whether the caller knows now how it ended.
    async fn charge(&self, shop: &Abbonamenti, charge: &Charge) -> bool {
        let from = self.books.now();
        let (id, minor) = (charge.shop_transaction_id(), charge.amount().minor());
        match shop.client.charge(charge).await {
            Ok(outcome) => self.books.told(answered(outcome, minor)),
            Err(error) => {
                self.books.turned_away(from, &format!("{id}: {error}"));
                if error.is_uncertain() {
                    return false;
                }
                let ids = vec![id.to_owned()];
                // Which says that nothing was charged, and must be true.
                let (verdict, way) = (Verdict::Refused, Way::Call);
                self.books.told(Told { way, shop: ABBONAMENTI, ids, verdict, minor, number: None });
            }
        }
        true
    }
}

fn answered(outcome: Outcome, minor: i64) -> Told {
    Told {
        way: Way::Call,
        shop: ABBONAMENTI,
        ids: vec![outcome.shop_transaction_id],
        verdict: outcome.status.into(),
        minor: outcome.amount.map_or(minor, Amount::minor),
        number: outcome.bank_transaction_id,
    }
}
