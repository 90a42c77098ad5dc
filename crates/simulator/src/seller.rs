//! What a seller does with an order and the money on it, by an MWS call or by hand in Seller
//! Central: each act checks Amazon's limits, then moves the ledger. Who asks, and under which
//! reference id, is settled before.

mod capture;
mod ending;
mod refund;

pub use capture::capture;
pub use ending::{cancel, close};
pub use refund::refund;

use crate::ledger::{Due, Money, Standing};

/// A capture or a refund to be made.
pub struct New<'n> {
    /// A free id of Amazon's form.
    pub id: String,
    pub reference_id: &'n str,
    pub amount: Money,
    pub note: Option<&'n str>,
    /// None: that of what it is made from.
    pub soft_descriptor: Option<&'n str>,
    /// How it begins, and what happens to it next.
    pub begins: (Standing, Option<Due>),
    /// Made in Seller Central, not by a call.
    pub by_hand: bool,
    /// UTC ms.
    pub now: i64,
}
