//! Charges by call: an order reference of the shop's own page, and the tokens of agreements.

use wire::encrypt::Recurring;
use wire::pagam::{Request, Response};
use wire::{Code, Verdict, delete_token, token};

use super::{Actor, EURO, KEY, LATE, SHOP, euros, some};
use crate::lives::Message;
use crate::shop::{Permission, Sale, Told, Way};

const CARDS: [&str; 8] = ["ok", "ok", "ok", "ok", LATE, "invalid", "rejected", "review"];
/// How long a shop waits for its token.
const WAITS: u64 = 60;

/// What is charged.
enum Source<'s> {
    OrderReference(&'s str),
    Token(&'s str),
}

/// What the shop makes of the answers to a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heard {
    /// KO, and not because the identifier is another payment's.
    Refused,
    /// Anything else, or nothing.
    Otherwise,
}

/// The identifier is another payment's: no shop takes this for a refusal of the money.
const OF_ANOTHER: [Code; 2] = [Code::TRANSACTION_INVALID, Code::AMOUNT_CHANGED];

/// The buyer chooses on the shop's own page, and the shop charges.
pub async fn own_page(mut actor: Actor, mut id: String, starts: u64) {
    actor.ticks(starts).await;
    let sale = Sale { minor: actor.dice.between(100, 9_999), tries: 1, ..Sale::default() };
    actor.sell(&id, &sale);
    let minor = actor.shop.books().sales[&id].minor;
    let card = actor.card_for(&id, &CARDS);
    let mut order = actor.amazon.order(card);
    actor.note(format_args!("{id}: {card} on {order}"));
    for number in 1.. {
        let heard = actor.charge(&id, minor, &Source::OrderReference(&order)).await;
        if heard != Heard::Refused || number >= actor.identifiers(&id) {
            break;
        }
        id = actor.again(&id, number);
        let card = actor.card_for(&id, &CARDS);
        // The buyer begins from the start: an order at Amazon keeps the first identifier that it was confirmed under.
        order = actor.amazon.order(card);
        actor.note(format_args!("{id}: {card} on {order}"));
    }
    if actor.dice.chance(30) {
        let card = actor.card_for(&id, &CARDS);
        actor.amazon.choose_card(&order, card);
    }
    actor.afterwards(&id, minor).await;
}

/// The buyer allows later charges, and the shop makes some, and then one of them ends it.
pub async fn subscribe(mut actor: Actor, id: String, starts: u64) {
    actor.ticks(starts).await;
    let is_only_permission = actor.dice.chance(30);
    let recurring = if is_only_permission { Recurring::Only } else { Recurring::PayNow };
    let sale =
        Sale { minor: actor.dice.between(100, 4_000), tries: 1, visits: 1, is_only_permission, ..Sale::default() };
    actor.sell(&id, &sale);
    let agreement = actor.visit(&id, sale.minor, Some(recurring)).await;
    let (Some(agreement), Some(token)) = (agreement, actor.token(&id).await) else {
        return actor.afterwards(&id, sale.minor).await;
    };
    actor.shop.books().permissions.push(Permission { token: token.clone(), is_ended: false });
    for number in 0..actor.dice.below(3) {
        actor.meddle(&agreement);
        let (mut later, minor) = (format!("{id}-m{number}"), actor.dice.between(100, 4_000));
        // Which card the agreement has by now is Amazon's business.
        actor.sell(&later, &Sale { minor, tries: 1, is_late: true, ..Sale::default() });
        for number in 1.. {
            let heard = actor.charge(&later, minor, &Source::Token(&token)).await;
            if heard != Heard::Refused || number >= actor.identifiers(&later) {
                break;
            }
            later = actor.again(&later, number);
            actor.meddle(&agreement);
        }
        actor.afterwards(&later, minor).await;
    }
    if actor.dice.chance(85) {
        actor.end(&token).await;
    }
    if !is_only_permission {
        actor.afterwards(&id, sale.minor).await;
    }
}

impl Actor {
    /// Charges until there is an answer; at times once more, though there was one; at times without
    /// caring for the answer.
    async fn charge(&mut self, id: &str, minor: i64, source: &Source<'_>) -> Heard {
        let (trans_key, token_value, payment_types) = match source {
            Source::OrderReference(order) => (some(order), None, vec![wire::method::AMAZON_PAY.to_owned()]),
            Source::Token(token) => (None, some(token), Vec::new()),
        };
        let request = Request {
            shop_login: some(SHOP),
            uic_code: some(EURO),
            amount: Some(euros(minor)),
            shop_transaction_id: some(id),
            trans_key,
            token_value,
            payment_types,
            apikey: some(KEY),
            ..Request::default()
        };
        if self.dice.chance(10) {
            // Whatever comes of it, a notice is to tell.
            drop(self.line.send_and_hang_up(Message::soap(wire::path::S2S, request.write())).await);
            self.around.pulse.beat();
            self.note(format_args!("{id}: charged, and not waited for the answer"));
            return Heard::Otherwise;
        }
        let mut heard = Heard::Otherwise;
        let times = if self.dice.chance(20) { 2 } else { 1 };
        for _ in 0..times {
            let read = |text: &str| match Response::read(text) {
                Ok(Response::Outcome(outcome)) => Some(outcome),
                Ok(Response::Failed(_)) | Err(_) => None,
            };
            let Some(outcome) = self.s2s(request.write(), read).await else { return heard };
            self.note(format_args!("{id}: charged: {:?} {}", outcome.result, outcome.error_code));
            let is_refused = outcome.result == Verdict::Ko && !OF_ANOTHER.contains(&outcome.error_code);
            heard = if is_refused { Heard::Refused } else { Heard::Otherwise };
            // Another payment has the identifier, or nothing was tried: no outcome of this one.
            if outcome.bank_transaction_id.is_empty() {
                return heard;
            }
            self.shop.books().told.push(Told {
                way: Way::Answer,
                transaction: id.to_owned(),
                verdict: outcome.result,
                code: outcome.error_code.0,
                amount: outcome.amount,
                number: outcome.bank_transaction_id,
            });
            if outcome.result == Verdict::Xx {
                break;
            }
        }
        heard
    }

    /// The token, once the clerk has read it.
    async fn token(&mut self, id: &str) -> Option<String> {
        for _ in 0..WAITS {
            let token = self.shop.books().tokens.get(id).cloned();
            if token.is_some() {
                return token;
            }
            self.ticks(1).await;
        }
        None
    }

    /// What buyers do to agreements at Amazon.
    fn meddle(&mut self, agreement: &str) {
        let is_done = match self.dice.below(100) {
            0..15 => {
                let card = self.dice.one_of(&CARDS);
                self.note(format_args!("{agreement} has {card} now"));
                self.amazon.change_card(agreement, card)
            }
            15..20 => self.amazon.end_agreement(agreement),
            _ => return,
        };
        self.note(format_args!("the buyer meddled with {agreement}: {is_done}"));
    }

    /// Deletes the token until it is gone.
    async fn end(&mut self, token: &str) {
        let request = delete_token::Request { token_value: some(token), shop_login: some(SHOP), apikey: some(KEY) };
        let read = |text: &str| match token::Response::read(text, token::Kind::Delete).ok()?.code {
            Code::OK | Code::TOKEN_UNKNOWN => Some(()),
            _ => None,
        };
        if self.s2s(request.write(), read).await.is_some() {
            let mut books = self.shop.books();
            let permission = books.permissions.iter_mut().find(|permission| permission.token == token);
            permission.expect("it was written down").is_ended = true;
        }
    }
}
