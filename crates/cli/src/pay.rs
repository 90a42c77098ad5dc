//! `pagam pay`: a buyer without a screen buys at the demo shop and tells how it went.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use url::Url;

use crate::buyer::{self, Purchase, Receipt};
use crate::up::DIR;
use crate::up::running::Running;

/// What `pagam pay` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam pay                                   24.21 EUR, Marco, a card that works
  pagam pay --amount 9.99 --buyer anna        another buyer
  pagam pay --card rejected                   a payment that Amazon rejects: exit code 1
  pagam pay --address Galway --json           choose an address by its words; the result as JSON

Cards: ok, invalid, rejected, timeout, notallowed, slow, lost, challenge")]
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

/// Buys once and prints the way; `false` when the order is not paid.
///
/// # Errors
/// When nothing runs, or a page is not what it should be.
pub async fn pay(args: PayArgs) -> Result<bool> {
    let shop = match args.shop {
        Some(shop) => shop,
        None => Running::read(&args.dir).context("is `pagam up` running? Or name the shop: --shop URL")?.shop,
    };
    let purchase = Purchase {
        shop,
        amount: args.amount,
        buyer: args.buyer,
        password: args.password,
        card: args.card,
        address: args.address,
    };
    let receipt = buyer::buy(&purchase).await?;
    match args.json {
        true => println!("{}", serde_json::to_string_pretty(&receipt)?),
        false => print!("{}", timeline(&receipt)),
    }
    Ok(receipt.paid)
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

fn timeline(receipt: &Receipt) -> String {
    let mut out = String::new();
    let mut total_ms = 0.0;
    for step in &receipt.steps {
        total_ms += step.took_ms;
        out += &format!("  {:>9.1} ms   {}\n", step.took_ms, step.name);
    }
    out += &format!("  {total_ms:>9.1} ms   in all\n\n");
    let order = &receipt.order;
    let verdict = if receipt.paid { "Paid" } else { "Not paid" };
    out += &format!("{verdict}: order {}, {} {}, {}", order.id, order.amount, order.currency, order.status);
    if let Some(number) = &order.bank_transaction_id {
        out += &format!(", bank transaction {number}");
    }
    if !receipt.said.is_empty() {
        out += &format!("\nWhat was said: {}", receipt.said);
    }
    out + "\n"
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
