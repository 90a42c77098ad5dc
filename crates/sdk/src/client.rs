//! The client: one method per operation. Here those that may be repeated; those that move money are in `money`.

mod money;

use std::fmt;

use wire::{CRYPT_NAMESPACE, S2S_NAMESPACE, decrypt, encrypt, read_trx};
use zeroize::Zeroizing;

use crate::builder::ClientBuilder;
use crate::endpoints::Endpoints;
use crate::exchange::{Call, Exchange};
use crate::notice::{CryptedString, Notice};
use crate::outcome::Outcome;
use crate::payment::Payment;
use crate::transaction::{Lookup, Transaction};
use crate::{Error, Invalid};

/// Speaks to the gateway for one shop. Cheap to clone; make one and keep it, it reuses connections.
///
/// ```
/// let client = pagam::Client::builder("GESPAY00001").api_key("…").sandbox().build()?;
/// assert_eq!(client.shop_login(), "GESPAY00001");
/// # Ok::<(), pagam::Error>(())
/// ```
#[derive(Clone)]
pub struct Client {
    shop_login: String,
    api_key: Option<Zeroizing<String>>,
    endpoints: Endpoints,
    exchange: Exchange,
}

impl Client {
    /// Starts a client for a shop: `GESPAY` and five digits in the sandbox, `900` and four in production.
    pub fn builder(shop_login: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(shop_login.into())
    }

    pub(crate) fn new(
        shop_login: String,
        api_key: Option<Zeroizing<String>>,
        endpoints: Endpoints,
        exchange: Exchange,
    ) -> Client {
        Client { shop_login, api_key, endpoints, exchange }
    }

    /// Encrypt: seals the payment into the string for the payment page. Reserves nothing and may be repeated.
    ///
    /// # Errors
    /// [`Error::Refused`] with the gateway's code, [`Error::Transport`], [`Error::Unreadable`].
    pub async fn encrypt(&self, payment: &Payment) -> Result<CryptedString, Error> {
        let request = encrypt::Request {
            shop_login: Some(self.shop_login.clone()),
            apikey: self.api_key_text(),
            ..payment.request()
        };
        match self.exchange.send(&self.crypt("Encrypt", request.write()), encrypt::Response::read).await? {
            encrypt::Response::Ok(crypted) => CryptedString::new(crypted)
                .map_err(|_| Error::Unreadable("the string has characters that no sealed string has".to_owned())),
            encrypt::Response::Ko(failure) => Err(Error::Refused(failure.into())),
        }
    }

    /// The address to send the buyer's browser to (303 See Other).
    ///
    /// Put together as it is: the string must not be percent-encoded again.
    #[must_use]
    pub fn payment_page_url(&self, crypted: &CryptedString) -> String {
        let shop: String = form_urlencoded::byte_serialize(self.shop_login.as_bytes()).collect();
        format!("{}?a={shop}&b={crypted}", self.endpoints.payment_page)
    }

    /// Decrypt: the outcome that a notice speaks of. Repeatable for as long as you like.
    ///
    /// A payment that was refused is **not** an error: it is an [`Outcome`] of [`Status::Refused`](crate::Status).
    ///
    /// # Errors
    /// [`Error::Refused`] when the string cannot be read (9999: changed, another shop's, the other environment's) or
    /// the shop is not let in; [`Error::Transport`]; [`Error::Unreadable`].
    pub async fn decrypt(&self, crypted: &CryptedString) -> Result<Outcome, Error> {
        let request = decrypt::Request {
            shop_login: Some(self.shop_login.clone()),
            crypted_string: Some(crypted.as_str().to_owned()),
            apikey: self.api_key_text(),
        };
        match self.exchange.send(&self.crypt("Decrypt", request.write()), decrypt::Response::read).await? {
            decrypt::Response::Failed(failure) => Err(Error::Refused(failure.into())),
            decrypt::Response::Outcome(outcome) => Ok(Outcome::read(*outcome)),
        }
    }

    /// What a notice has to say: [`Client::decrypt`], after a look at whose notice it is.
    ///
    /// # Errors
    /// [`Invalid::OtherShop`] when `a` is not this shop, without asking the gateway; else as [`Client::decrypt`].
    pub async fn outcome_of(&self, notice: &Notice) -> Result<Outcome, Error> {
        match notice.shop == self.shop_login {
            true => self.decrypt(&notice.crypted).await,
            false => Err(Error::Invalid(Invalid::OtherShop { shop: notice.shop.clone() })),
        }
    }

    /// callReadTrxS2S: state, movements and addresses of a transaction. `None` when the gateway knows of none (2011):
    /// it was never paid, so far.
    ///
    /// # Errors
    /// [`Error::Refused`] when the query fails (2012: several transactions share the identifier; or the shop is not
    /// let in), [`Error::Transport`], [`Error::Unreadable`].
    pub async fn read_trx(&self, lookup: Lookup<'_>) -> Result<Option<Transaction>, Error> {
        let (shop_transaction_id, bank_transaction_id) = lookup.identifiers()?;
        let request = read_trx::Request {
            shop_login: Some(self.shop_login.clone()),
            shop_transaction_id,
            bank_transaction_id,
            apikey: self.api_key_text(),
        };
        let answer = self.exchange.send(&self.s2s("callReadTrxS2S", request.write()), read_trx::Response::read).await?;
        Transaction::read(answer)
    }

    /// The shop's code.
    #[must_use]
    pub fn shop_login(&self) -> &str {
        &self.shop_login
    }

    /// Where the gateway is.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    fn crypt(&self, operation: &'static str, message: String) -> Call<'_> {
        Call { to: &self.endpoints.crypt_decrypt, namespace: CRYPT_NAMESPACE, operation, message }
    }

    fn s2s(&self, operation: &'static str, message: String) -> Call<'_> {
        Call { to: &self.endpoints.s2s, namespace: S2S_NAMESPACE, operation, message }
    }

    fn api_key_text(&self) -> Option<String> {
        self.api_key.as_ref().map(|key| key.as_str().to_owned())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("shop_login", &self.shop_login)
            .field("api_key", &self.api_key.as_ref().map(|_| "[secret]"))
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}
