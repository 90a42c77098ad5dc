//! What a merchant says about an order, under the prefix that each operation has for it.

use crate::faults::Simulation;
use crate::ledger::Attributes;
use crate::mws::call::Call;
use crate::refusal::Refusal;

/// Most categories of goods that are read.
const CATEGORIES_MOST: usize = 50;

/// Whether any of it is there.
pub fn are_there(call: &Call<'_>, prefix: &str) -> bool {
    let prefix = format!("{prefix}.");
    call.params.iter().any(|(name, _)| name.starts_with(&prefix))
}

pub fn read(call: &Call<'_>, prefix: &str) -> Result<Attributes, Refusal> {
    let name = |name: &str| format!("{prefix}.{name}");
    let text = |of: &str, most: usize| call.text(&name(of), most);
    let seller_note = text("SellerNote", 1024)?;
    Ok(Attributes {
        total: call.optional_money(&name("OrderTotal"))?,
        platform_id: text("PlatformId", 64)?,
        is_method_refused: call.is_sandbox && Simulation::refuses_method(seller_note.as_deref())?,
        seller_note,
        request_payment_authorization: call.boolean(&name("RequestPaymentAuthorization"))?.unwrap_or(false),
        payment_service_provider: (
            text("PaymentServiceProviderAttributes.PaymentServiceProviderId", 64)?,
            text("PaymentServiceProviderAttributes.PaymentServiceProviderOrderId", 127)?,
        ),
        ..words(call, &name("SellerOrderAttributes"))?
    })
}

/// Reads the merchant's own words, `SellerOrderAttributes`.
pub fn words(call: &Call<'_>, prefix: &str) -> Result<Attributes, Refusal> {
    let text = |of: &str, most: usize| call.text(&format!("{prefix}.{of}"), most);
    let mut categories = Vec::new();
    while let Some(category) = text(&format!("OrderItemCategories.OrderItemCategory.{}", categories.len() + 1), 127)?
        && categories.len() < CATEGORIES_MOST
    {
        categories.push(category);
    }
    Ok(Attributes {
        seller_order_id: text("SellerOrderId", 127)?,
        store_name: text("StoreName", 1024)?,
        custom_information: text("CustomInformation", 1024)?,
        supplementary_data: text("SupplementaryData", 65_536)?,
        categories,
        ..Attributes::default()
    })
}
