//! The clerk: decrypts whatever comes in, and writes it into the books.

use wire::decrypt::{Request, Response};
use wire::{Code, Verdict, read_trx};

use super::{Actor, KEY, SHOP, some};
use crate::lives::Message;
use crate::shop::{Told, Way};

/// Reads letters, the one that came first first, as long as the storm lasts.
pub async fn decrypt_letters(mut actor: Actor) {
    loop {
        let letter = {
            let mut books = actor.shop.books();
            (!books.letters.is_empty()).then(|| books.letters.remove(0))
        };
        match letter {
            Some((way, string)) => decrypt(&mut actor, way, string).await,
            None => actor.ticks(1).await,
        }
    }
}

async fn decrypt(actor: &mut Actor, way: Way, string: String) {
    let request = Request { shop_login: some(SHOP), crypted_string: Some(string), apikey: some(KEY) };
    // A gateway whose database is slow cannot look the shop up: that says nothing of the string.
    let is_said = |response: &Response| !matches!(response, Response::Failed(failure) if failure.code == Code::SYSTEM);
    let read = |text: &str| Response::read(text).ok().filter(is_said);
    let Some(response) = actor.crypt(request.write(), read).await else { return };
    let outcome = match response {
        Response::Outcome(outcome) => outcome,
        Response::Failed(failure) => {
            let complaint = format!("a string that came as {way:?} cannot be read: {} {}", failure.code, failure.text);
            return actor.shop.books().complaints.push(complaint);
        }
    };
    actor.note(format_args!("{way:?}: {} {:?}", outcome.shop_transaction_id, outcome.result));
    let mut books = actor.shop.books();
    if let (Some(token), Verdict::Ok) = (outcome.token.filter(|token| !token.is_empty()), outcome.result) {
        books.tokens.insert(outcome.shop_transaction_id.clone(), token);
    }
    books.told.push(Told {
        way,
        transaction: outcome.shop_transaction_id,
        verdict: outcome.result,
        code: outcome.error_code.0,
        amount: outcome.amount,
        number: outcome.bank_transaction_id,
    });
}

/// The question what became of a transaction.
pub fn read(transaction: &str) -> Message {
    let request = read_trx::Request {
        shop_login: some(SHOP),
        shop_transaction_id: some(transaction),
        bank_transaction_id: None,
        apikey: some(KEY),
    };
    Message::soap(wire::path::S2S, request.write())
}
