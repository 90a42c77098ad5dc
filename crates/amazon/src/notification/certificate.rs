//! Certificates of the notification service: fetched once, kept by address, and checked at every use.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::sync::Semaphore;
use url::Url;
use webpki::{EndEntityCert, KeyUsage};

use super::NotificationError;
use super::trust::{SUBJECT, Trust, certificates};

/// A chain of a few certificates is far below.
const LARGEST_BYTES: usize = 64 * 1024;
/// Amazon waits 15 seconds for an answer to a notification.
const LONGEST_FETCH: Duration = Duration::from_secs(5);
/// Amazon has a few for each region, and makes new ones once a year.
const KEPT_MOST: usize = 32;
/// Anybody may name addresses at Amazon that do not exist; only so many are looked up at the same time.
const FETCHES_MOST: usize = 8;

/// The certificates that were seen and believed. Only what led to a trusted root is kept, so that nobody can push
/// out a good one with many bad ones.
pub(super) struct Certificates {
    http: reqwest::Client,
    kept: Mutex<VecDeque<(Url, Arc<Chain>)>>,
    fetches: Semaphore,
}

/// A certificate and those that came with it.
pub(super) struct Chain {
    leaf: CertificateDer<'static>,
    rest: Vec<CertificateDer<'static>>,
}

impl Certificates {
    pub(super) fn new(http: reqwest::Client) -> Certificates {
        Certificates { http, kept: Mutex::default(), fetches: Semaphore::new(FETCHES_MOST) }
    }

    /// The key (`SubjectPublicKeyInfo`) of the certificate at this address, when it is trusted at this time.
    pub(super) async fn key_at(&self, url: &Url, trust: &Trust, now_ms: i64) -> Result<Vec<u8>, NotificationError> {
        if let Some(chain) = self.kept(url) {
            let key = chain.key(trust, now_ms);
            if key.is_err() {
                self.forget(url);
            }
            return key;
        }
        let chain = self.fetch(url).await?;
        let key = chain.key(trust, now_ms)?;
        self.keep(url, chain);
        Ok(key)
    }

    async fn fetch(&self, url: &Url) -> Result<Chain, NotificationError> {
        let fetched = tokio::time::timeout(LONGEST_FETCH, async {
            let _one = self.fetches.acquire().await.map_err(|error| not_fetched(&error))?;
            self.download(url).await
        });
        let pem = fetched.await.map_err(|_| not_fetched(&"it took too long"))??;
        Chain::read(&pem)
    }

    async fn download(&self, url: &Url) -> Result<Vec<u8>, NotificationError> {
        let mut response =
            self.http.get(url.clone()).send().await.map_err(|error| not_fetched(&error.without_url()))?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(not_fetched(&response.status()));
        }
        let mut pem = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| not_fetched(&error.without_url()))? {
            if pem.len() + chunk.len() > LARGEST_BYTES {
                return Err(not_trusted(&"it is too large"));
            }
            pem.extend_from_slice(&chunk);
        }
        Ok(pem)
    }

    fn kept(&self, url: &Url) -> Option<Arc<Chain>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == url).map(|(_, chain)| Arc::clone(chain))
    }

    fn keep(&self, url: &Url, chain: Chain) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| known != url);
        kept.truncate(KEPT_MOST - 1);
        kept.push_front((url.clone(), Arc::new(chain)));
    }

    /// What was good and is not any more is asked for again the next time.
    fn forget(&self, url: &Url) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).retain(|(known, _)| known != url);
    }
}

impl Chain {
    pub(super) fn read(pem: &[u8]) -> Result<Chain, NotificationError> {
        let mut all = certificates(pem).map_err(|error| not_trusted(&error))?.into_iter();
        let leaf = all.next().ok_or_else(|| not_trusted(&"there is none"))?;
        Ok(Chain { leaf, rest: all.collect() })
    }

    /// The key, when the certificate leads to a trusted root, is valid now, and is that of the notification service.
    pub(super) fn key(&self, trust: &Trust, now_ms: i64) -> Result<Vec<u8>, NotificationError> {
        let refused = |error: webpki::Error| not_trusted(&error);
        let leaf = EndEntityCert::try_from(&self.leaf).map_err(refused)?;
        let between: Vec<_> = self.rest.iter().chain(trust.intermediates()).cloned().collect();
        let now = UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(now_ms).unwrap_or_default()));
        let usage = KeyUsage::server_auth();
        leaf.verify_for_usage(webpki::ALL_VERIFICATION_ALGS, trust.anchors(), &between, now, usage, None, None)
            .map_err(refused)?;
        let subject = ServerName::try_from(SUBJECT).expect("the name is written in this house");
        leaf.verify_is_valid_for_subject_name(&subject).map_err(refused)?;
        Ok(leaf.subject_public_key_info().to_vec())
    }
}

fn not_fetched(why: &dyn std::fmt::Display) -> NotificationError {
    NotificationError::CertificateNotFetched(why.to_string())
}

fn not_trusted(why: &dyn std::fmt::Display) -> NotificationError {
    NotificationError::CertificateNotTrusted(why.to_string())
}
