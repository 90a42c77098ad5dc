//! `pagam rotate-seal-key`: a new key for the sealed strings; `pagam rotate-store-key`: another for
//! the secrets in the database.

use std::sync::Arc;

use anyhow::{Result, ensure};
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
pub async fn rotate_seal_key(args: RotateSealKeyArgs) -> Result<()> {
    let store = args.store.open().await?;
    let keys = store.seal_keys().await?;
    let random: gateway::Random = Arc::new(dice);
    let key = Keyring::generate(&keys, UtcMs(now_ms()), &random)?;
    store.add_seal_key(&key).await?;
    eprintln!("Key {} seals a minute from now, at every gateway; earlier strings stay readable.", key.id);
    Ok(())
}

/// What `pagam rotate-store-key` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "The keys come from the environment: PAGAM_STORE__KEY, and PAGAM_STORE__OLD_KEYS as a list in brackets; or
from files, PAGAM_STORE__KEY_FILE and PAGAM_STORE__OLD_KEYS_FILE. A key is made with: openssl rand -base64 32

Every gateway must know the new key first, as one of its old keys: see docs/OPERATING.md."
)]
pub struct RotateStoreKeyArgs {
    #[command(flatten)]
    store: StoreArgs,
}

/// Encrypts every secret in the database under the first of the keys.
///
/// # Errors
/// No key was given, one of the secrets cannot be read with any of them, or the database cannot be used.
pub async fn rotate_store_key(args: RotateStoreKeyArgs) -> Result<()> {
    ensure!(!args.store.keys()?.is_empty(), "give the key in PAGAM_STORE__KEY or PAGAM_STORE__KEY_FILE");
    let changed = args.store.open().await?.encrypt_secrets().await?;
    eprintln!("{changed} rows with secrets were encrypted anew; all are under the key now.");
    Ok(())
}
