//! An order reference: the buyer's address, card and consent for one order.

use serde::{Deserialize, Serialize};

use super::{Choice, Money, Standing};

/// An order reference.
#[derive(Clone, Serialize, Deserialize)]
pub struct OrderReference {
    /// `S02-…`, `P02-…`
    pub id: String,
    pub seller_id: String,
    pub client_id: String,
    /// Whose order.
    pub buyer_id: String,
    pub is_sandbox: bool,
    /// UTC ms.
    pub created_at: i64,
    pub standing: Standing,
    /// What the buyer chose; of one that an agreement made: what was chosen there.
    #[serde(flatten)]
    pub choice: Choice,
    pub attributes: Attributes,
    /// When it got its present `SellerOrderId`, UTC ms: lists may lag behind it.
    #[serde(default)]
    pub numbered_at: Option<i64>,
    /// Cancelled or closed in Seller Central, not by a call.
    #[serde(default)]
    pub ended_by_hand: bool,
    /// The agreement it was made from.
    #[serde(default)]
    pub agreement_id: Option<String>,
    /// Closed by itself unless authorized until then, UTC ms.
    pub authorize_before: Option<i64>,
    /// Ids, oldest first.
    pub authorizations: Vec<String>,
}

/// What `SetOrderReferenceDetails` sets, each call all of it, and `SetOrderAttributes`, each call
/// what it names.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Attributes {
    pub total: Option<Money>,
    pub seller_order_id: Option<String>,
    pub store_name: Option<String>,
    pub custom_information: Option<String>,
    /// JSON text.
    pub supplementary_data: Option<String>,
    /// A note; in the sandbox it may ask for a constraint.
    pub seller_note: Option<String>,
    /// Seller id of the solution provider.
    pub platform_id: Option<String>,
    /// Marketplaces only.
    pub request_payment_authorization: bool,
    /// Id of the payment service provider, and its number of the order.
    #[serde(default)]
    pub payment_service_provider: (Option<String>, Option<String>),
    #[serde(default)]
    pub categories: Vec<String>,
    /// The note asks for the constraint PaymentMethodNotAllowed.
    pub is_method_refused: bool,
}

impl OrderReference {
    /// Sets what the merchant says, and remembers when the order got its number.
    pub fn set_attributes(&mut self, attributes: Attributes, now: i64) {
        if attributes.seller_order_id != self.attributes.seller_order_id {
            self.numbered_at = Some(now);
        }
        self.attributes = attributes;
    }
}
