//! Behind the counter: takes, lets go, and gives back the money of an order.
//!
//! Each movement is in the book before it is asked for, under a name that the gateway knows it by, and there is one at a
//! time for each order. One without an answer is asked about; only what the gateway does not show is asked for again,
//! under the same name.

use pagam::{EventKind, Lookup, Refund, Settlement, SettlementId, State, Transaction};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::movements::{Kind, Movement, Stage};

/// Within this time the first request may still be under way.
const UNDER_WAY_MS: i64 = 60_000;

impl DemoShop {
    /// Asks for a movement that the book has just written down.
    pub(crate) async fn move_money(&self, movement: Movement) -> Result<(), BookError> {
        let shop = self.clone();
        match tokio::spawn(async move { shop.move_to_the_end(movement).await }).await {
            Ok(moved) => moved,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    /// Looks what became of a movement that was not answered; asks for it again when nothing did.
    pub(crate) async fn move_again(&self, movement: Movement) -> Result<(), BookError> {
        if movement.stage != Stage::Open || self.now() - movement.asked_at_ms < UNDER_WAY_MS {
            return Ok(());
        }
        let Some(id) = self.paid_under(&movement).await? else { return Ok(()) };
        match self.client().read_trx(Lookup::ShopTransaction(&id)).await {
            Ok(Some(transaction)) if is_done(&movement, &transaction) => self.done(movement).await,
            Ok(Some(_)) => self.move_money(movement).await,
            Ok(None) => {
                tracing::error!(order = movement.order, "the gateway does not know a paid order");
                Ok(())
            }
            Err(error) => {
                tracing::warn!(order = movement.order, %error, "could not ask what became of a movement");
                Ok(())
            }
        }
    }

    async fn move_to_the_end(&self, movement: Movement) -> Result<(), BookError> {
        let Some(id) = self.paid_under(&movement).await? else { return Ok(()) };
        let lookup = Lookup::ShopTransaction(&id);
        let (client, amount, name) = (self.client(), movement.amount, movement.name.as_str());
        let answer = match (SettlementId::new(name), movement.kind) {
            (Ok(id), Kind::Settle) => client.settle(&Settlement::new(lookup, amount, id)).await,
            (Ok(id), Kind::Refund) => client.refund(&Refund::new(lookup, amount, id)).await,
            (_, Kind::Delete) => client.delete(lookup, "").await,
            (Err(invalid), _) => Err(invalid.into()),
        };
        match answer {
            Ok(()) => self.done(movement).await,
            Err(error) if error.is_uncertain() || error.is_passing() => {
                tracing::warn!(order = movement.order, name, %error, "a movement has no answer");
                Ok(())
            }
            Err(error) => {
                let (now, said) = (self.now(), error.to_string());
                self.book.moved(movement, Stage::Refused, Some(said), now).await
            }
        }
    }

    async fn done(&self, movement: Movement) -> Result<(), BookError> {
        self.book.moved(movement, Stage::Done, None, self.now()).await
    }

    async fn paid_under(&self, movement: &Movement) -> Result<Option<String>, BookError> {
        Ok(self.book.order(movement.order.clone()).await?.and_then(|order| order.paid_under))
    }
}

/// Whether what the gateway reports can only come of this movement: there is one at a time.
fn is_done(movement: &Movement, transaction: &Transaction) -> bool {
    let amount_minor = movement.amount.minor();
    match movement.kind {
        Kind::Settle => transaction.settled().is_some_and(|settled| settled.minor() >= amount_minor),
        Kind::Delete => transaction.state == Some(State::Cancelled),
        Kind::Refund => {
            let before_minor = movement.refunded_before_minor;
            refunds_minor(transaction).is_some_and(|now_minor| now_minor >= before_minor.saturating_add(amount_minor))
        }
    }
}

/// What was given back, or is going to be, in cents: a refund is reported when it is accepted, and once more when Amazon
/// has made it. `None` when a movement cannot be read.
pub(crate) fn refunds_minor(transaction: &Transaction) -> Option<i64> {
    let asked = transaction.events.iter().filter(|event| event.kind == EventKind::RefundRequested);
    let mut asked = asked.map(|event| event.amount.map(pagam::Amount::minor));
    let asked = asked.try_fold(0_i64, |sum, minor| sum.checked_add(minor?))?;
    Some(asked.max(transaction.refunded()?.minor()))
}
