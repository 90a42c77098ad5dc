//! `pagam settle`, `pagam refund`, `pagam delete`: what happens to the money after the authorization.

use clap::Args;
use pagam::{Client, Error, Invalid, Refund, Settlement, SettlementId};
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

Exit codes: 0 accepted (pagam read says MOV when the money is taken), 1 refused: nothing was done,
3 not reached or busy: nothing was done, 4 not known: send the same again under the same settlement ID, or
ask with pagam read")]
pub struct SettleArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    money: Money,
    #[command(flatten)]
    name: Name,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// What `pagam refund` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam refund order-42-1 --amount 24.21
  pagam refund order-42-1 --amount 5.00 --settlement-id return-7 --reason 'a scratch'

Exit codes: 0 accepted (pagam read says STO when the money is given back), 1 refused: nothing was done,
3 not reached or busy: nothing was done, 4 not known: send the same again under the same settlement ID, or
ask with pagam read")]
pub struct RefundArgs {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    money: Money,
    #[command(flatten)]
    name: Name,
    /// Why, in at most 50 characters
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    /// It answers a fraud
    #[arg(long)]
    fraud: bool,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// Under which name money moves.
#[derive(Debug, Args)]
struct Name {
    /// The shop's own name for it, 1 to 20 of [A-Za-z0-9_-]: sent again under the same name, it is
    /// done once [default: a new one, printed before anything is sent]
    #[arg(long, value_name = "NAME")]
    settlement_id: Option<String>,
}

/// What `pagam delete` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam delete order-42-1
  pagam delete --bank 117 --reason 'out of stock'

Exit codes: 0 deleted, 1 refused: nothing was done, 3 not reached or busy: nothing was done,
4 not known: ask with pagam read before anything else")]
pub struct DeleteArgs {
    #[command(flatten)]
    which: Which,
    /// Why, in at most 50 characters
    #[arg(long, default_value = "", hide_default_value = true)]
    reason: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl Name {
    /// The name that was given, or a new one. A new one is printed first: whatever becomes of the
    /// call, it can be repeated.
    fn given_or_new(&self) -> Result<SettlementId, Invalid> {
        match &self.settlement_id {
            Some(name) => SettlementId::new(name),
            None => {
                let name = SettlementId::generate();
                eprintln!("Settlement ID {name}: if there is no answer, repeat with --settlement-id {name}");
                Ok(name)
            }
        }
    }
}

impl SettleArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        let (amount, name) = (self.money.amount()?, self.name.given_or_new()?);
        client.settle(&Settlement::new(self.which.lookup(), amount, name.clone())).await?;
        Ok(accepted("settle", &name, format!("Settlement of {amount} of {} accepted", self.which)))
    }
}

impl RefundArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        let (amount, name) = (self.money.amount()?, self.name.given_or_new()?);
        let mut refund = Refund::new(self.which.lookup(), amount, name.clone()).reason(&*self.reason);
        if self.fraud {
            refund = refund.fraud(true);
        }
        client.refund(&refund).await?;
        Ok(accepted("refund", &name, format!("Refund of {amount} of {} accepted", self.which)))
    }
}

impl DeleteArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        client.delete(self.which.lookup(), &self.reason).await?;
        Ok(done("delete", format!("Deleted {}", self.which)))
    }
}

/// A movement that the gateway has taken on.
fn accepted(operation: &str, name: &SettlementId, headline: String) -> Answer {
    Answer {
        is_good: true,
        sheet: Sheet::new(Tone::Good, headline).row("Settlement ID", name.as_str()),
        json: json!({"done": true, "operation": operation, "settlement_id": name.as_str()}),
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
