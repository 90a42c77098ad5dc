//! What shops and buyers do in the storm. Every story is a future that waits for answers and for
//! ticks; many run at once.
//!
//! The shop behaves as merchants are told to: it repeats a call without an answer, word for word,
//! until it has one; it asks when it does not know; it takes an outcome from whatever brings it. In
//! part of the seeds it is naive besides, as most shops are: after a KO it charges the same order
//! again under a new identifier. It can do so safely only because a KO is never said of what is not
//! known.

mod after;
mod charge;
mod clerk;
mod page;

use std::future::Future;
use std::pin::Pin;

use testkit::dice::Dice;
use testkit::seed::amazon_shop;
use url::Url;
use wire::path::{CRYPT_DECRYPT, S2S};

use crate::amazon::Amazon;
use crate::lives::{Answered, Line, Message, Silence};
use crate::shop::{Sale, Shop};
use crate::surroundings::Surroundings;

pub use clerk::read;
pub use testkit::seed::{KEY, SHOP};

/// The currency of all sales: euro.
pub const EURO: &str = "242";
/// The card whose captures are late.
const LATE: &str = "latecapture";
/// After so many ticks without an answer something is wrong.
const PATIENCE: u64 = 600;
/// So many shops of a hundred believe a KO.
const NAIVE_PERCENT: u64 = 60;
/// Identifiers that such a shop spends on one order.
const IDENTIFIERS: u64 = 4;

pub type Story = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One who acts: a buyer with the shop behind, or the shop alone.
pub struct Actor {
    around: Surroundings,
    line: Line,
    amazon: Amazon,
    shop: Shop,
    dice: Dice,
    name: String,
    /// Whether money is taken apart from its authorization.
    is_separated: bool,
    /// Whether the shop believes a KO, and charges the same order again under a new identifier.
    is_naive: bool,
}

/// Draws the stories of a seed.
pub fn draw(around: &Surroundings, line: &Line, amazon: &Amazon, shop: &Shop, is_separated: bool) -> Vec<Story> {
    let mut dice = Dice::new(around.seed, "stories");
    let is_naive = Dice::new(around.seed, "naive").chance(NAIVE_PERCENT);
    let actor = |name: String| Actor {
        dice: Dice::new(around.seed, &name),
        around: around.clone(),
        line: line.clone(),
        amazon: amazon.clone(),
        shop: shop.clone(),
        name,
        is_separated,
        is_naive,
    };
    let mut stories: Vec<Story> = vec![Box::pin(clerk::decrypt_letters(actor("clerk".into())))];
    for number in 0..dice.between(2, 4) {
        let id = format!("{}-{number}", around.seed % 100_000);
        let (name, starts) = (|what: &str| format!("{what}-{number}"), dice.below(12));
        match dice.below(100) {
            0..35 => stories.push(Box::pin(page::buy(actor(name("buyer")), id, starts))),
            35..65 => stories.push(Box::pin(charge::subscribe(actor(name("member")), id, starts))),
            65..85 => stories.push(Box::pin(charge::own_page(actor(name("widgets")), id, starts))),
            85..93 => {
                stories.push(Box::pin(page::buy(actor(name("buyer")), id.clone(), starts)));
                stories.push(Box::pin(page::buy(actor(name("again")), id, starts)));
            }
            _ => {
                stories.push(Box::pin(page::buy(actor(name("buyer")), id.clone(), starts)));
                stories.push(Box::pin(charge::own_page(actor(name("widgets")), id, starts)));
            }
        }
    }
    stories
}

impl Actor {
    fn note(&self, what: impl std::fmt::Display) {
        self.around.diary.note(&self.name, what);
    }

    async fn ticks(&self, ticks: u64) {
        self.around.ticks.pass(ticks).await;
    }

    /// Sends once: the caller may hang up before the answer or at its head, and the call may come twice.
    async fn send(&mut self, message: Message) -> Result<Answered, Silence> {
        let (hangs_up, is_doubled) = (self.around.is_windy() && self.dice.chance(8), self.dice.chance(4));
        let answer = match (hangs_up, self.dice.below(4)) {
            (true, 0) => self.line.send_and_hang_up(message).await,
            (true, patience) => {
                let ticks = self.around.ticks.clone();
                self.line.send_until(message, async move { ticks.pass(patience).await }).await
            }
            (false, _) if is_doubled => futures_util::join!(self.line.send(message.clone()), self.line.send(message)).1,
            (false, _) => self.line.send(message).await,
        };
        self.around.pulse.beat();
        answer
    }

    /// Sends until `read` makes something of the answer. Nothing: patience is over, which is a complaint.
    async fn until<T>(&mut self, message: &Message, read: impl Fn(&Answered) -> Option<T>) -> Option<T> {
        for _ in 0..PATIENCE {
            if let Ok(answered) = self.send(message.clone()).await
                && let Some(read) = read(&answered)
            {
                return Some(read);
            }
            let pause = 1 + self.dice.below(3);
            self.ticks(pause).await;
        }
        let complaint = format!("{} never had an answer from {}", self.name, message.path);
        self.shop.books().complaints.push(complaint);
        None
    }

    async fn soap<T>(&mut self, path: &str, envelope: String, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let is_read = |answered: &Answered| (answered.status == 200).then(|| read(&answered.text)).flatten();
        self.until(&Message::soap(path, envelope), is_read).await
    }

    async fn s2s<T>(&mut self, envelope: String, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.soap(S2S, envelope, read).await
    }

    async fn crypt<T>(&mut self, envelope: String, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.soap(CRYPT_DECRYPT, envelope, read).await
    }

    /// Writes into the books that something is to be paid under this identifier.
    fn sell(&self, id: &str, sale: &Sale) {
        let mut books = self.shop.books();
        let order = if sale.order.is_empty() { id.to_owned() } else { sale.order.clone() };
        let entry =
            books.sales.entry(id.to_owned()).or_insert_with(|| Sale { tries: 0, visits: 0, order, ..sale.clone() });
        entry.tries += sale.tries;
        entry.visits += sale.visits;
    }

    /// How many identifiers the shop spends on an order. One that several buyers pay at once is not for machines.
    fn identifiers(&self, id: &str) -> u64 {
        let is_single = self.shop.books().sales[id].tries == 1;
        if self.is_naive && is_single { IDENTIFIERS } else { 1 }
    }

    /// A new identifier for the order of another.
    fn again(&self, id: &str, number: u64) -> String {
        let sale = self.shop.books().sales[id].clone();
        let again = format!("{}-again{number}", sale.order);
        self.note(format_args!("{id}: refused; {again} for the same order"));
        self.sell(&again, &Sale { is_late: false, ..sale });
        again
    }

    /// A card is chosen for a sale, and with it what the card does.
    fn card_for(&mut self, id: &str, cards: &[&'static str]) -> &'static str {
        let card = self.dice.one_of(cards);
        let mut books = self.shop.books();
        books.sales.get_mut(id).expect("it was written down").is_late |= card == LATE;
        card
    }
}

/// How the shop is set up at the gateway in a seed.
pub fn shop_of(dice: &mut Dice, shop: &Shop, calls_shop: bool) -> store::Shop {
    let capture_now = dice.chance(50);
    let acts = [payments::AutomaticAct::Settle, payments::AutomaticAct::Delete];
    let automatic = dice.chance(40).then(|| (dice.one_of(&acts), dice.one_of(&[1, 2, 3])));
    store::Shop {
        positive_url: shop.url("/ok"),
        negative_url: shop.url("/ko"),
        notice_url: calls_shop.then(|| shop.url("/notice")),
        capture_now,
        automatic,
        decision_minutes: dice.chance(50).then(|| dice.one_of(&[5, 60])),
        ..amazon_shop()
    }
}

/// Where buyers see the gateway; nobody listens there.
pub fn public() -> Url {
    Url::parse("https://pay.example").expect("an address")
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn euros(minor: i64) -> String {
    wire::amount::format(minor, wire::Currency::EUR)
}
