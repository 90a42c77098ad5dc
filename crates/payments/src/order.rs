//! What a shop asks for, word for word, and by which door.

use serde::{Deserialize, Serialize};

use crate::ids::ShopTransactionId;
use crate::money::Money;

/// What the shop asked for, word for word from the sealed string or the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The shop's name for it.
    pub shop_transaction_id: ShopTransactionId,
    /// To be paid; above zero.
    pub amount: Money,
    /// Of the page and of the texts.
    pub language: Language,
    /// May be empty.
    pub buyer_name: String,
    /// May be empty.
    pub buyer_email: String,
    /// `KEY=value*P1*KEY=value`; may be empty.
    pub custom_info: String,
    /// Whether the buyer is to allow further payments.
    pub recurring: Recurring,
}

/// The shop's wish to charge again later (`amazonPayBillingAgreementDescription`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Recurring {
    /// None: one payment.
    No,
    /// `paynowandrecurring`: a payment now, and a token for later ones.
    WithPayment,
    /// `onlyrecurring`: a token, and no payment.
    Only,
}

/// By which door a payment came. It decides how the shop hears of the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// The buyer pays on our page: the shop hears of every outcome by a notice.
    Page,
    /// The shop calls (`callPagamS2S`) and is answered: it hears by a notice only what the answer could not tell.
    WebService,
}

/// The five languages of the buyer's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// `languageId` 1.
    Italian,
    /// `languageId` 2.
    English,
    /// `languageId` 3.
    Spanish,
    /// `languageId` 4.
    French,
    /// `languageId` 5.
    German,
}
