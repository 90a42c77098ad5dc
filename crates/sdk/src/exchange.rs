//! One SOAP call over HTTP, with the retries that the protocol allows.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Response, StatusCode};
use url::Url;

use crate::error::{Error, Transport};

/// No answer of the service comes near; more is not read.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// How long to wait and how often to try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub timeout: Duration,
    pub connect_timeout: Duration,
    pub retries: u8,
    pub pause: Duration,
}

/// Sends messages and brings answers.
#[derive(Debug, Clone)]
pub(crate) struct Exchange {
    http: reqwest::Client,
    /// Keeps no connection.
    fresh: reqwest::Client,
    patience: Patience,
}

/// One operation's message.
pub(crate) struct Call<'c> {
    pub to: &'c Url,
    pub namespace: &'static str,
    pub operation: &'static str,
    pub message: String,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            retries: 2,
            pause: Duration::from_millis(500),
        }
    }
}

impl Exchange {
    pub(crate) fn new(http: reqwest::Client, fresh: reqwest::Client, patience: Patience) -> Exchange {
        Exchange { http, fresh, patience }
    }

    /// Sends the call and reads the answer with `read`; a transport error is tried again, nothing else is.
    ///
    /// Only for operations that may be repeated: Encrypt, Decrypt, callReadTrxS2S.
    pub(crate) async fn send<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&str) -> Result<T, wire::ReadError>,
    ) -> Result<T, Error> {
        let mut pause = self.patience.pause;
        for _ in 0..self.patience.retries {
            match once(&self.http, call, &read).await {
                Err(Error::Transport(reason)) if reason.may_pass() => {}
                settled => return settled,
            }
            tokio::time::sleep(pause).await;
            pause = pause.saturating_mul(2);
        }
        once(&self.http, call, &read).await
    }

    /// Sends the call and reads the answer with `read`, once and on a connection of its own: for operations that must
    /// not be repeated blindly.
    pub(crate) async fn send_once<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&str) -> Result<T, wire::ReadError>,
    ) -> Result<T, Error> {
        once(&self.fresh, call, &read).await
    }
}

async fn once<T>(
    http: &reqwest::Client,
    call: &Call<'_>,
    read: &impl Fn(&str) -> Result<T, wire::ReadError>,
) -> Result<T, Error> {
    let sent = http
        .post(call.to.clone())
        .header(CONTENT_TYPE, "text/xml; charset=utf-8")
        .header("SOAPAction", format!("\"{}{}\"", call.namespace, call.operation))
        .body(call.message.clone())
        .send();
    let answer = sent.await.map_err(Transport::from)?;
    let status = answer.status();
    let charset = charset(answer.headers().get(CONTENT_TYPE));
    let bytes = whole(answer).await?;
    if status != StatusCode::OK {
        let text = xml::decode(&bytes, charset.as_deref()).map(|text| fault_text(read(&text))).unwrap_or_default();
        return Err(Error::Transport(Transport::Status { status: status.as_u16(), text }));
    }
    let text = xml::decode(&bytes, charset.as_deref()).map_err(|error| Error::Unreadable(error.to_string()))?;
    Ok(read(&text)?)
}

impl Transport {
    /// A request that is refused for what it is (4xx) would be refused again.
    fn may_pass(&self) -> bool {
        match self {
            Transport::Connect(_) | Transport::Timeout | Transport::Broken(_) => true,
            Transport::Status { status, .. } => !(300..500).contains(status) || *status == 429,
        }
    }
}

impl From<reqwest::Error> for Transport {
    fn from(error: reqwest::Error) -> Transport {
        // The address is left out: a proxy's may hold a password.
        let error = error.without_url();
        match &error {
            // Also when connecting took too long: nothing was sent then.
            error if error.is_connect() => Transport::Connect(causes(error)),
            error if error.is_timeout() => Transport::Timeout,
            error => Transport::Broken(causes(error)),
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Error {
        Error::Transport(error.into())
    }
}

impl From<Transport> for Error {
    fn from(transport: Transport) -> Error {
        Error::Transport(transport)
    }
}

/// The whole body, within the limit.
async fn whole(mut answer: Response) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > ANSWER_MAX {
            return Err(Transport::Broken(format!("the answer is longer than {ANSWER_MAX} bytes")).into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn charset(content_type: Option<&HeaderValue>) -> Option<String> {
    let parameters = content_type?.to_str().ok()?.split(';').skip(1);
    parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

fn fault_text<T>(read: Result<T, wire::ReadError>) -> String {
    match read {
        Err(wire::ReadError::Fault(text)) => text,
        _ => String::new(),
    }
}

/// The error with what lies beneath: reqwest's own text says little.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(cause) = below {
        text = format!("{text}: {cause}");
        below = cause.source();
    }
    text
}
