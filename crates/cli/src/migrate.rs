//! `pagam migrate`: brings the gateway's database up to date, and says how it stands.

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::json;

use crate::shop::StoreArgs;

/// What can be done with the schema of a database.
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Do what is missing; a gateway does the same when it starts
    Up(UpArgs),
    /// Say what is done and what is missing
    Status(StatusArgs),
}

/// `pagam migrate up`
#[derive(Debug, Args)]
pub struct UpArgs {
    #[command(flatten)]
    store: StoreArgs,
}

/// `pagam migrate status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs one of them; `false` when something is missing.
///
/// # Errors
/// The database cannot be used.
pub async fn run(command: MigrateCommand) -> Result<bool> {
    match command {
        MigrateCommand::Up(args) => {
            args.store.open_or_make().await?;
            eprintln!("The database is up to date.");
            Ok(true)
        }
        MigrateCommand::Status(args) => status(args).await,
    }
}

async fn status(args: StatusArgs) -> Result<bool> {
    let steps = args.store.steps().await?;
    match args.json {
        true => {
            let steps: Vec<_> = steps.iter().map(|step| json!({"name": step.name, "done": step.is_done})).collect();
            println!("{}", serde_json::to_string_pretty(&steps)?);
        }
        false => {
            for step in &steps {
                println!("{}  {}", if step.is_done { "done   " } else { "missing" }, step.name);
            }
        }
    }
    Ok(steps.iter().all(|step| step.is_done))
}
