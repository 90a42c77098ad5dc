//! The commands of `pagam`, one variant each, and what their ends mean to the shell.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;
use gateway::shop_settings::Refused;

use crate::audit::AuditArgs;
use crate::environment::{self, Misconfigured};
use crate::keys::{self, RotateSealKeyArgs, RotateStoreKeyArgs};
use crate::merchant::{self, MerchantCommand};
use crate::migrate::MigrateCommand;
use crate::pay::PayArgs;
use crate::private;
use crate::serve::ServeArgs;
use crate::shop::ShopCommand;
use crate::talk;
use crate::tls;
use crate::up::UpArgs;
use crate::up::running::NothingRuns;

/// What `pagam` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run gateway, simulator of Amazon and demo shop on this machine
    Up(UpArgs),
    /// Buy something at the running demo shop, without a browser
    Pay(PayArgs),
    /// What a merchant's server asks of a gateway
    #[command(flatten)]
    Merchant(MerchantCommand),
    /// Run the gateway alone, as in production
    Serve(ServeArgs),
    /// Add, list and change shops
    #[command(subcommand)]
    Shop(ShopCommand),
    /// Who changed what of the shops, and when
    Audit(AuditArgs),
    /// Bring the gateway's database up to date, or see how it stands
    #[command(subcommand)]
    Migrate(MigrateCommand),
    /// Add a key for the sealed strings; the newest one seals, all open
    RotateSealKey(RotateSealKeyArgs),
    /// Encrypt the secrets in the gateway's database under another key
    RotateStoreKey(RotateStoreKeyArgs),
}

/// Runs a command to its end.
#[must_use]
pub fn run(command: Command) -> ExitCode {
    talk::mind_the_reader();
    private::by_default();
    tls::choose();
    match check_surroundings().and_then(|()| ended(command)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            talk::error(&error);
            let code = merchant::exit_code(&error);
            ExitCode::from(code.unwrap_or(match error.downcast_ref::<Refused>() {
                Some(_) => 2,
                None if error.is::<Misconfigured>() => 2,
                None if is_unreachable(&error) => 3,
                None => 1,
            }))
        }
    }
}

/// The environment and the log are in order.
fn check_surroundings() -> Result<()> {
    let program = Command::augment_subcommands(clap::Command::new("pagam"));
    environment::check(&program).and_then(|()| talk::listen()).map_err(|error| Misconfigured(error).into())
}

fn ended(command: Command) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(end(command))
}

async fn end(command: Command) -> Result<bool> {
    match command {
        Command::Up(args) => crate::up::up(args).await.map(|()| true),
        Command::Pay(args) => crate::pay::pay(args).await,
        Command::Merchant(command) => merchant::run(command).await,
        Command::Serve(args) => crate::serve::serve(args).await.map(|()| true),
        Command::Shop(command) => crate::shop::run(command).await.map(|()| true),
        Command::Audit(args) => crate::audit::audit(args).await.map(|()| true),
        Command::Migrate(command) => crate::migrate::run(command).await,
        Command::RotateSealKey(args) => keys::rotate_seal_key(args).await.map(|()| true),
        Command::RotateStoreKey(args) => keys::rotate_store_key(args).await.map(|()| true),
    }
}

/// Whether nobody was there to answer.
fn is_unreachable(error: &anyhow::Error) -> bool {
    let silent = |cause: &reqwest::Error| cause.is_connect() || cause.is_timeout();
    error.downcast_ref::<NothingRuns>().is_some()
        || error.chain().filter_map(|cause| cause.downcast_ref::<reqwest::Error>()).any(silent)
}
