//! `GetOrderReferenceDetails`: of a draft only the town is shown, unless the buyer's own access token is sent along.

use amazon::ErrorCode;

use super::order_of;
use crate::ledger::{Client, OrderReference, Unit};
use crate::mws::details::{Sight, order_details};
use crate::mws::{Done, front::Call, refusal::Refusal};

pub fn run(unit: &mut Unit<'_>, call: &Call<'_>) -> Result<Done, Refusal> {
    let id = call.required("AmazonOrderReferenceId", 64)?;
    let token = match (call.optional("AccessToken", 2048)?, call.optional("AddressConsentToken", 2048)?) {
        (Some(_), Some(_)) => {
            let message = "Both AddressConsentToken and AccessToken are present in the request.";
            return Err(Refusal::new(ErrorCode::AmbiguousToken, message));
        }
        (one, other) => one.or(other),
    };
    let order = order_of(unit, call, id)?;
    let of_token = token.map(|token| sight_of(unit, call, &order, token)).transpose()?;
    let sight = match order.confirmed_at {
        Some(_) => Sight::CONFIRMED,
        None => of_token.unwrap_or(Sight::Town),
    };
    Ok(Done::with(order_details(unit, &order, sight)))
}

/// What the token lets its holder see, or that it is none of this buyer and this merchant.
fn sight_of(unit: &Unit<'_>, call: &Call<'_>, order: &OrderReference, token: &str) -> Result<Sight, Refusal> {
    let tables = unit.tables();
    let good = tables.tokens.get(token).filter(|token| {
        let client = tables.clients.get(&Client::key_of(&token.client_id, token.is_sandbox));
        token.left_ms(call.now) > 0
            && token.is_sandbox == call.is_sandbox
            && token.buyer_id == order.buyer_id
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
