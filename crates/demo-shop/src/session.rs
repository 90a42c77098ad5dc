//! Who is visiting: a random identifier in a cookie, known to the book.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use url::Url;

use crate::DemoShop;
use crate::book::{BookError, new_id};

const NAME: &str = "sample_shop_session";
const DAYS: u32 = 30;

impl DemoShop {
    /// The visitor's session, when the cookie names one that exists.
    pub(crate) async fn visitor(&self, headers: &HeaderMap) -> Result<Option<String>, BookError> {
        let Some(id) = cookie_named(headers, &host_cookie(NAME, &self.settings.public_url)) else { return Ok(None) };
        Ok(self.book.has_session(id.clone()).await?.then_some(id))
    }

    /// The visitor's session, opened when there is none; with the cookie to set.
    pub(crate) async fn visitor_or_new(&self, headers: &HeaderMap) -> Result<(String, Option<HeaderValue>), BookError> {
        if let Some(id) = self.visitor(headers).await? {
            return Ok((id, None));
        }
        let id = format!("{}{}", new_id(), new_id());
        self.book.open_session(id.clone(), self.now()).await?;
        let cookie = set_cookie(&id, &self.settings.public_url);
        Ok((id, Some(cookie)))
    }
}

/// The value of a cookie.
pub(crate) fn cookie_named(headers: &HeaderMap, wanted: &str) -> Option<String> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, id)| id.to_owned())
}

/// What a cookie of the shop is called. Over https the browser itself then keeps other hosts of the
/// domain from setting it.
pub(crate) fn host_cookie(name: &str, shop: &Url) -> String {
    if shop.scheme() == "https" { format!("__Host-{name}") } else { name.to_owned() }
}

/// Lax, because the buyer comes back from the gateway's site by a link.
fn set_cookie(id: &str, shop: &Url) -> HeaderValue {
    let secure = if shop.scheme() == "https" { "; Secure" } else { "" };
    let (name, seconds) = (host_cookie(NAME, shop), DAYS * 24 * 60 * 60);
    HeaderValue::from_str(&format!("{name}={id}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"))
        .expect("letters and digits make a header value")
}
