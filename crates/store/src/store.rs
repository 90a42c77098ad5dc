//! The door to the database.

use std::path::Path;

use payments::{BankTransactionId, Change, Event, Payment, PaymentId, ShopLogin, ShopTransactionId, UtcMs};

use crate::error::{ApplyError, Error};
use crate::notice::{Next, Notice, NoticeRecord, Try};
use crate::seal_key::SealKey;
use crate::shop::Shop;

/// Payments, shops and notices in one database. Clones share it.
#[derive(Clone)]
pub struct Store {}

macro_rules! signatures {
    ($($(#[$doc:meta])* $vis:vis async fn $name:ident(&self $(, $arg:ident: $ty:ty)*) -> Result<$ok:ty, $err:ty>;)*) => {
        impl Store { $( $(#[$doc])* #[allow(clippy::missing_errors_doc)] pub async fn $name(&self $(, $arg: $ty)*) -> Result<$ok, $err> { $(let _ = $arg;)* Err(Error::Closed.into()) } )* }
    };
}

signatures! {
    /// Makes a change.
    pub async fn apply(&self, change: Change) -> Result<(), ApplyError>;
    /// A payment.
    pub async fn payment(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Option<Payment>, Error>;
    /// The claimant.
    pub async fn payment_by_transaction(&self, shop: &ShopLogin, id: &ShopTransactionId) -> Result<Option<Payment>, Error>;
    /// By number.
    pub async fn payment_by_number(&self, shop: &ShopLogin, number: BankTransactionId) -> Result<Option<Payment>, Error>;
    /// History.
    pub async fn events(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Vec<Event>, Error>;
    /// Amazon's order reference details.
    pub async fn order_details(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Option<String>, Error>;
    /// Refreshes them.
    pub async fn save_order_details(&self, shop: &ShopLogin, payment: &PaymentId, xml: &str) -> Result<(), Error>;
    /// A number.
    pub async fn next_number(&self, shop: &ShopLogin) -> Result<BankTransactionId, Error>;
    /// The janitor's work.
    pub async fn asked_before(&self, at: UtcMs, limit: u32) -> Result<Vec<Payment>, Error>;
    /// Sessions that are over.
    pub async fn open_before(&self, at: UtcMs, limit: u32) -> Result<Vec<Payment>, Error>;
    /// Leases.
    pub async fn lease_notices(&self, now: UtcMs, until: UtcMs, per_shop: u32, limit: u32) -> Result<Vec<Notice>, Error>;
    /// Records a try.
    pub async fn notice_tried(&self, notice: &Notice, tried: Try, next: Next) -> Result<(), Error>;
    /// When to look again.
    pub async fn next_notice_due(&self) -> Result<Option<UtcMs>, Error>;
    /// The notices of a payment.
    pub async fn notices(&self, shop: &ShopLogin, payment: &PaymentId) -> Result<Vec<NoticeRecord>, Error>;
    /// A shop.
    pub async fn shop(&self, login: &ShopLogin) -> Result<Option<Shop>, Error>;
    /// Writes a shop.
    pub async fn put_shop(&self, shop: &Shop) -> Result<(), Error>;
    /// All shops.
    pub async fn shops(&self) -> Result<Vec<Shop>, Error>;
    /// All seal keys.
    pub async fn seal_keys(&self) -> Result<Vec<SealKey>, Error>;
    /// Adds a seal key.
    pub async fn add_seal_key(&self, key: &SealKey) -> Result<(), Error>;
}

impl Store {
    /// Opens.
    ///
    /// # Errors
    /// All.
    pub fn open(path: &Path) -> Result<Store, Error> {
        let _ = path;
        Ok(Store {})
    }

    /// Opens in memory.
    ///
    /// # Errors
    /// All.
    pub fn open_in_memory() -> Result<Store, Error> {
        Ok(Store {})
    }

    /// Commits so far.
    #[must_use]
    pub fn commits(&self) -> u64 {
        0
    }
}
