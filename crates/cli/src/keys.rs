//! `pagam rotate-seal-key`: a new key for the sealed strings.

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use gateway::seal::Keyring;
use payments::UtcMs;

use crate::clock::{dice, now_ms};
use crate::shop::StoreArgs;

/// What `pagam rotate-seal-key` takes.
#[derive(Debug, Args)]
pub struct RotateSealKeyArgs {
    #[command(flatten)]
    store: StoreArgs,
}

/// Adds a key; strings sealed with earlier ones stay readable.
///
/// # Errors
/// The database cannot be used, or all key ids are taken.
pub async fn rotate(args: RotateSealKeyArgs) -> Result<()> {
    let store = args.store.open().await?;
    let keys = store.seal_keys().await?;
    let random: gateway::Random = Arc::new(dice);
    let key = Keyring::generate(&keys, UtcMs(now_ms()), &random)?;
    store.add_seal_key(&key).await?;
    eprintln!("Key {} seals from the next start of the gateway; earlier strings stay readable.", key.id);
    Ok(())
}
