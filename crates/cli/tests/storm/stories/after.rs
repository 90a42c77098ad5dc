//! After the outcome: settle, delete, refund, each under a name and repeated until it is answered; query.

use wire::movement::{Kind, Named, Response};
use wire::read_trx;
use wire::{Code, Verdict, delete, refund, settle};

use super::{Actor, EURO, KEY, SHOP, euros, read, some};
use crate::lives::Message;
use crate::shop::Moved;

/// How often the shop asks before it leaves a transaction alone.
const QUESTIONS: u32 = 25;

impl Actor {
    /// Moves the money of a transaction that is paid.
    pub(super) async fn afterwards(&mut self, id: &str, minor: i64) {
        if !self.is_paid(id).await {
            return;
        }
        if self.is_separated {
            match self.dice.below(100) {
                0..60 => {
                    let part = if self.dice.chance(50) { minor } else { self.dice.between(1, minor) };
                    self.settle(id, part).await;
                }
                60..80 => self.delete(id).await,
                _ => {}
            }
        }
        for number in 0..self.dice.below(3) {
            let pause = self.dice.below(4);
            self.ticks(pause).await;
            let part = self.dice.between(1, minor);
            self.refund(id, part, number).await;
        }
        if self.is_separated && self.dice.chance(10) {
            self.delete(id).await;
        }
    }

    async fn is_paid(&mut self, id: &str) -> bool {
        for _ in 0..QUESTIONS {
            let answered = self.send(read(id)).await;
            let response = answered.ok().and_then(|answered| read_trx::Response::read(&answered.text).ok());
            match response {
                Some(read_trx::Response::Report(report)) if report.result == Verdict::Ok => return true,
                Some(read_trx::Response::Report(report)) if report.result == Verdict::Ko => return false,
                _ => self.ticks(1).await,
            }
        }
        false
    }

    async fn settle(&mut self, id: &str, minor: i64) {
        let request = settle::Request {
            shop_login: some(SHOP),
            uic_code: some(EURO),
            amount: Some(euros(minor)),
            named: named(id),
            settlement_id: some(&self.name),
            apikey: some(KEY),
        };
        self.move_money(Kind::Settle, id, minor, request.write()).await;
    }

    async fn refund(&mut self, id: &str, minor: i64, number: u64) {
        let request = refund::Request {
            shop_login: some(SHOP),
            uic_code: some(EURO),
            amount: Some(euros(minor)),
            named: named(id),
            settlement_id: Some(format!("{}-{number}", self.name)),
            refund_reason: some("Returned"),
            apikey: some(KEY),
            ..refund::Request::default()
        };
        self.move_money(Kind::Refund, id, minor, request.write()).await;
    }

    async fn delete(&mut self, id: &str) {
        let request = delete::Request {
            shop_login: some(SHOP),
            named: named(id),
            cancel_reason: some("Changed"),
            apikey: some(KEY),
        };
        self.move_money(Kind::Delete, id, 0, request.write()).await;
    }

    async fn move_money(&mut self, kind: Kind, id: &str, minor: i64, envelope: String) {
        let read =
            |text: &str| Response::read(text, kind).ok().map(|answer| answer.code).filter(|code| *code != Code::SYSTEM);
        let message = Message::soap(wire::path::S2S, envelope);
        let is_read = |answered: &crate::lives::Answered| read(&answered.text);
        let Some(code) = self.until(&message, is_read).await else { return };
        self.note(format_args!("{id}: {kind:?} of {minor}: {code}"));
        self.shop.books().moved.push(Moved { kind, transaction: id.to_owned(), minor, code: code.0 });
    }
}

fn named(id: &str) -> Named {
    Named { shop_transaction_id: some(id), bank_transaction_id: None }
}
