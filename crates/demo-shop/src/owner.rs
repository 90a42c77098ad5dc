//! The owner, who may go behind the counter, is known by a password. Browsers type it once and get
//! a cookie; programs send it.
//!
//! The cookies live in memory: after a restart the password is asked for again. The password that
//! `pagam up` makes cannot be guessed. A shop whose owner chooses one also has to limit how often
//! it may be tried.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

use crate::DemoShop;
use crate::book::new_id;
use crate::session::{cookie_named, host_cookie};

const NAME: &str = "sample_shop_counter";
const HOURS: u32 = 8;

/// The password of the counter; never shown by `Debug`. An empty one opens nothing.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// The password.
    #[must_use]
    pub fn new(password: impl Into<String>) -> Password {
        Password(password.into())
    }

    /// Takes as long for a near miss as for a wild guess.
    fn is(&self, said: &str) -> bool {
        let (own, said) = (self.0.as_bytes(), said.as_bytes());
        let differences = own.iter().zip(said).fold(0, |sum, (own, said)| sum | (own ^ said));
        !own.is_empty() && own.len() == said.len() && differences == 0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password")
    }
}

/// The browsers that are let in, and until when, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct LetIn(Mutex<HashMap<String, i64>>);

impl LetIn {
    fn browsers(&self) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DemoShop {
    /// Whether the owner asks: by the cookie of the sign-in, or by the password as a bearer token.
    pub(crate) fn is_owner(&self, headers: &HeaderMap) -> bool {
        let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if let Some(password) = bearer {
            return self.settings.counter_password.is(password);
        }
        let cookie = cookie_named(headers, &host_cookie(NAME, &self.settings.public_url));
        cookie.is_some_and(|id| self.let_in.browsers().get(&id).is_some_and(|until_ms| self.now() < *until_ms))
    }

    /// The cookie for a browser whose owner knows the password.
    pub(crate) fn let_in(&self, password: &str) -> Option<HeaderValue> {
        if !self.settings.counter_password.is(password) {
            return None;
        }
        let id = format!("{}{}{}", new_id(), new_id(), new_id());
        let now = self.now();
        let mut browsers = self.let_in.browsers();
        browsers.retain(|_, until_ms| now < *until_ms);
        browsers.insert(id.clone(), now + i64::from(HOURS) * 60 * 60 * 1000);
        Some(self.cookie(&id, HOURS * 60 * 60))
    }

    /// Forgets the browser; with the cookie that takes the old one away.
    pub(crate) fn let_out(&self, headers: &HeaderMap) -> HeaderValue {
        if let Some(id) = cookie_named(headers, &host_cookie(NAME, &self.settings.public_url)) {
            self.let_in.browsers().remove(&id);
        }
        self.cookie("", 0)
    }

    /// Strict: no link of another site comes in with it.
    fn cookie(&self, id: &str, seconds: u32) -> HeaderValue {
        let name = host_cookie(NAME, &self.settings.public_url);
        let secure = if self.settings.public_url.scheme() == "https" { "; Secure" } else { "" };
        HeaderValue::from_str(&format!("{name}={id}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"))
            .expect("letters and digits make a header value")
    }
}
