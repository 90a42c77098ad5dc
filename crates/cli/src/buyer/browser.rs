//! Just enough of a browser for a buyer without a screen: cookies, forms, and redirects one at a time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::cookie::{CookieStore, Jar};
use reqwest::header::LOCATION;
use reqwest::{Client, RequestBuilder, redirect};
use url::Url;

use super::html::{Form, Sight};

/// Longer than Amazon's slowest answer and the gateway's patience with it.
const PATIENCE: Duration = Duration::from_secs(60);
const MOST_REDIRECTS: usize = 12;

/// Cookies and a connection pool.
#[derive(Debug, Clone)]
pub struct Browser {
    client: Client,
    jar: Arc<Jar>,
}

/// Where a request ended: a page, or the redirect it asks for.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The address asked for.
    pub url: Url,
    /// The HTTP status.
    pub status: u16,
    /// Where the page sends the browser, fragment included.
    pub to: Option<Url>,
    /// The body.
    pub body: String,
}

impl Browser {
    /// An empty cookie jar.
    ///
    /// # Errors
    /// When the HTTP client cannot be built.
    pub fn new() -> Result<Self> {
        crate::tls::choose();
        let jar = Arc::new(Jar::default());
        let client = Client::builder()
            // Shop, gateway and Amazon of a simulated buyer are on this machine, or as near as a container.
            .no_proxy()
            .cookie_provider(Arc::clone(&jar))
            .redirect(redirect::Policy::none())
            .user_agent("pagam-buyer/0.1 (headless)")
            .timeout(PATIENCE)
            .build()?;
        Ok(Browser { client, jar })
    }

    /// Sets a cookie as a page's script would.
    pub fn set_cookie(&self, name: &str, value: &str, page: &Url) {
        self.jar.add_cookie_str(&format!("{name}={value}; Path=/; SameSite=Lax"), page);
    }

    /// The value of a cookie, percent-decoded.
    #[must_use]
    pub fn cookie(&self, name: &str, page: &Url) -> Option<String> {
        let header = self.jar.cookies(page)?;
        let pairs = header.to_str().ok()?.split("; ").filter_map(|pair| pair.split_once('='));
        let value = pairs.into_iter().find(|(key, _)| *key == name)?.1.to_owned();
        form_urlencoded::parse(format!("v={value}").as_bytes()).next().map(|(_, value)| value.into_owned())
    }

    /// Loads an address; redirects are told, not followed.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, url: &Url) -> Result<Visit> {
        self.send(url, self.client.get(url.clone())).await
    }

    /// Sends a form from the page at `from`.
    ///
    /// # Errors
    /// When its address is no address, or there is no answer.
    pub async fn submit(&self, from: &Url, form: &Form) -> Result<Visit> {
        let url = from.join(&form.action).with_context(|| format!("the form's action {:?}", form.action))?;
        let origin = from.origin().ascii_serialization();
        let request = self.client.post(url.clone()).form(&form.fields).header("origin", origin);
        self.send(
            &url,
            request.header("sec-fetch-site", if url.origin() == from.origin() { "same-origin" } else { "same-site" }),
        )
        .await
    }

    /// Loads an address and follows redirects while `follow` agrees with the next one.
    ///
    /// # Errors
    /// When there is no answer, or redirects go in circles.
    pub async fn follow(&self, mut visit: Visit, follow: impl Fn(&Url) -> bool) -> Result<Visit> {
        for _ in 0..MOST_REDIRECTS {
            match visit.to.clone() {
                Some(next) if follow(&next) => visit = self.get(&next).await?,
                _ => return Ok(visit),
            }
        }
        bail!("{} redirects without end", visit.url)
    }

    async fn send(&self, url: &Url, request: RequestBuilder) -> Result<Visit> {
        let answer = request.send().await.with_context(|| format!("no answer from {}", place(url)))?;
        let status = answer.status().as_u16();
        let to = match answer.headers().get(LOCATION).and_then(|to| to.to_str().ok()) {
            Some(to) if (300..400).contains(&status) => Some(url.join(to).context("a redirect to no address")?),
            _ => None,
        };
        let body = answer.text().await.with_context(|| format!("the answer of {} broke off", place(url)))?;
        Ok(Visit { url: url.clone(), status, to, body })
    }
}

impl Visit {
    /// What the buyer sees.
    #[must_use]
    pub fn sight(&self) -> Sight {
        Sight::of(&self.body)
    }

    /// The form whose action ends so.
    ///
    /// # Errors
    /// When the page has no such form: the page's own words say what it is instead.
    pub fn form(&self, action_end: &str) -> Result<Form> {
        let sight = self.sight();
        sight.form(action_end).cloned().with_context(|| {
            let said = [sight.heading, sight.alert].join(" ");
            format!("{} has no form {action_end:?}; it says: {}", place(&self.url), said.trim())
        })
    }
}

/// An address without its query, for messages.
#[must_use]
pub fn place(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}
