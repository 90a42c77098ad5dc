//! One SOAP call over HTTP, with the retries that the protocol allows.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use url::Url;

use crate::error::{Error, Transport};

/// How long a call that moves money may take, unless
/// [`ClientBuilder::money_timeout`](crate::ClientBuilder::money_timeout) says otherwise: 120
/// seconds.
///
/// The gateway asks Amazon, twice when the first question has no answer, and answers the shop
/// within about 100 seconds in any case. A shop that hangs up earlier has an
/// [uncertain](crate::Error::is_uncertain) end where it could have had an answer. Do not let a
/// buyer's browser wait for so long: go on with the call in a task of its own.
pub const MONEY_TIMEOUT: Duration = Duration::from_secs(120);

/// No answer of the service comes near; more is not read.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// How long to wait and how often to try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub timeout: Duration,
    pub money_timeout: Duration,
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
            money_timeout: MONEY_TIMEOUT,
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

    /// Sends the call and reads the answer with `read`; a transport error is tried again, nothing
    /// else is. A busy gateway is given the time it asks for, unless that is longer than a call may
    /// take.
    ///
    /// Only for operations that may be repeated: Encrypt, Decrypt, callReadTrxS2S.
    pub(crate) async fn send<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&str) -> Result<T, wire::ReadError>,
    ) -> Result<T, Error> {
        let Patience { timeout, retries, .. } = self.patience;
        let mut pause = self.patience.pause;
        for _ in 0..retries {
            let asked_for = match once(&self.http, call, timeout, &read).await {
                Err(Error::Transport(reason)) if reason.may_pass() => Duration::ZERO,
                Err(Error::Busy { retry_after }) if retry_after <= timeout => retry_after,
                settled => return settled,
            };
            tokio::time::sleep(pause.max(asked_for)).await;
            pause = pause.saturating_mul(2);
        }
        once(&self.http, call, timeout, &read).await
    }

    /// Sends the call and reads the answer with `read`, once and on a connection of its own: for operations that must
    /// not be repeated blindly.
    pub(crate) async fn send_once<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&str) -> Result<T, wire::ReadError>,
    ) -> Result<T, Error> {
        once(&self.fresh, call, self.patience.timeout, &read).await
    }

    /// The same for an operation that moves money, with more patience.
    pub(crate) async fn send_money<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&str) -> Result<T, wire::ReadError>,
    ) -> Result<T, Error> {
        once(&self.fresh, call, self.patience.money_timeout, &read).await
    }
}

async fn once<T>(
    http: &reqwest::Client,
    call: &Call<'_>,
    timeout: Duration,
    read: &impl Fn(&str) -> Result<T, wire::ReadError>,
) -> Result<T, Error> {
    let sent = http
        .post(call.to.clone())
        .timeout(timeout)
        .header(CONTENT_TYPE, "text/xml; charset=utf-8")
        .header("SOAPAction", format!("\"{}{}\"", call.namespace, call.operation))
        .body(call.message.clone())
        .send();
    let answer = sent.await.map_err(Transport::from)?;
    let status = answer.status();
    let charset = charset(answer.headers().get(CONTENT_TYPE));
    let retry_after = retry_after(answer.headers().get(RETRY_AFTER));
    let bytes = whole(answer).await?;
    if status != StatusCode::OK {
        let fault = xml::decode(&bytes, charset.as_deref()).ok().and_then(|text| fault_of(read(&text)));
        return Err(match (status, retry_after, fault) {
            // All three: a proxy's 503 says nothing about what was done behind it.
            (StatusCode::SERVICE_UNAVAILABLE, Some(retry_after), Some(_)) => Error::Busy { retry_after },
            (_, _, fault) => Transport::Status { status: status.as_u16(), text: fault.unwrap_or_default() }.into(),
        });
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

/// Seconds; the other form, a date, would need a clock.
fn retry_after(header: Option<&HeaderValue>) -> Option<Duration> {
    let seconds: u32 = header?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.into()))
}

/// The text of a SOAP fault.
fn fault_of<T>(read: Result<T, wire::ReadError>) -> Option<String> {
    match read {
        Err(wire::ReadError::Fault(text)) => Some(text),
        _ => None,
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
