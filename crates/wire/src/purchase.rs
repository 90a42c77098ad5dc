//! What a shop says of a purchase, in Encrypt and in callPagamS2S alike, once the rules are kept.

use std::fmt;

use crate::{Currency, Lang};

/// A purchase that keeps the rules.
#[derive(Clone, PartialEq, Eq)]
pub struct Purchase {
    /// To be paid in.
    pub currency: Currency,
    /// To be paid, in minor units, above zero.
    pub amount_minor: i64,
    /// The shop's identifier. Whether it keeps Amazon's rule too depends on the operation.
    pub shop_transaction_id: String,
    /// Of texts to the buyer; the shop's own when absent.
    pub language: Option<Lang>,
    /// May be empty.
    pub buyer_name: String,
    /// Without the wish for no mail; may be empty.
    pub buyer_email: String,
    /// Keys in upper case; may be empty.
    pub custom_info: String,
}

impl fmt::Debug for Purchase {
    /// Without what tells who the buyer is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Purchase")
            .field("currency", &self.currency)
            .field("amount_minor", &self.amount_minor)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .finish_non_exhaustive()
    }
}
