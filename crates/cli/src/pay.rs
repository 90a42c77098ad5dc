//! `pagam pay`: a buyer without a screen buys at the demo shop, or allows future payments, and tells how it went.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use pagam::{Client, Recurring, Status};
use serde_json::{Value, json};
use url::Url;

use crate::buyer::{self, Purchase, Receipt, Step, Subscription};
use crate::up::running::Running;
use crate::up::{DIR, Local, SHOP_LOGIN};

/// What `pagam pay` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam pay                                   24.21 EUR, Marco, a card that works
  pagam pay --amount 9.99 --buyer anna        another buyer
  pagam pay --card rejected                   a payment that Amazon rejects: exit code 1
  pagam pay --card review                     a payment that Amazon decides later, when the shop waits: exit code 1
  pagam pay --address Galway --json           choose an address by its words; the result as JSON
  pagam pay --recurring with-payment          pay, and allow future payments: prints the token

Cards: ok, challenge, invalid, rejected, timeout, notallowed, review, reviewdeclined, latecapture, slow, lost

Exit codes: 0 paid, or future payments allowed; 1 not paid, or not decided yet; 3 nothing answers")]
pub struct PayArgs {
    /// Amount in euro, with a dot
    #[arg(long, default_value = "24.21", value_parser = amount)]
    amount: String,
    /// A simulated buyer: marco, anna, or an e-mail address
    #[arg(long, default_value = "marco")]
    buyer: String,
    /// Password of the buyer at the simulator
    #[arg(long, default_value = "amazon", hide_default_value = true)]
    password: String,
    /// Card by name or by words on it
    #[arg(long, default_value = "ok")]
    card: String,
    /// Address by words in it [default: the first]
    #[arg(long)]
    address: Option<String>,
    /// Allow future payments too, as a merchant's own subscription page would ask; the demo shop is not involved
    #[arg(long, value_enum, conflicts_with = "shop")]
    recurring: Option<Later>,
    /// The demo shop [default: the one that `pagam up` started]
    #[arg(long, env = "PAGAM_SHOP_URL")]
    shop: Option<Url>,
    /// Where `pagam up` keeps its files
    #[arg(long, default_value = DIR, env = "PAGAM_DIR")]
    dir: PathBuf,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
}

/// `--recurring`
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Later {
    /// Pay now, and allow future payments
    WithPayment,
    /// Allow future payments, and pay nothing now
    Only,
}

/// What came of it, for people and for scripts.
struct Told {
    is_paid: bool,
    text: String,
    json: Value,
}

/// Buys once and prints the way; `false` when it is not paid, or not decided.
///
/// # Errors
/// When nothing runs, or a page is not what it should be.
pub async fn pay(args: PayArgs) -> Result<bool> {
    let running = || Running::read(&args.dir).context("is `pagam up` running? Or name the shop: --shop URL");
    let shop = match &args.shop {
        Some(shop) => shop.clone(),
        None => running()?.shop,
    };
    let purchase = Purchase {
        shop,
        amount: args.amount,
        buyer: args.buyer,
        password: args.password,
        card: args.card,
        address: args.address,
    };
    let told = match args.recurring {
        None => bought(&buyer::buy(&purchase).await?)?,
        Some(later) => {
            let local = Local::kept(&args.dir)?;
            let client = Client::builder(SHOP_LOGIN).api_key(local.api_key).base_url(running()?.gateway).build()?;
            agreed(&buyer::subscribe(&purchase, &client, later.into()).await?, later)
        }
    };
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&told.json)?),
        false => print!("{}", told.text),
    }
    Ok(told.is_paid)
}

impl From<Later> for Recurring {
    fn from(later: Later) -> Recurring {
        match later {
            Later::WithPayment => Recurring::PayNowAndRecurring,
            Later::Only => Recurring::OnlyRecurring,
        }
    }
}

fn amount(text: &str) -> Result<String, String> {
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 6 && cents.len() <= 2 && digits(whole) && digits(cents);
    if !fits || text.chars().all(|c| matches!(c, '0' | '.')) {
        return Err("an amount above zero with at most two decimals, for example 24.21".into());
    }
    Ok(format!("{whole}.{cents:0<2}"))
}

/// An order of the demo shop.
fn bought(receipt: &Receipt) -> Result<Told> {
    let order = &receipt.order;
    let verdict = match (receipt.paid, order.status.as_str()) {
        (true, "authorized") => "Authorized",
        (true, _) => "Paid",
        (false, "pending") => "Not decided yet",
        (false, _) => "Not paid",
    };
    let mut text = timeline(&receipt.steps);
    text += &format!("{verdict}: order {}, {} {}, {}", order.id, order.amount, order.currency, order.status);
    if let Some(number) = &order.bank_transaction_id {
        text += &format!(", bank transaction {number}");
    }
    if verdict == "Not decided yet" {
        text += "\n";
        text += &decided_later(order.transactions.last().map(String::as_str));
    } else {
        text += &said(&receipt.said);
    }
    Ok(Told { is_paid: receipt.paid, text: text + "\n", json: serde_json::to_value(receipt)? })
}

/// A token, with or without a payment.
fn agreed(subscription: &Subscription, later: Later) -> Told {
    let Subscription { outcome, said: sentence, steps } = subscription;
    let (status, code) = match outcome.status {
        Status::Paid => ("paid", None),
        Status::Pending => ("pending", None),
        Status::Refused { code } => ("refused", Some(code.0)),
    };
    let (id, amount) = (&outcome.shop_transaction_id, outcome.amount.map(|amount| amount.to_string()));
    let mut text = timeline(steps);
    text += &match (outcome.status, later) {
        (Status::Paid, Later::WithPayment) => {
            format!("Paid, and future payments are allowed: {id}, {}", amount.unwrap_or_default())
        }
        (Status::Paid, Later::Only) => format!("Future payments are allowed, nothing was paid: {id}"),
        (Status::Pending, _) => format!("Not decided yet: {id}\n{}", decided_later(Some(id))),
        (Status::Refused { .. }, _) => {
            format!("Not paid, and no future payments: {id}, {}{}", outcome.description, said(sentence))
        }
    };
    if let Some(token) = outcome.token.as_ref().map(pagam::Token::as_str) {
        text += &format!("\nToken {token}\nCharge it: pagam charge ORDER --amount 9.90 --token {token}");
    }
    let json = json!({
        "paid": outcome.status.is_paid(), "status": status, "code": code, "shop_transaction_id": id,
        "bank_transaction_id": outcome.bank_transaction_id, "token": outcome.token.as_ref().map(pagam::Token::as_str),
        "said": sentence, "steps": steps,
    });
    Told { is_paid: outcome.status.is_paid(), text: text + "\n", json }
}

fn decided_later(transaction: Option<&str>) -> String {
    let read = transaction.map_or(String::new(), |id| format!("; ask with: pagam read {id}"));
    format!("Amazon decides later, and the shop is told then{read}")
}

fn said(sentence: &str) -> String {
    if sentence.is_empty() { String::new() } else { format!("\nWhat was said: {sentence}") }
}

fn timeline(steps: &[Step]) -> String {
    let mut out = String::new();
    let mut total_ms = 0.0;
    for step in steps {
        total_ms += step.took_ms;
        out += &format!("  {:>9.1} ms   {}\n", step.took_ms, step.name);
    }
    out + &format!("  {total_ms:>9.1} ms   in all\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_euro_and_cents_above_zero() {
        assert_eq!(amount("9"), Ok("9.00".into()));
        assert_eq!(amount("9.5"), Ok("9.50".into()));
        for wrong in ["0", "0.00", "-1", "1,50", "1.234", "x", ""] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
    }
}
