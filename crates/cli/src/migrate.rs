//! `pagam migrate`: brings the gateway's database up to date, says how it stands, and moves it into another.

use anyhow::Result;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::clock::Stopwatch;
use crate::database::{Database, StoreKeys};
use crate::shop::StoreArgs;

/// What can be done with the schema of a database.
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Do what is missing and earlier versions do not notice; a gateway does the same when it starts
    Up(UpArgs),
    /// Say what is done and what is missing
    Status(StatusArgs),
    /// Copy everything into another database, and compare it row by row
    #[command(
        after_help = "Stop the gateway first: what it writes meanwhile may be missing, and the comparison says so.
A copy that broke off is begun again with the same words.

Example:
  pagam migrate copy --from sqlite:pagam.db --to postgres://pagam@db.example/pagam"
    )]
    Copy(CopyArgs),
}

/// `pagam migrate up`
#[derive(Debug, Args)]
pub struct UpArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Also take away what earlier versions need: none of them runs any more
    #[arg(long)]
    contract: bool,
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

/// `pagam migrate copy`
#[derive(Debug, Args)]
pub struct CopyArgs {
    /// The database that is moved
    #[arg(long)]
    from: Database,
    /// Where it goes; its tables are made
    #[arg(long)]
    to: Database,
}

/// Runs one of them; `false` when something is missing.
///
/// # Errors
/// The database cannot be used.
pub async fn run(command: MigrateCommand) -> Result<bool> {
    match command {
        MigrateCommand::Up(args) => {
            args.store.migrate(args.contract).await?;
            let steps = args.store.steps().await?;
            match steps.iter().filter(|step| !step.is_done).count() {
                0 => eprintln!("The database is up to date."),
                left => eprintln!("{left} steps wait until no earlier version runs: then pagam migrate up --contract"),
            }
            Ok(true)
        }
        MigrateCommand::Status(args) => status(args).await,
        MigrateCommand::Copy(args) => copy(args).await,
    }
}

async fn status(args: StatusArgs) -> Result<bool> {
    let steps = args.store.steps().await?;
    match args.json {
        true => {
            let steps: Vec<_> = steps
                .iter()
                .map(|step| json!({"name": step.name, "done": step.is_done, "contracts": step.contracts}))
                .collect();
            println!("{}", serde_json::to_string_pretty(&steps)?);
        }
        false => {
            for step in &steps {
                let waits = if step.contracts && !step.is_done { "  (--contract)" } else { "" };
                println!("{}  {}{waits}", if step.is_done { "done   " } else { "missing" }, step.name);
            }
        }
    }
    Ok(steps.iter().all(|step| step.is_done))
}

async fn copy(args: CopyArgs) -> Result<bool> {
    // Secrets are copied as they stand there, without their keys.
    let keys = StoreKeys::default();
    let (from, to) = (args.from.open(&keys).await?, args.to.open_or_make(&keys).await?);
    let watch = Stopwatch::start();
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} rows, {msg}, {per_sec}, {eta} left")?;
    // Nothing is drawn where nobody looks.
    let bar = ProgressBar::new(from.rows().await?).with_style(style);
    let rows = from.copy_to(&to, |progress| {
        bar.set_message(progress.table);
        bar.set_position(progress.rows);
    });
    let rows = rows.await?;
    bar.finish_and_clear();
    let seconds = watch.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = rows as f64 / seconds;
    println!("{rows} rows are in {} as they are in {}; {seconds:.1} s, {rate:.0} rows/s", args.to, args.from);
    Ok(true)
}
