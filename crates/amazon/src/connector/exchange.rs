//! One try of one call: parameters, signature, the bytes there and back, and what is logged of them.

use form_urlencoded::Serializer;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use url::{Position, Url};

use super::Connector;
use super::gate::Turns;
use super::retry::Ended;
use super::verdict::{Received, answer_of, unanswered};
use crate::calls::Call;
use crate::signature::sign_v2;
use crate::types::Answer;
use crate::{Account, Environment, Error, ErrorCode, Failure, Secret};

/// An answer larger than this is not Amazon's.
const LARGEST_ANSWER_BYTES: usize = 1 << 20;

impl Connector {
    /// Checks, waits for a turn, signs, sends and sorts.
    pub(super) async fn call_once<C: Call>(
        &self,
        account: &Account,
        request: &C,
        turns: &Turns<'_>,
    ) -> Result<C::Answer, Ended> {
        self.refuse_here(request)?;
        turns.next().await?;
        let started_ms = (self.clock)();
        let body = self.signed_body::<C>(account, request, started_ms);
        let sent = self
            .http
            .post(self.endpoints.mws.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")
            .body(body);
        let received = receive(sent).await;
        let duration_ms = (self.clock)() - started_ms;
        match &received {
            Ok(received) => tracing::info!(
                action = C::ACTION,
                seller_id = account.seller_id,
                subject = request.subject(),
                http_status = received.status,
                request_id = received.request_id().unwrap_or_default(),
                amazon_timestamp = received.timestamp.as_deref().unwrap_or_default(),
                duration_ms,
                "Amazon answered"
            ),
            Err(ended) => tracing::warn!(
                action = C::ACTION,
                seller_id = account.seller_id,
                subject = request.subject(),
                error = %ended.error,
                duration_ms,
                "Amazon did not answer"
            ),
        }
        let answer = answer_of(request, &received?);
        if matches!(&answer, Err(ended) if ended.error.code().is_some_and(ErrorCode::is_throttling)) {
            turns.throttled();
        }
        answer
    }

    /// What is wrong with a request before it is sent.
    fn refuse_here<C: Call>(&self, request: &C) -> Result<(), Ended> {
        let refused = |why: String| Ended::for_good(Error::refused(Failure::here(why)));
        request.check().map_err(|bad| refused(bad.to_string()))?;
        match request.fits(self.endpoints.environment) {
            true => Ok(()),
            false => Err(refused(format!(
                "{} is not an id of the {} environment",
                request.subject(),
                Environment::as_str(self.endpoints.environment)
            ))),
        }
    }

    fn signed_body<C: Call>(&self, account: &Account, request: &C, now_ms: i64) -> String {
        let mut params = request.params();
        let mut add = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
        add("AWSAccessKeyId", &account.access_key);
        add("Action", C::ACTION);
        add("SellerId", &account.seller_id);
        add("SignatureMethod", "HmacSHA256");
        add("SignatureVersion", "2");
        add("Timestamp", &crate::types::request_timestamp(now_ms));
        add("Version", "2013-01-01");
        if let Some(token) = account.mws_token.as_ref().map(Secret::expose) {
            add("MWSAuthToken", token);
        }
        let url = &self.endpoints.mws;
        let signature = sign_v2("POST", &host_header(url), url.path(), &params, &account.secret_key);
        params.push(("Signature".to_owned(), signature));
        Serializer::new(String::new()).extend_pairs(&params).finish()
    }
}

/// Host and, when it is not the standard one, port: what the client sends as `Host`.
fn host_header(url: &Url) -> String {
    url[Position::BeforeHost..Position::AfterPort].to_owned()
}

/// Sends and reads the whole answer, at most [`LARGEST_ANSWER_BYTES`] of it.
pub(super) async fn receive(request: reqwest::RequestBuilder) -> Result<Received, Ended> {
    let mut response = request.send().await.map_err(|error| unanswered(error, None))?;
    let status = response.status().as_u16();
    let header = |headers: &HeaderMap, name: &str| headers.get(name)?.to_str().ok().map(str::to_owned);
    let mut received = Received {
        status,
        charset: header(response.headers(), "content-type").as_deref().and_then(charset),
        header_request_id: header(response.headers(), "x-mws-request-id"),
        timestamp: header(response.headers(), "x-mws-timestamp"),
        body: Vec::new(),
        answer: None,
    };
    while let Some(chunk) = response.chunk().await.map_err(|error| unanswered(error, Some(status)))? {
        if received.body.len() + chunk.len() > LARGEST_ANSWER_BYTES {
            let failure = Failure {
                http_status: Some(status),
                request_id: received.header_request_id,
                ..Failure::here("the answer is larger than 1 MiB")
            };
            return Err(Ended::for_now(Error::Unknown(failure)));
        }
        received.body.extend_from_slice(&chunk);
    }
    received.answer = Answer::parse(&received.body, received.charset.as_deref()).ok();
    Ok(received)
}

/// The charset of a media type: `text/xml; charset="utf-8"`.
fn charset(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
    })
}
