//! What the gateway's report says of an order that is sold: where its money is, and where the goods
//! go.
//!
//! An outcome (a notice, the answer to a charge) tells of the authorization. Only the report tells
//! of the settlement, so an order is called paid when the report says so.

use pagam::{Lookup, State, Transaction};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::addresses::{Label, Labels};
use crate::book::orders::Order;
use crate::book::vocabulary::Money;
use crate::reconcile::{MINUTE_MS, after};

/// Addresses that cannot be read are asked for after so many minutes, then no more.
const ADDRESSES_AGAIN_MINUTES: [i64; 6] = [1, 5, 15, 60, 240, 1440];

/// Money that is authorized is asked about after so many minutes, the last one over and over: a
/// shop that settles when it ships may take days.
const MONEY_AGAIN_MINUTES: [i64; 6] = [1, 5, 15, 60, 240, 1440];

impl DemoShop {
    /// Reads the report of a sold order and writes down what is new, or says when to look again.
    pub(crate) async fn look_at(&self, order: &str) -> Result<(), BookError> {
        let Some(order) = self.book.order(order.to_owned()).await? else { return Ok(()) };
        let Some(id) = order.paid_under.as_deref() else { return Ok(()) };
        let found = match self.client().read_trx(Lookup::ShopTransaction(id)).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(order = order.id, shop_transaction_id = id, %error, "Could not read a report");
                None
            }
        };
        if order.addresses_due_at_ms.is_some() {
            self.keep_addresses(&order, found.as_ref()).await?;
        }
        match found {
            Some(transaction) => self.learn(&order, &transaction).await,
            None => self.look_again(&order).await,
        }
    }

    /// Writes down where the money of a sold order is.
    pub(crate) async fn learn(&self, order: &Order, transaction: &Transaction) -> Result<(), BookError> {
        if transaction.status.is_paid() {
            self.book.record_money(order.id.clone(), money(transaction), self.now()).await?;
        }
        self.look_again(order).await
    }

    async fn look_again(&self, order: &Order) -> Result<(), BookError> {
        if order.money_due_at_ms.is_none() {
            return Ok(());
        }
        let last = MONEY_AGAIN_MINUTES[MONEY_AGAIN_MINUTES.len() - 1];
        let minutes = after(&MONEY_AGAIN_MINUTES, order.money_asked).unwrap_or(last);
        self.book.money_due(order.id.clone(), self.now() + minutes * MINUTE_MS).await
    }

    async fn keep_addresses(&self, order: &Order, found: Option<&Transaction>) -> Result<(), BookError> {
        let known = found.filter(|found| found.order_reference.is_some() || !is_amazon_pay(found));
        let Some(transaction) = known else {
            let again = after(&ADDRESSES_AGAIN_MINUTES, order.addresses_asked);
            let at = again.map(|minutes| self.now() + minutes * MINUTE_MS);
            return self.book.addresses_due(order.id.clone(), at).await;
        };
        if let (Some(subscription), Some(agreement)) = (order.subscription.clone(), agreement(transaction)) {
            self.book.agreement_known(subscription, agreement).await?;
        }
        let label = |address: Option<pagam::Address>| address.map(|address| Label::of(&address));
        let labels =
            Labels { shipping: label(transaction.shipping_address()), billing: label(transaction.billing_address()) };
        self.book.keep_addresses(order.id.clone(), labels, self.now()).await
    }
}

/// Where the money is. What was given back in part is still paid; a settlement that is booked (PRE)
/// is not made yet.
pub(crate) fn money(transaction: &Transaction) -> Money {
    match transaction.state {
        Some(State::Settled) => Money::Paid,
        Some(State::Cancelled) => Money::Cancelled,
        Some(State::Refunded) => match (transaction.refunded(), transaction.settled()) {
            (Some(refunded), Some(settled)) if refunded.minor() >= settled.minor() => Money::Refunded,
            _ => Money::Paid,
        },
        Some(State::Authorized | State::Booked) | None => Money::Authorized,
    }
}

/// Amazon's id of the agreement that the transaction was made with, when Amazon tells it.
fn agreement(transaction: &Transaction) -> Option<String> {
    let parent = transaction.order_reference.as_ref()?.parent_details.as_ref()?;
    parent.id.clone().filter(|_| parent.kind.as_deref() == Some("BillingAgreement"))
}

fn is_amazon_pay(transaction: &Transaction) -> bool {
    transaction.company.as_deref() == Some("AMAZONPAY")
}
