//! `pagam charge`: charges an order reference or a token.

use clap::Args;
use pagam::{Charge, Client, Error, Token};

use super::connection::Connection;
use super::order::{Buyer, Money};
use super::{Answer, outcome};

/// What `pagam charge` takes.
#[derive(Args)]
#[command(after_help = "Examples:
  pagam charge order-42-1 --amount 24.21 --order-reference S02-1234567-7654321
  PAGAM_TOKEN=… pagam charge sub-7-2026-05 --amount 9.90

Exit codes: 0 paid, 1 not paid (also while Amazon decides), 3 not reached or busy: nothing was charged,
4 it may have been charged: ask with pagam read, never charge under another identifier before it answers")]
pub struct ChargeArgs {
    /// The shop's identifier (shopTransactionId); each can be tried once
    order: String,
    #[command(flatten)]
    money: Money,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    buyer: Buyer,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// What is charged. An order reference goes before a token, which may only lie in the environment.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct Source {
    /// What the buyer chose in the widgets on the shop's own page
    #[arg(long, value_name = "ID")]
    order_reference: Option<String>,
    /// The token of a buyer who permitted it before
    #[arg(long, env = "PAGAM_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

impl std::fmt::Debug for ChargeArgs {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChargeArgs").field("order", &self.order).finish_non_exhaustive()
    }
}

impl ChargeArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        Ok(outcome::shown(&client.charge(&self.charge()?).await?))
    }

    fn charge(&self) -> Result<Charge, pagam::Invalid> {
        let amount = self.money.amount()?;
        let builder = match &self.source.order_reference {
            Some(id) => Charge::with_order_reference(amount, &*self.order, id),
            None => {
                let token = Token::new(self.source.token.as_deref().unwrap_or_default())?;
                Charge::with_token(amount, &*self.order, token)
            }
        };
        let Buyer { buyer_name, buyer_email, language, custom } = &self.buyer;
        let mut builder = builder.buyer(buyer_name, buyer_email);
        if let Some(language) = language {
            builder = builder.language(*language);
        }
        for (key, value) in custom {
            builder = builder.custom(key, value);
        }
        builder.build()
    }
}
