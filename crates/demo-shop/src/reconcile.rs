//! What to do about silence: asks the gateway about tries without an outcome and about addresses not known yet.

use std::future::Future;
use std::time::Duration;

use pagam::{Code, Expected, Lookup, Status, Transaction};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::addresses::{Label, Labels};
use crate::book::orders::{Order, OrderStatus};
use crate::book::tries::{Heard, OpenTry, Patience};
use crate::settle::paid;

const MINUTE_MS: i64 = 60_000;

/// How often the shop looks whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// A buyer on the payment page gets ten minutes before the gateway is asked. The page takes a string for 24 hours and gives
/// him an hour from then; what he began in its last minute has an answer another hour later.
pub(crate) const ON_THE_PAGE: Patience = Patience { ask_after_ms: 10 * MINUTE_MS, lapse_after_ms: 26 * 60 * MINUTE_MS };

/// A charge is answered within seconds; one that the gateway does not know half an hour later never arrived.
pub(crate) const CHARGED: Patience = Patience { ask_after_ms: MINUTE_MS, lapse_after_ms: 30 * MINUTE_MS };

/// Then it is asked after so many minutes, the last one over and over.
const ASK_AGAIN_MINUTES: [i64; 4] = [10, 30, 60, 120];

/// The same for a payment that is under way.
const ASK_AGAIN_PENDING_MINUTES: [i64; 8] = [1, 1, 2, 5, 10, 30, 60, 120];

/// Addresses that cannot be read are asked for after so many minutes, then no more.
const ADDRESSES_AGAIN_MINUTES: [i64; 6] = [1, 5, 15, 60, 240, 1440];

/// What a round of asking came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Tries that were asked about.
    pub tries: usize,
    /// Orders whose addresses were asked for.
    pub addresses: usize,
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
    /// Asks about every try without an outcome and for every missing address now, due or not.
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
        match self.book.tries_to_ask(before).await {
            Ok(tries) => {
                for open in tries {
                    done.tries += 1;
                    self.log(self.ask_about(&open).await.map(drop));
                }
            }
            Err(error) => self.log(Err(error)),
        }
        match self.book.orders_without_addresses(before).await {
            Ok(orders) => {
                for order in orders {
                    done.addresses += 1;
                    self.log(self.ask_for_addresses(&order).await);
                }
            }
            Err(error) => self.log(Err(error)),
        }
        done
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
                tracing::warn!(order = order.id, shop_transaction_id = id, %error, "could not ask about {id}");
                Asked::Silence
            }
        };
        if asked == Asked::Nothing && self.now() > open.lapses_at_ms {
            self.hear(&order.id, id.clone(), Heard::Refused(Code::NOT_FOUND)).await?;
            return Ok(Asked::Known);
        }
        let minutes = if open.is_pending { &ASK_AGAIN_PENDING_MINUTES[..] } else { &ASK_AGAIN_MINUTES[..] };
        let again = after(minutes, open.asked).unwrap_or(minutes[minutes.len() - 1]);
        self.book.ask_again_at(id.clone(), self.now() + again * MINUTE_MS).await?;
        Ok(asked)
    }

    /// Reads both addresses of a paid order, or says when to try again.
    pub(crate) async fn ask_for_addresses(&self, order: &str) -> Result<(), BookError> {
        let Some(order) = self.book.order(order.to_owned()).await? else { return Ok(()) };
        let (OrderStatus::Paid, Some(id)) = (order.status, order.paid_under.as_deref()) else { return Ok(()) };
        match self.client().read_trx(Lookup::ShopTransaction(id)).await {
            Ok(Some(transaction)) if transaction.order_reference.is_some() || !is_amazon_pay(&transaction) => {
                if let (Some(subscription), Some(agreement)) = (order.subscription, agreement(&transaction)) {
                    self.book.agreement_known(subscription, agreement).await?;
                }
                let label = |address: Option<pagam::Address>| address.map(|address| Label::of(&address));
                let shipping = label(transaction.shipping_address());
                let billing = label(transaction.billing_address());
                return self.book.keep_addresses(order.id, Labels { shipping, billing }, self.now()).await;
            }
            Ok(_) => tracing::info!(order = order.id, "the gateway has no addresses of {id} yet"),
            Err(error) => tracing::warn!(order = order.id, %error, "could not ask for the addresses of {id}"),
        }
        let again = after(&ADDRESSES_AGAIN_MINUTES, order.addresses_asked);
        self.book.addresses_due(order.id, again.map(|minutes| self.now() + minutes * MINUTE_MS)).await
    }

    pub(crate) fn log(&self, done: Result<(), BookError>) {
        if let Err(error) = done {
            tracing::error!(%error, "what was due stopped short");
        }
    }
}

fn heard(transaction: &Transaction, order: &Order, id: &str) -> Heard {
    match transaction.status {
        Status::Paid if transaction.is_paid() => {
            let checked = transaction.check(&Expected { amount: order.amount, shop_transaction_id: id });
            paid(checked, transaction.bank_transaction_id.clone(), None)
        }
        Status::Paid => Heard::Odd("it was paid, and cancelled or refunded since".to_owned()),
        Status::Refused { code } => Heard::Refused(code),
        Status::Pending => Heard::Pending,
    }
}

/// The order reference that waits for another card at Amazon: the buyer can mend it on the order's page.
fn suspended(transaction: &Transaction) -> Option<String> {
    let reference = transaction.order_reference.as_ref().filter(|_| transaction.status == Status::Pending)?;
    let state = reference.order_reference_status.as_ref()?.state.as_deref();
    reference.amazon_order_reference_id.clone().filter(|_| state == Some("Suspended"))
}

/// Amazon's id of the agreement that the transaction was made with, when Amazon tells it.
fn agreement(transaction: &Transaction) -> Option<String> {
    let parent = transaction.order_reference.as_ref()?.parent_details.as_ref()?;
    parent.id.clone().filter(|_| parent.kind.as_deref() == Some("BillingAgreement"))
}

fn is_amazon_pay(transaction: &Transaction) -> bool {
    transaction.company.as_deref() == Some("AMAZONPAY")
}

/// The pause after asking so often; `None` past the last.
pub(crate) fn after(minutes: &[i64], asked: i64) -> Option<i64> {
    usize::try_from(asked).ok().and_then(|asked| minutes.get(asked)).copied()
}
