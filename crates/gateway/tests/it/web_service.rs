//! The shop's server: every operation of WSs2s in wire's words, and the auditors' ledger to hold the answers against.

use amazon::Account;
use payments::{Payment, ShopTransactionId, Token, UtcMs, Verdict};
use store::{NoticeRecord, NoticeState, Shop};
use testkit::ledger::Charge;
use testkit::seed::draft;
use wire::movement::{self, Kind, Named};
use wire::path::S2S;
use wire::{Code, delete, delete_token, pagam, read_trx, refund, settle, token, update_token};

use crate::amazon_side::{ACCESS_KEY, AmazonSide, CLIENT, MWS_TOKEN, SECRET_KEY, SELLER};
use crate::house::{House, KEY, SHOP, login};
use crate::pages::amazon_shop;

/// Authorizes only: the shop settles.
pub fn separated() -> Shop {
    Shop { capture_now: false, ..amazon_shop() }
}

/// 24.21 euro on an order reference.
pub fn charge(id: &str, order: &str) -> pagam::Request {
    pagam::Request { trans_key: Some(order.to_owned()), payment_types: vec!["AMAZONPAY".to_owned()], ..charge_of(id) }
}

/// 24.21 euro on a token.
pub fn charge_token(id: &str, token: &Token) -> pagam::Request {
    pagam::Request { token_value: Some(token.to_string()), ..charge_of(id) }
}

fn charge_of(id: &str) -> pagam::Request {
    let some = |text: &str| Some(text.to_owned());
    pagam::Request {
        shop_login: some(SHOP),
        uic_code: some("242"),
        amount: some("24.21"),
        shop_transaction_id: some(id),
        buyer_name: some("Mario Rossi"),
        custom_info: some("cart=1234"),
        apikey: some(KEY),
        ..pagam::Request::default()
    }
}

pub fn settle(id: &str, amount: &str) -> settle::Request {
    let some = |text: &str| Some(text.to_owned());
    settle::Request {
        shop_login: some(SHOP),
        uic_code: some("242"),
        amount: some(amount),
        named: named(id),
        apikey: some(KEY),
        ..settle::Request::default()
    }
}

pub fn delete(id: &str) -> delete::Request {
    let some = |text: &str| Some(text.to_owned());
    delete::Request { shop_login: some(SHOP), named: named(id), apikey: some(KEY), ..delete::Request::default() }
}

pub fn refund(id: &str, amount: &str) -> refund::Request {
    let some = |text: &str| Some(text.to_owned());
    refund::Request {
        shop_login: some(SHOP),
        uic_code: some("242"),
        amount: some(amount),
        named: named(id),
        apikey: some(KEY),
        ..refund::Request::default()
    }
}

pub fn delete_token(token: &str) -> delete_token::Request {
    let some = |text: &str| Some(text.to_owned());
    delete_token::Request { token_value: some(token), shop_login: some(SHOP), apikey: some(KEY) }
}

/// The seller as Amazon knows him.
pub fn seller() -> Account {
    Account {
        seller_id: SELLER.into(),
        client_id: CLIENT.into(),
        access_key: ACCESS_KEY.into(),
        secret_key: SECRET_KEY.to_owned().into(),
        mws_token: Some(MWS_TOKEN.to_owned().into()),
    }
}

pub fn named(id: &str) -> Named {
    Named { shop_transaction_id: Some(id.to_owned()), bank_transaction_id: None }
}

impl House {
    /// The long answer: the caller must be let in. What it tells is marked as heard.
    pub async fn charge(&self, request: &pagam::Request) -> pagam::Outcome {
        let answer = self.asked(request.write()).await;
        self.gateway.mark_answered().await.expect("the store answers");
        match pagam::Response::read(&answer).expect("an answer") {
            pagam::Response::Outcome(outcome) => *outcome,
            other => panic!("not let in: {other:?}"),
        }
    }

    pub async fn settle(&self, request: &settle::Request) -> Code {
        moved(&self.asked(request.write()).await, Kind::Settle, &request.named)
    }

    pub async fn delete(&self, request: &delete::Request) -> Code {
        moved(&self.asked(request.write()).await, Kind::Delete, &request.named)
    }

    pub async fn refund(&self, request: &refund::Request) -> Code {
        moved(&self.asked(request.write()).await, Kind::Refund, &request.named)
    }

    pub async fn delete_token(&self, token: &str) -> Code {
        let answer = self.asked(delete_token(token).write()).await;
        token::Response::read(&answer, token::Kind::Delete).expect("an answer").code
    }

    pub async fn update_token(&self, token: &str) -> Code {
        let some = |text: &str| Some(text.to_owned());
        let request = update_token::Request {
            shop_login: some(SHOP),
            token: some(token),
            apikey: some(KEY),
            ..update_token::Request::default()
        };
        let answer = self.asked(request.write()).await;
        token::Response::read(&answer, token::Kind::Update).expect("an answer").code
    }

    /// What the answer to a message says, whatever the operation.
    pub async fn asked(&self, message: String) -> String {
        let answered = self.soap(S2S, message).await;
        assert_eq!(answered.status, 200, "{}", answered.text);
        answered.text
    }

    /// What callReadTrxS2S says in short: `OK MOV: AUT 24.21, MOV 24.21`, or the code of a refusal.
    pub async fn history(&self, id: &str) -> String {
        let request = read_trx::Request {
            shop_login: Some(SHOP.to_owned()),
            shop_transaction_id: Some(id.to_owned()),
            bank_transaction_id: None,
            apikey: Some(KEY.to_owned()),
        };
        let report = match self.read_trx(&request).await {
            read_trx::Response::Report(report) => report,
            read_trx::Response::NotFound(not_found) => return not_found.failure.code.to_string(),
            read_trx::Response::Failed(failure) => return failure.code.to_string(),
        };
        let state = report.state.as_ref().map_or("nothing", |state| state.as_str());
        let events: Vec<String> =
            report.events.iter().map(|event| format!("{} {}", event.kind.as_str(), event.amount)).collect();
        format!("{} {state}: {}", report.result.as_str(), events.join(", "))
    }

    /// The payment that has the shop's identifier.
    pub async fn claimant(&self, id: &str) -> Payment {
        let id = ShopTransactionId::new(id).expect("an identifier");
        self.store.payment_by_transaction(&login(), &id).await.expect("an answer").expect("the payment")
    }

    /// What the shop was or will be told by notices about a payment, oldest first: not what an
    /// answer has told, nor what a later outcome has overtaken.
    pub async fn notices_of(&self, id: &str) -> Vec<Verdict> {
        let payment = self.claimant(id).await;
        let notices = self.store.notices(&login(), &payment.id).await.expect("notices");
        let last = notices.last().map(|record| record.notice.version);
        let is_sent = |record: &NoticeRecord| {
            let is_answered = record.state == NoticeState::Delivered && record.tries.is_empty();
            let is_overtaken = record.notice.outcome.verdict == Verdict::Pending && Some(record.notice.version) != last;
            let is_called = record.tries.iter().any(|tried| tried.status.is_some());
            is_called || !(is_answered || is_overtaken)
        };
        notices.into_iter().filter(is_sent).map(|record| record.notice.outcome.verdict).collect()
    }

    /// Payments about which Amazon owes an answer.
    pub async fn unresolved(&self) -> usize {
        self.store.unresolved_due(UtcMs(i64::MAX), 100).await.expect("an answer").len()
    }

    /// 24.21 euro that are authorized, and captured if the shop captures at once; the order reference.
    pub async fn charged(&self, amazon: &AmazonSide, id: &str, card: &str) -> String {
        let order = amazon.choose(card).await;
        assert_eq!(self.charge(&charge(id, &order)).await.error_code, Code::OK);
        order
    }
}

/// The code; the answer repeats the request's identifiers unless it is the short one.
fn moved(answer: &str, kind: Kind, named: &Named) -> Code {
    let response = movement::Response::read(answer, kind).expect("an answer");
    if let Some(repeated) = &response.named {
        assert_eq!(repeated, named);
    }
    response.code
}

impl AmazonSide {
    /// A draft that asks for an address, and for which Marco has chosen nothing.
    pub fn blank(&self) -> String {
        self.simulator.world().new_order(&draft()).expect("an order reference").id
    }

    /// The seller cancels an order without us, in Amazon's own pages.
    pub async fn cancel(&self, order: &str) {
        let cancelled = self.connector.cancel_order_reference(&seller(), order, None).await;
        cancelled.expect("it can be cancelled");
    }

    /// What the auditors' ledger says of an order reference, in cents: held, captured, given back.
    pub fn money(&self, order: &str) -> [i64; 3] {
        total(self.order(order).charges.iter())
    }

    /// The same of everything that there is at Amazon.
    pub fn all_money(&self) -> [i64; 3] {
        total(self.ledger().charges())
    }
}

/// Held, captured, given back.
fn total<'c>(charges: impl Iterator<Item = &'c Charge>) -> [i64; 3] {
    charges.fold([0; 3], |[held, captured, back], charge| {
        let still = if charge.state == "Open" { charge.amount_minor } else { 0 };
        [held + still, captured + charge.captured_minor, back + charge.refunded_minor]
    })
}
