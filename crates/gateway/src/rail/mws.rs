//! Amazon's first model: order references and billing agreements, over MWS.
//!
//! `order` and `agreement` bring what a buyer has chosen to where it can be charged; `attempt`
//! charges; `find_on_order` and `find_listed` look for a charge whose answer was not seen;
//! `movement` captures, refunds and releases; `elsewhere` reads what the seller did in Amazon's own
//! pages; `wind_up` closes what is of no further use.

mod agreement;
mod attempt;
mod elsewhere;
mod find_listed;
mod find_on_order;
mod money;
mod movement;
mod order;
mod verdict;
mod wind_up;

use std::time::Duration;

use amazon::{Account, Connector};
use payments::{AutomaticAct, Instrument, MovementId, SellerId, UtcMs};
use store::Shop;

use crate::Gateway;
use crate::ports::Clock;
use crate::rail::Hurdle;

pub(crate) use money::money_of;

/// A merchant's account, and what is needed of his shop to use it.
#[derive(Clone)]
pub(crate) struct Mws {
    connector: Connector,
    account: Account,
    seller: SellerId,
    store_name: Option<String>,
    /// What the shop has set up for money that it does not settle itself, and after how many days.
    automatic: Option<(AutomaticAct, u8)>,
    /// How long [`Mws::authorize`] takes at most.
    longest_ask: Duration,
    clock: Clock,
}

impl Mws {
    pub(super) async fn is_of_buyer(&self, chosen: &Instrument, token: &str) -> Result<(), Hurdle> {
        let (account, token) = (&self.account, Some(token));
        let read = match chosen {
            Instrument::OrderReference(order) => {
                self.connector.get_order_reference_details(account, order.as_str(), token).await.map(drop)
            }
            Instrument::Agreement(agreement) => {
                self.connector.get_billing_agreement_details(account, agreement.as_str(), token).await.map(drop)
            }
        };
        read.map_err(|error| Hurdle::of_error(&error))
    }

    pub(super) fn of(connector: Connector, gateway: &Gateway, shop: &Shop) -> Option<Mws> {
        let account = shop.amazon.get(&gateway.settings().environment)?;
        let seller = SellerId::new(account.seller_id.as_str());
        let seller = seller.inspect_err(|error| tracing::error!(%error, "The shop's seller id cannot be used")).ok()?;
        let mws_token = (!account.mws_token.is_empty()).then(|| account.mws_token.clone().into());
        let account = Account {
            seller_id: account.seller_id.clone(),
            client_id: account.client_id.clone(),
            access_key: account.access_key.clone(),
            secret_key: account.secret_key.clone().into(),
            mws_token,
        };
        Some(Mws {
            connector,
            account,
            seller,
            store_name: Some(shop.name.clone()).filter(|name| !name.is_empty()),
            automatic: shop.automatic,
            longest_ask: gateway.settings().longest_ask(),
            clock: gateway.clock(),
        })
    }

    pub(super) fn seller(&self) -> SellerId {
        self.seller.clone()
    }

    fn now(&self) -> UtcMs {
        (self.clock)()
    }
}

/// A capture's or a refund's identifier, when it has the form of one.
fn movement_id(text: &str) -> Option<MovementId> {
    MovementId::new(text).inspect_err(|error| tracing::error!(%error, "Amazon's identifier has an unknown form")).ok()
}
