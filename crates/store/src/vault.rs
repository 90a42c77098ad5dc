//! Secrets as they stand in the database: encrypted under a key that is not in it.
//!
//! ```text
//!   v1:<which key>:<nonce (12) | AES-256-GCM-SIV of the secret | tag (16), in base64>
//! ```
//!
//! A secret is bound to its place: moved to another row or column it cannot be opened. The nonce is
//! made of the secret itself, so that the same secret in the same place reads the same: a copy of a
//! database is compared without its key.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key as NonceKey, sign};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};

use crate::error::Error;

const KEY_BYTES: usize = 32;
const FORM: &str = "v1";
/// Of a key's SHA-256: enough to tell the few keys of one operator apart.
const NAME_BYTES: usize = 6;

/// A key under which secrets are kept: 32 random bytes. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct VaultKey([u8; KEY_BYTES]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is 32 random bytes in base64 or hexadecimal: openssl rand -base64 32")]
pub struct NoVaultKey;

/// Opens secrets with any of its keys, and closes them under the first. Without keys secrets are kept as they are.
#[derive(Default)]
pub(crate) struct Vault(Vec<Lock>);

struct Lock {
    name: String,
    aead: LessSafeKey,
    nonces: NonceKey,
}

impl Vault {
    pub(crate) fn of(keys: &[VaultKey]) -> Vault {
        Vault(keys.iter().map(Lock::of).collect())
    }

    /// The text that stands in the database for the secret in a place.
    pub(crate) fn close(&self, place: &[&str], secret: &str) -> String {
        let Some(lock) = self.0.first() else { return secret.to_owned() };
        let place = place.join("/");
        let nonce = sign(&lock.nonces, format!("{place}\n{secret}").as_bytes());
        let nonce: [u8; NONCE_LEN] = std::array::from_fn(|byte| nonce.as_ref()[byte]);
        let mut closed = secret.as_bytes().to_vec();
        lock.aead
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut closed)
            .expect("a secret is far shorter than the cipher's limit");
        format!("{FORM}:{}:{}", lock.name, BASE64URL_NOPAD.encode(&[nonce.as_slice(), &closed].concat()))
    }

    /// The secret behind the text that stands in a place; a text that nobody closed is the secret.
    ///
    /// # Errors
    /// [`Error::Locked`] when it was closed under another key, or somewhere else.
    pub(crate) fn open(&self, place: &[&str], text: String) -> Result<String, Error> {
        let Some((name, closed)) = text.strip_prefix("v1:").and_then(|rest| rest.split_once(':')) else {
            return Ok(text);
        };
        let opened = self.0.iter().find(|lock| lock.name == name).and_then(|lock| lock.open(place, closed));
        opened.ok_or_else(|| Error::Locked { place: place.join("/"), key: name.to_owned() })
    }
}

impl Lock {
    fn of(VaultKey(key): &VaultKey) -> Lock {
        let name = HEXLOWER.encode(&digest(&SHA256, key).as_ref()[..NAME_BYTES]);
        let aead = UnboundKey::new(&AES_256_GCM_SIV, key).expect("a key has 32 bytes");
        let nonces = sign(&NonceKey::new(HMAC_SHA256, key), b"pagam: nonces of secrets");
        Lock { name, aead: LessSafeKey::new(aead), nonces: NonceKey::new(HMAC_SHA256, nonces.as_ref()) }
    }

    fn open(&self, place: &[&str], closed: &str) -> Option<String> {
        let mut closed = BASE64URL_NOPAD.decode(closed.as_bytes()).ok()?;
        let (nonce, rest) = closed.split_first_chunk_mut::<NONCE_LEN>()?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let secret = self.aead.open_in_place(nonce, Aad::from(place.join("/")), rest).ok()?;
        String::from_utf8(secret.to_vec()).ok()
    }
}

impl FromStr for VaultKey {
    type Err = NoVaultKey;

    fn from_str(text: &str) -> Result<VaultKey, NoVaultKey> {
        let text = text.trim().as_bytes();
        let bytes = HEXLOWER_PERMISSIVE.decode(text).or_else(|_| BASE64.decode(text));
        let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(VaultKey).ok_or(NoVaultKey)
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: [&str; 3] = ["amazon_accounts", "SHOP", "secret_key"];

    fn key(byte: u8) -> VaultKey {
        VaultKey([byte; KEY_BYTES])
    }

    #[test]
    fn what_is_closed_is_opened_in_its_place_by_its_key_alone() {
        let (vault, other) = (Vault::of(&[key(1)]), Vault::of(&[key(2)]));
        let closed = vault.close(&PLACE, "the secret");
        assert!(closed.starts_with("v1:") && !closed.contains("secret"), "{closed}");
        assert_eq!(closed, vault.close(&PLACE, "the secret"), "the same reads the same");
        assert_ne!(closed, vault.close(&PLACE, "the secreT"));
        assert_eq!(vault.open(&PLACE, closed.clone()).expect("its key"), "the secret");
        let elsewhere = ["amazon_accounts", "OTHER", "secret_key"];
        for refused in [vault.open(&elsewhere, closed.clone()), other.open(&PLACE, closed.clone())] {
            assert!(matches!(refused, Err(Error::Locked { .. })), "{refused:?}");
        }
        let mut changed = closed;
        changed.pop();
        assert!(vault.open(&PLACE, changed).is_err());
    }

    #[test]
    fn the_first_key_closes_and_every_key_opens() {
        let before = Vault::of(&[key(1)]).close(&PLACE, "s");
        let both = Vault::of(&[key(2), key(1)]);
        assert_eq!(both.open(&PLACE, before.clone()).expect("an old key"), "s");
        assert_eq!(both.close(&PLACE, "s"), Vault::of(&[key(2)]).close(&PLACE, "s"));
        assert_ne!(both.close(&PLACE, "s"), before);
    }

    #[test]
    fn without_a_key_secrets_are_kept_as_they_are_and_closed_ones_stay_closed() {
        let open = Vault::default();
        assert_eq!(open.close(&PLACE, "s"), "s");
        assert_eq!(open.open(&PLACE, "s".to_owned()).expect("plain"), "s");
        assert!(open.open(&PLACE, Vault::of(&[key(1)]).close(&PLACE, "s")).is_err());
        assert_eq!(Vault::of(&[key(1)]).open(&PLACE, "s".to_owned()).expect("plain of before"), "s");
    }

    #[test]
    fn a_key_is_read_from_base64_and_hexadecimal() {
        let (hexadecimal, base64) = ("07".repeat(32), BASE64.encode(&[7; 32]));
        for text in [hexadecimal.as_str(), &hexadecimal.to_uppercase(), &base64, &format!("{base64}\n")] {
            assert_eq!(text.parse(), Ok(key(7)));
        }
        for text in ["", "07", "a password", &"07".repeat(31)] {
            assert_eq!(text.parse::<VaultKey>(), Err(NoVaultKey), "{text}");
        }
    }
}
