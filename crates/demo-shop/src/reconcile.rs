//! What to do about silence: asks the gateway about tries without an outcome, about sold orders
//! whose money or addresses are not known yet, and about movements of money that have not ended.

use std::future::Future;
use std::time::Duration;

use pagam::{Code, Expected, Lookup, Status, Transaction};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::orders::Order;
use crate::book::outcomes::Heard;
use crate::book::tries::{OpenTry, Patience, REQUEST_LIVES_MS};
use crate::looking::money;
use crate::result_handler::unless_odd;

pub(crate) const MINUTE_MS: i64 = 60_000;

/// How often the shop looks whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A buyer on the payment page gets ten minutes before the gateway is asked. The page takes a
/// string for 24 hours and gives him an hour from then; what he began in its last minute has an
/// answer another hour later.
pub(crate) const ON_THE_PAGE: Patience = Patience { ask_after_ms: 10 * MINUTE_MS, lapse_after_ms: 26 * 60 * MINUTE_MS };

/// A charge is answered within two minutes; one that the gateway does not know half an hour later
/// never arrived.
pub(crate) const CHARGED: Patience = Patience { ask_after_ms: MINUTE_MS, lapse_after_ms: REQUEST_LIVES_MS };

/// Then it is asked after so many minutes, the last one over and over.
const ASK_AGAIN_MINUTES: [i64; 4] = [10, 30, 60, 120];

/// The same for a payment that is under way.
const ASK_AGAIN_PENDING_MINUTES: [i64; 8] = [1, 1, 2, 5, 10, 30, 60, 120];

/// What a round of asking came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Tries that were asked about.
    pub tries: usize,
    /// Sold orders that were looked at, for their money or their addresses.
    pub orders: usize,
    /// Settlements, cancellations and refunds that were followed.
    pub movements: usize,
}

/// What asking about a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The gateway knows it, and what it said is in the book.
    Known,
    /// The gateway knows nothing of it: it was not paid, so far.
    Nothing,
    /// The gateway does not answer.
    Silence,
}

impl DemoShop {
    /// Asks about everything that waits for the gateway now, due or not.
    pub async fn reconcile(&self) -> Reconciled {
        self.round(None).await
    }

    /// Asks about what is due.
    pub async fn reconcile_due(&self) -> Reconciled {
        self.round(Some(self.now())).await
    }

    /// Looks for due work until `shutdown` is over.
    pub fn run_background<F>(&self, shutdown: F) -> impl Future<Output = ()> + Send + use<F>
    where
        F: Future<Output = ()> + Send,
    {
        let shop = self.clone();
        async move {
            let mut shutdown = std::pin::pin!(shutdown);
            let mut tick = tokio::time::interval(LOOK_EVERY);
            loop {
                tokio::select! {
                    () = &mut shutdown => return,
                    _ = tick.tick() => {}
                }
                tokio::select! {
                    () = &mut shutdown => return,
                    () = shop.do_what_is_due() => {}
                }
            }
        }
    }

    async fn do_what_is_due(&self) {
        self.reconcile_due().await;
        self.renew_due().await;
    }

    async fn round(&self, before: Option<i64>) -> Reconciled {
        let mut done = Reconciled::default();
        for open in self.due(self.book.tries_to_ask(before).await) {
            done.tries += 1;
            self.log(self.ask_about(&open).await.map(drop));
        }
        for order in self.due(self.book.orders_to_look_at(before).await) {
            done.orders += 1;
            self.log(self.look_at(&order).await);
        }
        for movement in self.due(self.book.movements_to_follow(before).await) {
            done.movements += 1;
            self.log(self.follow(movement).await);
        }
        done
    }

    /// What is due; nothing when the book cannot say.
    fn due<T>(&self, found: Result<Vec<T>, BookError>) -> Vec<T> {
        found.unwrap_or_else(|error| {
            self.log(Err(error));
            Vec::new()
        })
    }

    /// Asks what became of a try, and writes it down.
    pub(crate) async fn ask_about(&self, open: &OpenTry) -> Result<Asked, BookError> {
        let id = &open.shop_transaction_id;
        let Some(order) = self.book.order_of_try(id.clone()).await? else { return Ok(Asked::Nothing) };
        let asked = match self.client().read_trx(Lookup::ShopTransaction(id)).await {
            Ok(Some(transaction)) => {
                self.hear(&order.id, id.clone(), heard(&transaction, &order, id)).await?;
                self.book.suspended(id.clone(), suspended(&transaction)).await?;
                Asked::Known
            }
            // Never paid, so far: the buyer may still be on the page.
            Ok(None) => Asked::Nothing,
            Err(error) => {
                tracing::warn!(order = order.id, shop_transaction_id = id, %error, "Could not ask about {id}");
                Asked::Silence
            }
        };
        if asked == Asked::Nothing && self.now() > open.lapses_at_ms {
            return self.lapse(&order, open).await;
        }
        let minutes = if open.is_pending { &ASK_AGAIN_PENDING_MINUTES[..] } else { &ASK_AGAIN_MINUTES[..] };
        let again = after(minutes, open.asked).unwrap_or(minutes[minutes.len() - 1]);
        self.book.ask_again_at(id.clone(), self.now() + again * MINUTE_MS).await?;
        Ok(asked)
    }

    /// The gateway has known nothing of a try for too long. The gateway's page cannot be paid on
    /// any more under its identifier, so it is over. A charge of our own never arrived: the next
    /// one keeps the identifier all the same, for no charge without an answer is followed by one
    /// under another identifier.
    async fn lapse(&self, order: &Order, open: &OpenTry) -> Result<Asked, BookError> {
        let id = open.shop_transaction_id.clone();
        if open.is_charged {
            self.book.charge_lapsed(id, self.now()).await?;
            return Ok(Asked::Nothing);
        }
        let code = Code::NOT_FOUND;
        self.hear(&order.id, id, Heard::Refused { code, in_report: true }).await?;
        Ok(Asked::Known)
    }

    pub(crate) fn log(&self, done: Result<(), BookError>) {
        if let Err(error) = done {
            tracing::error!(%error, "What was due stopped short");
        }
    }
}

fn heard(transaction: &Transaction, order: &Order, id: &str) -> Heard {
    match transaction.status {
        Status::Paid if transaction.is_paid() => {
            let checked = transaction.check(&Expected { amount: order.amount, shop_transaction_id: id });
            let (bank_transaction_id, money) = (transaction.bank_transaction_id.clone(), money(transaction));
            unless_odd(checked, Heard::Paid { bank_transaction_id, token: None, money })
        }
        Status::Paid => Heard::Odd("it was paid, and cancelled or refunded since".to_owned()),
        Status::Refused { code } => Heard::Refused { code, in_report: true },
        Status::Pending => Heard::Pending,
    }
}

/// The order reference that waits for another card at Amazon: the buyer can mend it on the order's page.
fn suspended(transaction: &Transaction) -> Option<String> {
    let reference = transaction.order_reference.as_ref().filter(|_| transaction.status == Status::Pending)?;
    let state = reference.order_reference_status.as_ref()?.state.as_deref();
    reference.amazon_order_reference_id.clone().filter(|_| state == Some("Suspended"))
}

/// The pause after asking so often; `None` past the last.
pub(crate) fn after(minutes: &[i64], asked: i64) -> Option<i64> {
    usize::try_from(asked).ok().and_then(|asked| minutes.get(asked)).copied()
}
