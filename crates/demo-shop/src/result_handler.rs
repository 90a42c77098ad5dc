//! The result handler: from the query of a notice or a redirect to an order that is right.
//!
//! Both bring the same `a` and `b`, in any order, at once, again, or never, and anyone can send
//! anything. So: `a` must be this shop; only Decrypt is believed; amount, currency and identifier
//! must be the order's own; the book lets one caller act, once; XX waits; KO never undoes OK.

use std::time::Duration;

use pagam::{Expected, Mismatch, Notice, Outcome, Status};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::outcomes::Heard;
use crate::book::vocabulary::Money;

/// The gateway's server gives up on a notice after 30 seconds; we answer before.
const DECRYPT_MAX: Duration = Duration::from_secs(20);

/// Why a notice changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum NotHeard {
    /// Not a notice, not ours, or not the gateway's: repeating it does not help.
    #[error("not believed: {0}")]
    NotBelieved(pagam::Error),
    /// The gateway cannot be asked now: the same notice is welcome again.
    #[error("not yet: {0}")]
    Later(String),
    /// Genuine, but of no order here.
    #[error("no order was sent to pay as {0:?}")]
    NoSuchOrder(String),
    /// The shop's own trouble.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl DemoShop {
    /// Hears what a notice says, and names the order. Safe to call with anything, any number of
    /// times.
    ///
    /// # Errors
    /// [`NotHeard`], one arm for each answer that the caller should give.
    pub async fn hear_notice(&self, query: &str) -> Result<String, NotHeard> {
        let notice = Notice::parse(query).map_err(|error| NotHeard::NotBelieved(error.into()))?;
        let outcome = self.outcome_of(&notice).await?;
        let id = outcome.shop_transaction_id.clone();
        let order = self.book.order_of_try(id.clone()).await?.ok_or_else(|| NotHeard::NoSuchOrder(id.clone()))?;
        let heard = heard(&outcome, &Expected { amount: order.amount, shop_transaction_id: &id });
        self.hear(&order.id, id, heard).await?;
        Ok(order.id)
    }

    /// Writes down what was heard of a try, by whatever way.
    pub(crate) async fn hear(&self, order: &str, id: String, heard: Heard) -> Result<(), BookError> {
        if let Heard::Odd(what) = &heard {
            tracing::error!(
                order,
                shop_transaction_id = id,
                what,
                "An outcome does not fit its order; it needs attention"
            );
        }
        if self.book.hear(id.clone(), heard, self.now()).await? {
            // Here a real shop sends its confirmation and has the goods packed: this line is
            // reached once an order. The money is authorized, perhaps not settled: a shop that
            // settles when it ships does so behind the counter.
            tracing::info!(order, shop_transaction_id = id, "Order {order} is sold");
        }
        Ok(())
    }

    async fn outcome_of(&self, notice: &Notice) -> Result<Outcome, NotHeard> {
        match tokio::time::timeout(DECRYPT_MAX, self.client().outcome_of(notice)).await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(error)) if error.is_passing() => Err(NotHeard::Later(error.to_string())),
            Ok(Err(error)) => Err(NotHeard::NotBelieved(error)),
            Err(_) => Err(NotHeard::Later("Decrypt took too long".to_owned())),
        }
    }
}

/// What an outcome says of an order. Only a payment must have the right amount: on a refusal
/// nothing hangs on it.
pub(crate) fn heard(outcome: &Outcome, expected: &Expected<'_>) -> Heard {
    match outcome.status {
        Status::Paid => {
            let (bank_transaction_id, token) = (outcome.bank_transaction_id.clone(), outcome.token.clone());
            // An outcome says nothing about the settlement: the report does, which is asked for
            // next.
            let paid = Heard::Paid { bank_transaction_id, token, money: Money::Authorized };
            unless_odd(outcome.check(expected), paid)
        }
        Status::Refused { code } => Heard::Refused { code, in_report: false },
        Status::Pending => Heard::Pending,
    }
}

pub(crate) fn unless_odd(checked: Result<(), Mismatch>, paid: Heard) -> Heard {
    checked.map_or_else(|mismatch| Heard::Odd(mismatch.to_string()), |()| paid)
}
