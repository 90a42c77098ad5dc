//! How much of the buyer a caller of `GetOrderReferenceDetails` and `GetBillingAgreementDetails`
//! sees: of a draft only the town, unless the buyer's own access token is sent along.

use amazon::ErrorCode;

use crate::ledger::{Client, Contract, Unit};
use crate::mws::call::Call;
use crate::mws::details::Sight;
use crate::refusal::Refusal;

/// The token of a call, under either of its names.
pub fn token<'c>(call: &'c Call<'_>) -> Result<Option<&'c str>, Refusal> {
    match (call.optional("AccessToken", 2048)?, call.optional("AddressConsentToken", 2048)?) {
        (Some(_), Some(_)) => {
            let message = "Both AddressConsentToken and AccessToken are present in the request.";
            Err(Refusal::new(ErrorCode::AmbiguousToken, message))
        }
        (one, other) => Ok(one.or(other)),
    }
}

/// What is seen. A token that is given must be good, also where it is not needed.
pub fn sight(unit: &Unit<'_>, call: &Call<'_>, of: &impl Contract, token: Option<&str>) -> Result<Sight, Refusal> {
    let of_token = token.map(|token| sight_of_token(unit, call, of, token)).transpose()?;
    Ok(match of.choice().confirmed_at {
        Some(_) => Sight::CONFIRMED,
        None => of_token.unwrap_or(Sight::Town),
    })
}

/// What the token lets its holder see, or that it is none of this buyer and this merchant.
fn sight_of_token(unit: &Unit<'_>, call: &Call<'_>, of: &impl Contract, token: &str) -> Result<Sight, Refusal> {
    let tables = unit.tables();
    let good = tables.tokens.get(token).filter(|token| {
        let client = tables.clients.get(&Client::key_of(&token.client_id, token.is_sandbox));
        token.left_ms(call.now) > 0
            && token.is_sandbox == call.is_sandbox
            && token.buyer_id == of.buyer_id()
            && client.is_some_and(|client| client.seller_id == call.seller_id)
    });
    match good {
        None => Err(Refusal::new(ErrorCode::InvalidAddressConsentToken, "The AddressConsentToken is invalid.")),
        Some(token) if token.allows("payments:shipping_address") => {
            Ok(Sight::Everything { billing: token.allows("payments:billing_address") })
        }
        Some(_) => Ok(Sight::Town),
    }
}
