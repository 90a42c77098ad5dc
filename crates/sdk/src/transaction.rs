//! What callReadTrxS2S tells of a transaction.

use std::fmt;

use wire::order_reference::OrderReferenceDetails;
use wire::read_trx::{self, EventKind, Report, State};
use wire::{Code, Currency};

use crate::address::Address;
use crate::outcome::{Expected, Mismatch, Status, given, read_amount};
use crate::{Amount, Error, Invalid};

/// Which transaction is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'l> {
    /// By the shop's identifier.
    ShopTransaction(&'l str),
    /// By the gateway's number.
    Bank(&'l str),
}

/// A transaction as the gateway knows it now.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transaction {
    /// Of the authorization. A paid one may have been cancelled or refunded since: see [`Transaction::is_paid`].
    pub status: Status,
    /// The last thing that happened to it.
    pub state: Option<State>,
    /// The shop's own identifier.
    pub shop_transaction_id: String,
    /// The gateway's number.
    pub bank_transaction_id: Option<String>,
    /// `None` unless authorized.
    pub authorization_code: Option<String>,
    /// `None` when the gateway's code is not known here.
    pub currency: Option<Currency>,
    /// Circuit or wallet, such as `AMAZONPAY`.
    pub company: Option<String>,
    /// Movements, oldest first.
    pub events: Vec<Event>,
    /// The buyer's name as the shop sent it.
    pub buyer_name: Option<String>,
    /// The buyer's e-mail address as the shop sent it.
    pub buyer_email: Option<String>,
    /// Amazon's order reference with all that Amazon tells; `None` for other methods.
    pub order_reference: Option<OrderReferenceDetails>,
    /// The gateway's text, in the shop's language. Never match on it.
    pub description: String,
}

/// One movement of money, or of a promise of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// `None` when it cannot be read.
    pub amount: Option<Amount>,
    /// `dd/MM/yy HH:mm:ss`, Italian time, as the gateway writes it.
    pub date: String,
    /// The gateway's id of the movement, mostly absent.
    pub id: Option<String>,
}

impl Lookup<'_> {
    pub(crate) fn identifiers(self) -> Result<(Option<String>, Option<String>), Invalid> {
        match self {
            Lookup::ShopTransaction(id) if !id.trim().is_empty() => Ok((Some(id.to_owned()), None)),
            Lookup::ShopTransaction(_) => Err(Invalid::Empty { field: "shop_transaction_id" }),
            Lookup::Bank(id) if !id.is_empty() && id.len() <= 18 && id.bytes().all(|b| b.is_ascii_digit()) => {
                Ok((None, Some(id.to_owned())))
            }
            Lookup::Bank(_) => Err(Invalid::Rule { code: Code::BANK_TRANSACTION_INVALID }),
        }
    }
}

impl Transaction {
    /// Whether the shop has the money or a promise of it now: authorized, and neither cancelled
    /// nor refunded, in whole or in part, since.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        let undone = matches!(self.state, Some(State::Cancelled | State::Refunded));
        self.status.is_paid() && !undone
    }

    /// The amount of the authorization. (The answer has no amount of its own: the movements have.)
    #[must_use]
    pub fn amount(&self) -> Option<Amount> {
        self.events.iter().find(|event| event.kind == EventKind::State(State::Authorized))?.amount
    }

    /// How much was taken so far. `None` when a movement cannot be read.
    #[must_use]
    pub fn settled(&self) -> Option<Amount> {
        self.total(State::Settled)
    }

    /// How much was given back so far. `None` when a movement cannot be read.
    #[must_use]
    pub fn refunded(&self) -> Option<Amount> {
        self.total(State::Refunded)
    }

    /// Compares identifier, currency and authorized amount with the shop's own record.
    ///
    /// # Errors
    /// [`Mismatch`]: the first difference.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), Mismatch> {
        expected.compare(&self.shop_transaction_id, self.amount())
    }

    /// Where to ship to. `None` when the shop has switched the address book off, and for other methods.
    #[must_use]
    pub fn shipping_address(&self) -> Option<Address> {
        self.order_reference.as_ref()?.shipping_address().and_then(Address::read)
    }

    /// Where the bill goes. `None` when Amazon gives none.
    #[must_use]
    pub fn billing_address(&self) -> Option<Address> {
        self.order_reference.as_ref()?.invoice_address().and_then(Address::read)
    }

    pub(crate) fn read(from: read_trx::Response) -> Result<Option<Transaction>, Error> {
        match from {
            read_trx::Response::Report(report) => Ok(Some(Transaction::of(*report)?)),
            read_trx::Response::NotFound(none) if none.failure.code == Code::NOT_FOUND => Ok(None),
            read_trx::Response::NotFound(none) => Err(Error::Refused(none.failure.into())),
            read_trx::Response::Failed(failure) => Err(Error::Refused(failure.into())),
        }
    }

    fn total(&self, kind: State) -> Option<Amount> {
        let movements = self.events.iter().filter(|event| event.kind == EventKind::State(kind));
        let mut minor = movements.map(|event| event.amount.map(Amount::minor));
        let sum = minor.try_fold(0_i64, |sum, next| sum.checked_add(next?))?;
        Amount::new(sum, self.currency?).ok()
    }

    fn of(from: Report) -> Result<Transaction, Error> {
        let order_reference = from.order_reference()?;
        let currency = from.currency;
        Ok(Transaction {
            status: Status::of(from.result, from.error_code),
            state: from.state,
            shop_transaction_id: from.shop_transaction_id,
            bank_transaction_id: given(from.bank_transaction_id),
            authorization_code: given(from.authorization_code),
            currency: Currency::by_uic(&currency),
            company: given(from.company),
            events: from.events.into_iter().map(|event| Event::read(event, &currency)).collect(),
            buyer_name: given(from.buyer_name),
            buyer_email: given(from.buyer_email),
            order_reference,
            description: from.error_description,
        })
    }
}

impl fmt::Debug for Transaction {
    /// Without what tells who the buyer is: values like this end in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("status", &self.status)
            .field("state", &self.state)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .field("bank_transaction_id", &self.bank_transaction_id)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}

impl Event {
    fn read(from: read_trx::Event, currency: &str) -> Event {
        Event { kind: from.kind, amount: read_amount(&from.amount, currency), date: from.date, id: given(from.id) }
    }
}
