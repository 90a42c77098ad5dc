//! A billing agreement: the buyer's address, card and consent for orders to come.

use serde::{Deserialize, Serialize};

use super::{Choice, Money, Standing};
use crate::ledger::period::Period;

/// What an agreement is counted in until a merchant says otherwise.
const CURRENCY: &str = "EUR";

#[derive(Clone, Serialize, Deserialize)]
pub struct BillingAgreement {
    /// `C02-…`, `B02-…`
    pub id: String,
    pub seller_id: String,
    pub client_id: String,
    pub buyer_id: String,
    pub is_sandbox: bool,
    /// UTC ms.
    pub created_at: i64,
    pub standing: Standing,
    #[serde(flatten)]
    pub choice: Choice,
    /// Whether the buyer ticked the consent to future payments.
    pub has_consent: bool,
    pub attributes: AgreementAttributes,
    /// Currency of the first charge: all others are in it.
    pub charged_in: Option<String>,
    /// Ids of the order references made from it, oldest first.
    pub orders: Vec<String>,
}

/// What `SetBillingAgreementDetails` sets; each call overwrites all of it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AgreementAttributes {
    pub seller_billing_agreement_id: Option<String>,
    pub store_name: Option<String>,
    pub custom_information: Option<String>,
    pub seller_note: Option<String>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// `CustomerInitiatedTransaction`, `MerchantInitiatedTransaction`.
    pub kind: Option<String>,
    /// What is charged each time, when that is fixed.
    pub subscription_amount: Option<Money>,
}

/// What an agreement may be charged in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub period: Period,
    /// All that may be charged in it.
    pub limit: Money,
    /// What is charged, or about to be.
    pub charged: Money,
    pub left: Money,
}

impl BillingAgreement {
    /// What its limit is counted in: the currency of the first charge, else of the subscription.
    pub fn currency(&self) -> &str {
        let subscription = self.attributes.subscription_amount.as_ref().map(|amount| amount.currency.as_str());
        self.charged_in.as_deref().or(subscription).unwrap_or(CURRENCY)
    }

    /// Whether the currency may still be another one.
    pub fn has_currency(&self) -> bool {
        self.charged_in.is_some() || self.attributes.subscription_amount.is_some()
    }
}
