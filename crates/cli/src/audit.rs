//! `pagam audit`: who changed what of the shops' settings, and when.

use anyhow::{Result, bail};
use clap::Args;
use jiff::Timestamp;
use payments::{ShopLogin, UtcMs};
use serde_json::{Value, json};
use store::AuditRow;

use crate::shop::StoreArgs;

/// What `pagam audit` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam audit                        the latest changes of every shop, newest first
  pagam audit GESPAY00001 --limit 1  who changed this shop last")]
pub struct AuditArgs {
    /// One shop's code; without it every shop
    shop: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
    /// How many changes at most
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Lists changes, newest first.
///
/// # Errors
/// A shop that never was, or a database that cannot be used.
pub async fn audit(args: AuditArgs) -> Result<()> {
    let store = args.store.open().await?;
    let shop = args.shop.as_deref().map(ShopLogin::new).transpose()?;
    let rows = store.audit(shop.as_ref(), args.limit).await?;
    if let (true, Some(shop)) = (rows.is_empty(), &shop)
        && store.shop(shop).await?.is_none()
    {
        bail!("there is no shop {shop}; pagam shop list shows them");
    }
    if args.json {
        println!("{}", serde_json::to_string_pretty(&rows.iter().map(as_json).collect::<Vec<_>>())?);
        return Ok(());
    }
    for row in &rows {
        print!("{}", text(row));
    }
    if rows.is_empty() {
        eprintln!("No change is recorded.");
    }
    Ok(())
}

/// A line that says who and when, then a line for each setting.
fn text(row: &AuditRow) -> String {
    let author = &row.author;
    let mut out = format!("{}  {}  {} ({})\n", at(row.at), row.shop, author.who, author.program);
    let width = row.changes.keys().map(String::len).max().unwrap_or_default();
    for (setting, change) in &row.changes {
        let told = match (change.get("before"), change.get("after")) {
            (Some(before), Some(after)) => format!("{} -> {}", value(before), value(after)),
            _ => "changed".to_owned(),
        };
        out += &format!("    {setting:<width$}  {told}\n");
    }
    out
}

/// As JSON, which shows where a text ends and plays no tricks on a terminal.
fn value(value: &Value) -> String {
    if value.is_null() { "none".to_owned() } else { value.to_string() }
}

fn as_json(row: &AuditRow) -> Value {
    json!({"shop": row.shop.as_str(), "version": row.version, "at": at(row.at), "who": row.author.who,
           "program": row.author.program, "changes": row.changes})
}

fn at(at: UtcMs) -> String {
    Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}
