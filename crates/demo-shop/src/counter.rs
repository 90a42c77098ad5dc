//! Behind the counter: settles, cancels and refunds the money of an order.
//!
//! Each movement is in the book before it is sent, under a name that the gateway knows it by (the
//! settlementID). That the gateway accepts one is not its end: the report is read until it says so
//! (`counter/found.rs`). One without an answer is looked for in the report, and what is not there
//! is sent again, under the same name only.

mod found;

use pagam::{Cause, Error, Lookup, MONEY_TIMEOUT, Refund, Settlement};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::movements::Movement;
use crate::book::vocabulary::{Kind, Stage};
use crate::reconcile::{MINUTE_MS, after};
use found::Found;
pub(crate) use found::{refunds_minor, refunds_of};

/// A request is under way for as long as the client waits for its answer, and a minute more.
const UNDER_WAY_MS: i64 = MONEY_TIMEOUT.as_millis() as i64 + MINUTE_MS;

/// The report is read after so many minutes, the last one over and over. Amazon takes hours for
/// some refunds.
const LOOK_AGAIN_MINUTES: [i64; 8] = [1, 1, 2, 5, 10, 30, 60, 120];

/// What reading the report came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looked {
    /// It is in the book: the end, or when to look again.
    Written,
    /// The report has no trace of it.
    NoTrace,
}

impl DemoShop {
    /// Sends a movement that the book has just written down. It goes on to its end when the caller
    /// does not wait.
    pub(crate) async fn move_money(&self, movement: Movement) -> Result<(), BookError> {
        let shop = self.clone();
        match tokio::spawn(async move { shop.send(movement).await }).await {
            Ok(moved) => moved,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    /// Looks what became of a movement; sends it again, under its name, when it has no answer and
    /// nothing came of it.
    pub(crate) async fn follow(&self, movement: Movement) -> Result<(), BookError> {
        if !movement.stage.is_open() {
            return Ok(());
        }
        match self.look_for(&movement).await? {
            Looked::Written => Ok(()),
            Looked::NoTrace => match (movement.stage, self.is_under_way(&movement)) {
                (_, true) => self.follow_later(&movement).await,
                (Stage::Unanswered, false) => self.move_money(movement).await,
                (_, false) => {
                    let said = "Amazon declined it after it was accepted.".to_owned();
                    self.book.moved(&movement, Stage::Declined, Some(said), self.now()).await
                }
            },
        }
    }

    async fn send(&self, movement: Movement) -> Result<(), BookError> {
        let (now, look_at) = (self.now(), self.now() + LOOK_AGAIN_MINUTES[0] * MINUTE_MS);
        let Some(movement) = self.book.sending(&movement, now, look_at).await? else { return Ok(()) };
        let (lookup, amount) = (Lookup::ShopTransaction(&movement.shop_transaction_id), movement.amount);
        let (client, name) = (self.client(), movement.name.clone());
        let answer = match movement.kind {
            Kind::Settle => client.settle(&Settlement::new(lookup, amount, name)).await,
            Kind::Cancel => client.delete(lookup, "").await,
            Kind::Refund => client.refund(&Refund::new(lookup, amount, name)).await,
        };
        match answer {
            Ok(()) => {
                self.book.moved(&movement, Stage::Accepted, None, self.now()).await?;
                // Mostly it is done by now.
                self.look_for(&Movement { stage: Stage::Accepted, ..movement }).await.map(drop)
            }
            Err(Error::Busy { retry_after }) => {
                let pause_ms = i64::try_from(retry_after.as_millis()).unwrap_or(i64::MAX);
                self.book.follow_at(&movement, self.now().saturating_add(pause_ms)).await
            }
            Err(error) if error.is_uncertain() || error.is_passing() => {
                tracing::warn!(order = movement.order, name = %movement.name, %error, "A movement has no answer");
                Ok(())
            }
            Err(error) => self.refused(movement, &error).await,
        }
    }

    /// The request did nothing. One that was sent earlier may have: then the report decides.
    async fn refused(&self, movement: Movement, error: &Error) -> Result<(), BookError> {
        if movement.sent > 1 && self.look_for(&movement).await? == Looked::Written {
            return Ok(());
        }
        self.book.moved(&movement, Stage::Refused, Some(said(error)), self.now()).await
    }

    /// Reads the report and writes down what it says of a movement.
    async fn look_for(&self, movement: &Movement) -> Result<Looked, BookError> {
        let Some(order) = self.book.order(movement.order.clone()).await? else { return Ok(Looked::Written) };
        let id = movement.shop_transaction_id.as_str();
        let transaction = match self.client().read_trx(Lookup::ShopTransaction(id)).await {
            Ok(Some(transaction)) => transaction,
            Ok(None) => {
                tracing::error!(order = order.id, shop_transaction_id = id, "The gateway does not know a sold order");
                return self.follow_later(movement).await.map(|()| Looked::Written);
            }
            Err(error) => {
                tracing::warn!(order = order.id, shop_transaction_id = id, %error, "Could not look for a movement");
                return self.follow_later(movement).await.map(|()| Looked::Written);
            }
        };
        if order.paid_under.as_deref() == Some(id) {
            self.learn(&order, &transaction).await?;
        }
        let now = self.now();
        match found::found(movement, &transaction) {
            Found::Done => self.book.moved(movement, Stage::Done, None, now).await?,
            Found::OnItsWay => {
                self.book.moved(movement, Stage::Accepted, None, now).await?;
                self.follow_later(movement).await?;
            }
            Found::Impossible(why) => {
                let stage = if movement.stage == Stage::Accepted { Stage::Declined } else { Stage::Refused };
                self.book.moved(movement, stage, Some(why.to_owned()), now).await?;
            }
            Found::NoTrace => return Ok(Looked::NoTrace),
        }
        Ok(Looked::Written)
    }

    async fn follow_later(&self, movement: &Movement) -> Result<(), BookError> {
        let last = LOOK_AGAIN_MINUTES[LOOK_AGAIN_MINUTES.len() - 1];
        let minutes = after(&LOOK_AGAIN_MINUTES, movement.looked).unwrap_or(last);
        self.book.follow_at(movement, self.now() + minutes * MINUTE_MS).await
    }

    fn is_under_way(&self, movement: &Movement) -> bool {
        self.now() - movement.sent_at_ms < UNDER_WAY_MS
    }
}

/// Why a movement was refused, and what the owner can do about it.
fn said(error: &Error) -> String {
    let code = error.code().map_or_else(String::new, |code| format!(" ({code})"));
    match error.cause() {
        Some(Cause::Unavailable | Cause::Gateway) => {
            format!("Amazon, or the gateway, is not available at the moment{code}. Nothing moved: try again later.")
        }
        Some(Cause::Account) => {
            format!("Amazon refuses the shop's account{code}: look at its key, its token and the clock. Nothing moved.")
        }
        _ => format!("{error}. Nothing moved."),
    }
}
