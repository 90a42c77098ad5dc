//! A buyer on the payment page: presses pay, reloads, tries another card, gives up, walks away, has two tabs.

use serde_json::Value;
use wire::encrypt::{Recurring, Request, Response};
use wire::{Code, Verdict};

use super::{Actor, EURO, KEY, SHOP, euros, some};
use crate::lives::{Answered, Message, Silence};
use crate::shop::Sale;

/// How often a buyer tries before he gives up.
const TRIES: u32 = 6;
/// How often he reloads a page that is no use.
const RELOADS: u32 = 40;
/// How long the shop waits for what becomes of a visit.
const WAITS: u32 = 20;

const CARDS: [&str; 12] =
    ["ok", "ok", "ok", "ok", "ok", "ok", super::LATE, "invalid", "rejected", "timeout", "review", "reviewdeclined"];

/// Where a press of pay, or the way back, has led.
enum Led {
    /// To the shop: it is over.
    ToShop,
    /// To the wallet: try again.
    ToWallet,
    /// To a page that says to wait.
    Waits,
    /// Nowhere.
    Nowhere,
}

/// Buys, and whatever comes after it.
pub async fn buy(mut actor: Actor, mut id: String, starts: u64) {
    actor.ticks(starts).await;
    let sale = Sale { minor: actor.dice.between(100, 9_999), tries: 1, visits: 1, ..Sale::default() };
    actor.sell(&id, &sale);
    let minor = actor.shop.books().sales[&id].minor;
    for number in 1.. {
        actor.visit(&id, minor, None).await;
        if number >= actor.identifiers(&id) || !actor.is_told_refused(&id).await {
            break;
        }
        id = actor.again(&id, number);
    }
    actor.afterwards(&id, minor).await;
}

impl Actor {
    /// A visit from Encrypt to the shop's page, or to its early end. Gives the agreement that the
    /// buyer has made, if any.
    pub(super) async fn visit(&mut self, id: &str, minor: i64, recurring: Option<Recurring>) -> Option<String> {
        let string = self.encrypt(id, minor, recurring).await?;
        let enter = Message::get(format!("/pagam/pagam.aspx?a={SHOP}&b={string}"));
        let entered = self.until(&enter, |answered| (answered.status < 500).then(|| answered.location.clone())).await?;
        let names = entered.split_once('?').map(|(_, names)| names.to_owned())?;
        // Only a look, such as a mail scanner's.
        if self.dice.chance(5) || !self.begin(&names).await {
            return None;
        }
        self.shop.books().begun.insert(id.to_owned());
        let mut chosen: Option<String> = None;
        for _ in 0..TRIES {
            let card = self.card_for(id, &CARDS);
            let instrument = match chosen.take() {
                Some(known) if self.amazon.choose_card(&known, card) => known,
                _ if recurring.is_some() => self.amazon.agreement(card),
                _ => self.amazon.order(card),
            };
            self.note(format_args!("{id}: {card} on {instrument}"));
            chosen = Some(instrument.clone());
            match self.dice.below(100) {
                0..4 => return chosen,
                4..8 => break,
                _ => {}
            }
            if self.press(&names, &instrument, recurring.is_some()).await
                && let Led::ToShop = self.come_back(&names).await
            {
                return chosen;
            }
        }
        self.give_up(&names).await;
        chosen
    }

    /// Waits a little for the clerk; whether the shop was told KO, and nothing else.
    async fn is_told_refused(&mut self, id: &str) -> bool {
        let told = |actor: &Actor| -> Vec<Verdict> {
            let books = actor.shop.books();
            books.told.iter().filter(|told| told.transaction == id).map(|told| told.verdict).collect()
        };
        for _ in 0..WAITS {
            if !told(self).is_empty() {
                break;
            }
            self.ticks(1).await;
        }
        let told = told(self);
        !told.is_empty() && told.iter().all(|verdict| *verdict == Verdict::Ko)
    }

    async fn encrypt(&mut self, id: &str, minor: i64, recurring: Option<Recurring>) -> Option<String> {
        let request = Request {
            shop_login: some(SHOP),
            uic_code: some(EURO),
            amount: Some(euros(minor)),
            shop_transaction_id: some(id),
            payment_types: vec![wire::method::AMAZON_PAY.into()],
            amazon_pay_billing_agreement_description: recurring.map(|way| way.as_str().to_owned()),
            apikey: some(KEY),
            ..Request::default()
        };
        let is_said = |response: &Response| !matches!(response, Response::Ko(failure) if failure.code == Code::SYSTEM);
        let response = self.crypt(request.write(), |text| Response::read(text).ok().filter(is_said)).await?;
        match response {
            Response::Ok(string) => Some(string),
            // The identifier was used before.
            Response::Ko(_) => None,
        }
    }

    /// Sees his cards; whether the visit has begun.
    async fn begin(&mut self, names: &str) -> bool {
        let begin = Message::form("/pagam/AmazonPay.aspx/begin", names.to_owned());
        self.until(&begin, |answered| (answered.status < 500).then_some(answered.status == 204)).await == Some(true)
    }

    /// Presses pay; whether Amazon may be asked.
    async fn press(&mut self, names: &str, instrument: &str, is_agreement: bool) -> bool {
        let field = if is_agreement { "agreement" } else { "order_reference" };
        let form = format!("{names}&{field}={instrument}");
        for _ in 0..RELOADS {
            let press = Message::form("/pagam/AmazonPay.aspx/confirm", form.clone()).signed_in(self.amazon.sign_in());
            let pressed = self.send(press).await;
            let told = pressed.ok().and_then(|answered| serde_json::from_str::<Value>(&answered.text).ok());
            match told {
                Some(told) if told["ok"] == true => return true,
                // Moved on, or another choice is wanted.
                Some(told) if told["location"].is_string() || told["again"].is_string() => return true,
                _ => self.ticks(1).await,
            }
        }
        false
    }

    /// Comes back from Amazon's confirmation, and reloads as long as that may help.
    async fn come_back(&mut self, names: &str) -> Led {
        let status = match self.dice.below(100) {
            0..3 => "Failure",
            3..6 => "Abandoned",
            _ => "Success",
        };
        let result = Message::get(format!("/pagam/AmazonPay.aspx/result?{names}&AuthenticationStatus={status}"));
        if self.dice.chance(20) {
            let (line, other) = (self.line.clone(), result.clone());
            // The other tab.
            tokio::spawn(async move { line.send(other).await });
        }
        for _ in 0..RELOADS {
            let answered = self.send(result.clone()).await;
            match self.led(answered) {
                Led::Waits | Led::Nowhere => self.ticks(1).await,
                led => return led,
            }
        }
        Led::Nowhere
    }

    fn led(&self, answered: Result<Answered, Silence>) -> Led {
        match answered {
            Err(Silence) => Led::Nowhere,
            Ok(answered) if self.shop.browser_at(&answered.location) => Led::ToShop,
            Ok(answered) if answered.status == 303 => Led::ToWallet,
            Ok(answered) if answered.text.contains("http-equiv=\"refresh\"") => Led::Waits,
            // Taken by another visit: only giving up is left.
            Ok(answered) if answered.status == 409 => Led::ToWallet,
            Ok(_) => Led::Nowhere,
        }
    }

    async fn give_up(&mut self, names: &str) {
        let cancel = Message::form("/pagam/AmazonPay.aspx/cancel", names.to_owned());
        for _ in 0..RELOADS {
            let answered = self.send(cancel.clone()).await;
            match self.led(answered) {
                Led::ToShop | Led::ToWallet => return,
                Led::Waits | Led::Nowhere => self.ticks(1).await,
            }
        }
    }
}
