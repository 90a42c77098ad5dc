//! A buyer without a screen: orders at the demo shop and pays through the real pages, the way a
//! browser would; or allows future payments to a merchant who sends him to the gateway
//! ([`subscribe`]).
//!
//! Used by `pagam pay`, the crash test and the load bench. It knows the pages' forms and nothing of
//! what is behind them.

mod browser;
mod html;
mod subscribe;
mod wallet;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use url::Url;

pub use browser::{Browser, Visit, place};
pub use html::{Choice, Form, Sight};
pub use subscribe::{Subscription, subscribe};

use self::wallet::{Pick, Wallet};
use crate::clock::{Stopwatch, dice};

/// How often the waiting page is asked again, and for how long a buyer waits.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
const LOOKS: usize = 120;

/// What is bought, by whom, with what.
#[derive(Debug, Clone)]
pub struct Purchase {
    /// The demo shop.
    pub shop: Url,
    /// Decimal text, for example `24.21`.
    pub amount: String,
    /// Name of a simulated buyer (`marco`) or a whole e-mail address.
    pub buyer: String,
    /// The buyer's password at the simulator.
    pub password: String,
    /// Value or words of the card to choose.
    pub card: String,
    /// Value or words of the address to choose; the first one when not given.
    pub address: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Receipt {
    /// Whether the shop counts the order as paid.
    pub paid: bool,
    /// The shop's order.
    pub order: Order,
    /// What the payment page, or the shop, said of a refusal; else empty.
    pub said: String,
    /// What happened, in order.
    pub steps: Vec<Step>,
}

/// An order as the demo shop tells it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Order {
    /// The shop's number.
    pub id: String,
    /// Decimal text.
    pub amount: String,
    /// ISO code.
    pub currency: String,
    /// The shop's word: `new`, `pending`, `authorized`, `paid`, `cancelled`, `refunded` or
    /// `refused`.
    pub status: String,
    /// The gateway's number.
    pub bank_transaction_id: Option<String>,
    /// How many times the shop acted on it.
    pub paid_count: u32,
    /// The identifiers under which it was sent to pay, as the gateway knows them.
    #[serde(default)]
    pub transactions: Vec<String>,
}

impl Order {
    /// Whether the shop has the money, or Amazon holds it for the shop.
    #[must_use]
    pub fn is_sold(&self) -> bool {
        matches!(self.status.as_str(), "authorized" | "paid")
    }
}

/// One step of the way.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What was done.
    pub name: &'static str,
    /// Milliseconds that it took.
    pub took_ms: f64,
}

/// A buyer on the way.
struct Walk<'p> {
    purchase: &'p Purchase,
    browser: Browser,
    steps: Vec<Step>,
    watch: Stopwatch,
}

/// Buys once.
///
/// # Errors
/// When a page does not answer or is not what it should be; a refused payment is no error.
pub async fn buy(purchase: &Purchase) -> Result<Receipt> {
    let mut walk = Walk::new(purchase)?;
    let page = walk.order().await?;
    let wallet = walk.sign_in(page).await?;
    let (end, said) = walk.pay(wallet).await?;
    walk.result(end, said).await
}

impl<'p> Walk<'p> {
    fn new(purchase: &'p Purchase) -> Result<Walk<'p>> {
        Ok(Walk { purchase, browser: Browser::new()?, steps: Vec::new(), watch: Stopwatch::start() })
    }

    fn step(&mut self, name: &'static str) {
        let took_ms = (self.watch.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
        self.steps.push(Step { name, took_ms });
        self.watch = Stopwatch::start();
    }

    /// Fills the basket and presses Amazon Pay; the answer sends the buyer to the payment page.
    async fn order(&mut self) -> Result<Visit> {
        let shop = &self.purchase.shop;
        let card = Form { action: "/gift-card".into(), ..Form::default() }.with("amount", &self.purchase.amount);
        let basket = self.browser.submit(shop, &card).await?;
        ensure!(basket.status < 400, "the shop refused the basket: {}", basket.sight().heading);
        self.step("shop: basket");
        let pay = Form { action: "/pay".into(), ..Form::default() }.with("method", "amazonpay");
        let paying = self.browser.submit(shop, &pay).await?;
        ensure!(paying.to.is_some(), "the shop did not send the buyer to pay: {}", said(&paying));
        self.step("shop: order and Encrypt");
        Ok(paying)
    }

    /// Through the payment page to Amazon's sign-in, and back with a token.
    async fn sign_in(&mut self, paying: Visit) -> Result<Visit> {
        let mut page = self.browser.follow(paying, |_| true).await?;
        if page.sight().form("/pagam/method").is_some() {
            let form = page.form("/pagam/method")?.with("method", "AMAZONPAY");
            page = self.browser.submit(&page.url, &form).await?;
            page = self.browser.follow(page, |_| true).await?;
        }
        let door = page.sight().sign_in.with_context(|| format!("not sent to Amazon: {}", said(&page)))?;
        let (door, state) = asking(&Url::parse(&door).context("the address of the sign-in")?)?;
        self.step("gateway: payment page");
        let form = self.browser.get(&door).await?.form("/ap/signin")?;
        let form = form.with("email", &self.email()).with("password", &self.purchase.password);
        let mut at_amazon = self.browser.submit(&door, &form).await?;
        at_amazon = self.browser.follow(at_amazon, |url| url.path().ends_with("/ap/oa")).await?;
        if at_amazon.to.is_none() {
            let consent = at_amazon.form("/ap/consent")?.with("decision", "allow");
            at_amazon = self.browser.submit(&at_amazon.url, &consent).await?;
            at_amazon = self.browser.follow(at_amazon, |url| url.path().ends_with("/ap/oa")).await?;
        }
        let back = at_amazon.to.clone().with_context(|| format!("Amazon kept the buyer: {}", said(&at_amazon)))?;
        self.step("amazon: sign in and consent");
        let wallet = self.arrive(&back, &state).await?;
        self.step("gateway: wallet page");
        Ok(wallet)
    }

    /// What the page's script does with the fragment: keeps the token when it answers what was
    /// asked, goes on to the payment.
    async fn arrive(&mut self, back: &Url, asked: &str) -> Result<Visit> {
        let fragment = back.fragment().or(back.query()).unwrap_or_default();
        let value = |name: &str| {
            form_urlencoded::parse(fragment.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let token = value("access_token").with_context(|| format!("no token in {}", place(back)))?;
        let state = value("state").context("no state came back from Amazon")?;
        ensure!(state == asked, "Amazon answered another sign-in");
        let names = state.rsplit_once('.').map(|(names, _)| names).and_then(|names| names.rsplit_once('.'));
        let (shop, payment) = names.context("the state is not shop.payment.nonce")?;
        let encoded: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
        self.browser.set_cookie("amazon_Login_accessToken", &encoded, back);
        let mut page = back.clone();
        page.set_fragment(None);
        page.query_pairs_mut().clear().append_pair("a", shop).append_pair("p", payment);
        let visit = self.browser.get(&page).await?;
        ensure!(visit.sight().payment.is_some(), "sent away from the wallet page: {}", said(&visit));
        Ok(visit)
    }

    /// Chooses address and card, ticks the consent, presses pay, and comes to an end: the shop, or
    /// a sentence that says why not.
    async fn pay(&mut self, page: Visit) -> Result<(Visit, String)> {
        let mut wallet = Wallet::of(&page)?;
        wallet.begin(&self.browser).await?;
        if wallet.shows_address() {
            let wanted = self.purchase.address.clone().unwrap_or_default();
            wallet.choose(&self.browser, Pick { widget: "address-book", field: "address", wanted: &wanted }).await?;
            self.step("amazon: address");
        }
        let card = self.purchase.card.clone();
        wallet.choose(&self.browser, Pick { widget: "wallet", field: "card", wanted: &card }).await?;
        self.step("amazon: card");
        if wallet.shows_consent() {
            wallet.choose(&self.browser, Pick { widget: "consent", field: "consent", wanted: "true" }).await?;
            self.step("amazon: consent");
        }
        let confirmed = wallet.confirm(&self.browser).await?;
        self.step("gateway: confirm at Amazon");
        match confirmed {
            Some(sentence) => self.give_up(&page, sentence).await,
            None => self.authorize(&wallet).await,
        }
    }

    /// Through Amazon's confirmation back to the gateway, which authorizes; waits as long as its page says so.
    async fn authorize(&mut self, wallet: &Wallet<'_>) -> Result<(Visit, String)> {
        let visit = wallet.confirmation(&self.browser).await?;
        self.step("amazon: confirmation");
        let gateway = wallet.gateway();
        let mut end = self.browser.follow(visit, |url| url.origin() == gateway).await?;
        for _ in 0..LOOKS {
            if end.to.is_some() || !end.sight().refreshes {
                break;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
            end = self.browser.get(&end.url).await?;
            end = self.browser.follow(end, |url| url.origin() == gateway).await?;
        }
        self.step("gateway: authorize");
        if end.to.is_some() {
            return Ok((end, String::new()));
        }
        let sentence = end.sight().alert;
        self.give_up(&end, sentence).await
    }

    /// A declined buyer without another card presses cancel.
    async fn give_up(&mut self, page: &Visit, sentence: String) -> Result<(Visit, String)> {
        let cancel = page.form("/cancel")?;
        let end = self.browser.submit(&page.url, &cancel).await?;
        self.step("gateway: cancelled");
        Ok((end, sentence))
    }

    /// Follows the buyer back into the shop and asks it what it makes of the order.
    async fn result(mut self, end: Visit, sentence: String) -> Result<Receipt> {
        let at_shop = self.browser.follow(end, |_| true).await?;
        self.step("shop: result and Decrypt");
        let id = at_shop.url.path().rsplit_once("/orders/").map(|(_, id)| id.trim_end_matches('/').to_owned());
        let id = id.with_context(|| format!("the shop shows no order: {}", said(&at_shop)))?;
        let told = self.browser.get(&self.purchase.shop.join(&format!("/api/orders/{id}"))?).await?;
        ensure!(told.status == 200, "the shop does not tell its buyer of order {id}: it answered {}", told.status);
        let order: Order = serde_json::from_str(&told.body).context("the shop's order")?;
        let paid = order.is_sold();
        let said = match sentence.is_empty() && !paid {
            true => at_shop.sight().last_event,
            false => sentence,
        };
        Ok(Receipt { paid, order, said, steps: self.steps })
    }

    fn email(&self) -> String {
        match self.purchase.buyer.as_str() {
            "marco" => "marco.rossi@example.it".into(),
            "anna" => "anna.schmidt@example.de".into(),
            other => other.to_owned(),
        }
    }
}

/// What the page's script makes of the address of the sign-in: with a state that is this buyer's alone.
fn asking(door: &Url) -> Result<(Url, String)> {
    let pairs: Vec<(String, String)> = door.query_pairs().into_owned().collect();
    let (_, names) = pairs.iter().find(|(name, _)| name == "state").context("the sign-in has no state")?;
    let mut nonce = [0; 16];
    dice(&mut nonce);
    let state = format!("{names}.{}", HEXLOWER.encode(&nonce));
    let mut asking = door.clone();
    let others = pairs.iter().filter(|(name, _)| name != "state");
    asking.query_pairs_mut().clear().extend_pairs(others).append_pair("state", &state);
    Ok((asking, state))
}

/// What a page says, for messages.
fn said(visit: &Visit) -> String {
    let sight = visit.sight();
    let words = [sight.heading, sight.alert].join(" ");
    format!("{} answered {} {}", place(&visit.url), visit.status, words.trim())
}
