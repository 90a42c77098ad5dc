//! The secrets and names of the local house: made at the first start, kept in the data folder, never printed but for
//! the API key and the counter's password that the developer needs.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};
use simulator::{Seed, SeedClient, SeedSeller};
use url::Url;

use crate::clock::dice;
use crate::private;

/// The shop that `pagam up` seeds.
pub const SHOP_LOGIN: &str = "GESPAY00001";

/// Its name, for buyers.
pub const SHOP_NAME: &str = "Bottega Limone";

/// Names and secrets of the seeded shop and its account at the simulator.
#[derive(Clone, Serialize, Deserialize)]
pub struct Local {
    /// The shop's key at the gateway.
    pub api_key: String,
    /// What opens the counter of the demo shop.
    #[serde(default)]
    pub counter_password: String,
    /// The merchant's id at Amazon.
    pub seller_id: String,
    /// Login with Amazon client of the sandbox.
    pub client_id: String,
    /// Login with Amazon client of production, which the simulator keeps apart.
    pub production_client_id: String,
    /// Signing key id.
    pub access_key: String,
    /// Signing key.
    pub secret_key: String,
    /// The merchant's permission for the gateway's developer id.
    pub mws_token: String,
}

impl Local {
    /// New secrets from the dice.
    #[must_use]
    pub fn new() -> Local {
        Local {
            api_key: api_key(),
            counter_password: password(),
            seller_id: format!("A{}", upper(13)),
            client_id: client_id(),
            production_client_id: client_id(),
            access_key: format!("AKIA{}", upper(16)),
            secret_key: BASE64URL_NOPAD.encode(&bytes::<30>()),
            mws_token: format!("amzn.mws.{}", uuid(bytes::<16>())),
        }
    }

    /// The ones kept in the folder, or new ones that are kept from now on.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn kept(dir: &Path) -> Result<Local> {
        let path = dir.join("local.json");
        match fs::read_to_string(&path) {
            Ok(text) => {
                let local: Local =
                    serde_json::from_str(&text).with_context(|| format!("{} is not readable", path.display()))?;
                // A folder from before the counter had a door.
                match local.counter_password.is_empty() {
                    true => Local { counter_password: password(), ..local }.keep(&path),
                    false => Ok(local),
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let local = Local::new();
                let text = serde_json::to_string_pretty(&local)?;
                secret_file(&path)?.write_all(text.as_bytes())?;
                Ok(local)
            }
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn keep(self, path: &Path) -> Result<Local> {
        private::write(path, &serde_json::to_string_pretty(&self)?)?;
        Ok(self)
    }
}

/// Tells the demo shop its new API key, when this folder's house has that shop; `false` when it does not.
///
/// # Errors
/// When the file is there and cannot be read or written.
pub fn keep_api_key(dir: &Path, login: &str, key: &str) -> Result<bool> {
    let path = dir.join("local.json");
    if login != SHOP_LOGIN || !path.exists() {
        return Ok(false);
    }
    Local { api_key: key.to_owned(), ..Local::kept(dir)? }.keep(&path)?;
    Ok(true)
}

impl Default for Local {
    fn default() -> Self {
        Local::new()
    }
}

/// A new key for a shop: 256 bits from the dice.
#[must_use]
pub fn api_key() -> String {
    BASE64URL_NOPAD.encode(&bytes::<32>())
}

/// 120 bits, in letters and digits that can be typed.
fn password() -> String {
    [5; 4].map(upper).join("-").to_lowercase() + "-" + &upper(4).to_lowercase()
}

fn secret_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path).with_context(|| format!("{} cannot be written", path.display()))
}

fn bytes<const N: usize>() -> [u8; N] {
    let mut buffer = [0; N];
    dice(&mut buffer);
    buffer
}

fn upper(length: usize) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let random = bytes::<32>();
    random.iter().take(length).map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

fn client_id() -> String {
    format!("amzn1.application-oa2-client.{}", HEXLOWER.encode(&bytes::<16>()))
}

fn uuid(bytes: [u8; 16]) -> String {
    let hex = HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The merchant as the simulator's Seller Central keeps it: the origins and pages of the gateway
/// and of the demo shop are registered for both environments, and the gateway's developer id is
/// authorized.
#[must_use]
pub fn seed(local: &Local, gateway: &Url, shop: &Url) -> Seed {
    let [origin, shop] = [gateway, shop].map(|url| url.origin().ascii_serialization());
    let page = |path: &str| format!("{origin}{path}");
    let client = |client_id: &str| SeedClient {
        client_id: client_id.to_owned(),
        allowed_origins: vec![origin.clone(), shop.clone()],
        return_urls: vec![
            page("/pagam/AmazonPay.aspx"),
            page("/pagam/Mobile/AmazonPay.aspx"),
            format!("{shop}{}", demo_shop::RETURN_PATH),
        ],
        ipn_url: Some(page("/pagam/AmazonPayNotification.aspx")),
    };
    Seed::new(SeedSeller {
        id: local.seller_id.clone(),
        name: SHOP_NAME.to_owned(),
        access_key: local.access_key.clone(),
        secret_key: local.secret_key.clone(),
        mws_token: local.mws_token.clone(),
        sandbox: Some(client(&local.client_id)),
        production: Some(client(&local.production_client_id)),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_counters_password_is_made_once_kept_for_the_owner_only_and_given_to_older_folders() {
        let dir = std::env::temp_dir().join(format!("pagam-local-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a folder");
        let made = Local::kept(&dir).expect("made");
        assert!(made.counter_password.len() > 24, "{}", made.counter_password);
        assert_eq!(Local::kept(&dir).expect("kept").counter_password, made.counter_password);
        let path = dir.join("local.json");
        let text = fs::read_to_string(&path).expect("kept");
        let older: Vec<&str> = text.lines().filter(|line| !line.contains("counter_password")).collect();
        fs::write(&path, older.join("\n")).expect("written");
        let given = Local::kept(&dir).expect("an older one");
        assert_eq!((given.api_key.as_str(), given.counter_password.len()), (made.api_key.as_str(), 28));
        assert_eq!(Local::kept(&dir).expect("kept").counter_password, given.counter_password);
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        fs::remove_dir_all(&dir).expect("removed");
    }
}
