//! `pagam settle`, `pagam refund`, `pagam delete`: what happens to the money after the authorization.

use clap::Args;
use pagam::{Client, Error, Refund, Settlement};
use serde_json::json;

use super::Answer;
use super::connection::Connection;
use super::order::{Money, Which};
use super::sheet::{Sheet, Tone};

/// What `pagam settle` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam settle order-42-1 --amount 24.21
  pagam settle --bank 117 --amount 20.00 --settlement-id parcel-7

Exit codes: 0 settled, 1 refused, 4 it may be settled: ask with pagam read before anything else")]
pub struct SettleArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    money: Money,
    /// The shop's own name for this settlement: with it, asking again settles once
    #[arg(long, value_name = "NAME")]
    settlement_id: Option<String>,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// What `pagam refund` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam refund order-42-1 --amount 24.21
  pagam refund order-42-1 --amount 5.00 --settlement-id return-7 --reason 'a scratch'

Exit codes: 0 accepted, 1 refused, 4 it may be refunded: ask with pagam read before anything else")]
pub struct RefundArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    money: Money,
    /// The shop's own name for this refund: with it, asking again refunds once
    #[arg(long, value_name = "NAME")]
    settlement_id: Option<String>,
    /// Why, in at most 50 characters
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    /// It answers a fraud
    #[arg(long)]
    fraud: bool,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// What `pagam delete` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam delete order-42-1
  pagam delete --bank 117 --reason 'out of stock'

Exit codes: 0 deleted, 1 refused, 4 it may be deleted: ask with pagam read before anything else")]
pub struct DeleteArgs {
    #[command(flatten)]
    which: Which,
    /// Why, in at most 50 characters
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl SettleArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        let amount = self.money.amount()?;
        let mut settlement = Settlement::new(self.which.lookup(), amount);
        if let Some(id) = &self.settlement_id {
            settlement = settlement.settlement_id(id);
        }
        client.settle(&settlement).await?;
        Ok(done("settle", format!("Settled {amount} of {}", self.which)))
    }
}

impl RefundArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        let amount = self.money.amount()?;
        let mut refund = Refund::new(self.which.lookup(), amount).reason(&*self.reason);
        if let Some(id) = &self.settlement_id {
            refund = refund.settlement_id(id);
        }
        if self.fraud {
            refund = refund.fraud(true);
        }
        client.refund(&refund).await?;
        Ok(done("refund", format!("Refund of {amount} of {} accepted", self.which)))
    }
}

impl DeleteArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        client.delete(self.which.lookup(), &self.reason).await?;
        Ok(done("delete", format!("Deleted {}", self.which)))
    }
}

/// A verb that was done, and has nothing else to tell.
pub(super) fn done(operation: &str, headline: String) -> Answer {
    Answer {
        is_good: true,
        sheet: Sheet::new(Tone::Good, headline),
        json: json!({"done": true, "operation": operation}),
    }
}
