//! The seal: what a shop carries to the page (`CryptDecryptString`) and what it gets back (`b`).
//!
//! A seal holds the whole request or the whole outcome, encrypted and authenticated, so that Encrypt writes nothing
//! and Decrypt reads nothing. It is bound to its kind, its shop and its environment: moved anywhere else it is
//! unreadable, as is any seal with a changed character.
//!
//! ```text
//!   version | key id | nonce (12) | AES-256-GCM-SIV of the payload | tag (16)     as text: see `text`
//! ```

mod payload;
mod text;

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use data_encoding::{BASE32_DNSSEC, BASE32_NOPAD};
use payments::{Order, Outcome, PaymentId, ShopLogin, Token, UtcMs};
use store::{Environment, SealKey};

use crate::ports::Random;
use payload::{PLAIN, Payload, WITH_MORE};

const VERSIONS: [u8; 2] = [PLAIN, WITH_MORE];
const TOKEN_BYTES: usize = 10;
const HEADER: usize = 2;
const KEY_BYTES: usize = 32;
const ID_BYTES: usize = 15;
/// A new key opens at once and seals only when every gateway on the store has had the time to hear of it.
const SEALS_AFTER_MS: i64 = 60_000;

/// What Encrypt seals for the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRequest {
    /// The visit that this string stands for; new for every string.
    pub payment: PaymentId,
    /// What the shop asked for.
    pub order: Order,
    /// The payment types that the shop named; empty when it named none.
    pub methods: Vec<String>,
    /// When the string was made.
    pub sealed_at: UtcMs,
}

/// A string that this gateway did not make for this shop, this purpose and this environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the string cannot be read")]
pub struct Unreadable;

/// A key that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Without a key nothing can be sealed.
    #[error("there is no sealing key")]
    None,
    /// A key has 32 bytes.
    #[error("the sealing key {0} does not have 32 bytes")]
    Length(u8),
    /// All 256 identifiers are taken.
    #[error("no identifier is left for another sealing key")]
    Full,
}

/// Seals and opens. The newest key that everybody knows seals, every key opens; cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<RwLock<Keys>>,
    environment: Environment,
    random: Random,
}

/// Never empty.
struct Keys {
    all: Vec<Key>,
    sealing: usize,
}

struct Key {
    id: u8,
    aead: LessSafeKey,
}

#[derive(Clone, Copy)]
enum Kind {
    Request = 1,
    Outcome = 2,
}

impl Keyring {
    /// A keyring of these keys, oldest first.
    ///
    /// # Errors
    /// [`BadKey::None`] without a key, [`BadKey::Length`] for one of another length.
    pub fn new(environment: Environment, keys: &[SealKey], now: UtcMs, random: Random) -> Result<Keyring, BadKey> {
        Ok(Keyring { keys: Arc::new(RwLock::new(Keys::of(keys, now)?)), environment, random })
    }

    /// Goes on with these keys, oldest first: those of before and any that were made since. A new
    /// one seals a minute after it was made.
    ///
    /// # Errors
    /// As [`Keyring::new`]; then the keys of before stay.
    pub fn take_up(&self, keys: &[SealKey], now: UtcMs) -> Result<(), BadKey> {
        let keys = Keys::of(keys, now)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// A new key, not yet part of any keyring. Its identifier is the one after the newest, passing over those taken.
    ///
    /// # Errors
    /// [`BadKey::Full`] when all 256 identifiers are taken.
    pub fn generate(taken: &[SealKey], now: UtcMs, random: &Random) -> Result<SealKey, BadKey> {
        let next = taken.last().map_or(0, |newest| newest.id.wrapping_add(1));
        let id = (0..=u8::MAX).map(|step| next.wrapping_add(step)).find(|id| taken.iter().all(|key| key.id != *id));
        let mut key = vec![0; KEY_BYTES];
        random(&mut key);
        Ok(SealKey { id: id.ok_or(BadKey::Full)?, key, created_at: now })
    }

    /// A new visit's identifier: 24 characters, 120 random bits.
    #[must_use]
    pub fn new_payment_id(&self) -> PaymentId {
        let mut bytes = [0; ID_BYTES];
        (self.random)(&mut bytes);
        PaymentId::new(BASE32_DNSSEC.encode(&bytes)).expect("24 letters and digits")
    }

    /// A new token for an agreement: sixteen letters and digits, 80 random bits.
    #[must_use]
    pub fn new_token(&self) -> Token {
        let mut bytes = [0; TOKEN_BYTES];
        (self.random)(&mut bytes);
        Token::new(BASE32_NOPAD.encode(&bytes)).expect("sixteen letters and digits")
    }

    /// The string that opens the page; another one each time.
    #[must_use]
    pub fn seal_request(&self, shop: &ShopLogin, request: &SealedRequest) -> String {
        self.seal(Kind::Request, shop, payload::write_request(request))
    }

    /// The string that tells the shop the outcome; another one each time, all of them read the same.
    #[must_use]
    pub fn seal_outcome(&self, shop: &ShopLogin, outcome: &Outcome) -> String {
        self.seal(Kind::Outcome, shop, payload::write_outcome(outcome))
    }

    /// Reads a string of [`Keyring::seal_request`].
    ///
    /// # Errors
    /// [`Unreadable`] for everything else.
    pub fn open_request(&self, shop: &ShopLogin, text: &str) -> Result<SealedRequest, Unreadable> {
        payload::read_request(self.open(Kind::Request, shop, text)?).ok_or(Unreadable)
    }

    /// Reads a string of [`Keyring::seal_outcome`].
    ///
    /// # Errors
    /// [`Unreadable`] for everything else.
    pub fn open_outcome(&self, shop: &ShopLogin, text: &str) -> Result<Outcome, Unreadable> {
        payload::read_outcome(self.open(Kind::Outcome, shop, text)?).ok_or(Unreadable)
    }

    fn seal(&self, kind: Kind, shop: &ShopLogin, payload: Payload) -> String {
        let Payload { version, bytes: mut payload } = payload;
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = &keys.all[keys.sealing];
        let mut nonce = [0; NONCE_LEN];
        (self.random)(&mut nonce);
        let bound = Aad::from(self.bound_to(kind, shop, [version, key.id]));
        key.aead
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut payload)
            .expect("a request is far shorter than the cipher's limit");
        let mut sealed = Vec::with_capacity(HEADER + NONCE_LEN + payload.len());
        sealed.extend([version, key.id]);
        sealed.extend(nonce);
        sealed.extend(payload);
        text::encode(&sealed)
    }

    fn open(&self, kind: Kind, shop: &ShopLogin, text: &str) -> Result<Payload, Unreadable> {
        let mut sealed = text::decode(text).ok_or(Unreadable)?;
        let Some((&mut [version, id], rest)) = sealed.split_first_chunk_mut() else { return Err(Unreadable) };
        if !VERSIONS.contains(&version) {
            return Err(Unreadable);
        }
        let Some((nonce, payload)) = rest.split_first_chunk_mut::<NONCE_LEN>() else { return Err(Unreadable) };
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let key = keys.all.iter().find(|key| key.id == id).ok_or(Unreadable)?;
        let bound = Aad::from(self.bound_to(kind, shop, [version, id]));
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key.aead.open_in_place(nonce, bound, payload).map_err(|_| Unreadable)?;
        Ok(Payload { version, bytes: opened.to_vec() })
    }

    fn bound_to(&self, kind: Kind, shop: &ShopLogin, [version, key]: [u8; HEADER]) -> Vec<u8> {
        let environment = match self.environment {
            Environment::Sandbox => 1,
            Environment::Production => 2,
        };
        let mut bound = vec![version, key, kind as u8, environment];
        bound.extend(shop.as_str().as_bytes());
        bound
    }
}

impl Keys {
    fn of(keys: &[SealKey], now: UtcMs) -> Result<Keys, BadKey> {
        let all = keys.iter().map(Key::new).collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() {
            return Err(BadKey::None);
        }
        let known = keys.iter().rposition(|key| key.created_at.plus_ms(SEALS_AFTER_MS) <= now);
        // The first key of all has nobody who could seal before it.
        Ok(Keys { all, sealing: known.unwrap_or(0) })
    }
}

impl Key {
    fn new(key: &SealKey) -> Result<Key, BadKey> {
        let unbound = UnboundKey::new(&AES_256_GCM_SIV, &key.key).map_err(|_| BadKey::Length(key.id))?;
        Ok(Key { id: key.id, aead: LessSafeKey::new(unbound) })
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring [secret]")
    }
}

#[cfg(test)]
mod tests;
