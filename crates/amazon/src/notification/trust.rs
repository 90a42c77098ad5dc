//! Whom to believe: where certificates may come from, and which roots they must lead to.

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, TrustAnchor};
use url::Url;

use super::NotificationError;

/// Whose certificate it must be.
pub(super) const SUBJECT: &str = "sns.amazonaws.com";

/// The accounts at AWS in which Amazon Pay has its topics; the second one is that of chargebacks. Everybody can have a
/// topic whose messages the notification service signs just as well, so the signature alone says nothing.
const TOPIC_ACCOUNTS: [&str; 2] = ["291180941288", "598607868003"];

/// Where certificates may come from and what they must lead to. [`Trust::amazon`] unless a simulator plays Amazon.
#[derive(Clone)]
pub struct Trust {
    place: Place,
    anchors: Vec<TrustAnchor<'static>>,
    intermediates: Vec<CertificateDer<'static>>,
    topic_accounts: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// `https://sns.<region>.amazonaws.com/…`
    Amazon,
    /// Below this address.
    Below(Url),
}

/// A trust that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTrust {
    /// Not PEM, or no certificate in it, or one that cannot be read.
    #[error("the certificate cannot be read: {0}")]
    Certificate(String),
    /// An address that has no origin, or that names a user, a query or a fragment.
    #[error("{0} is no address below which certificates can be")]
    Address(String),
}

impl Trust {
    /// Amazon's notification service, and the public roots.
    #[must_use]
    pub fn amazon() -> Trust {
        Trust::new(Place::Amazon, webpki_roots::TLS_SERVER_ROOTS.to_vec())
    }

    /// A stand-in for Amazon: certificates come from below `address` and lead to the certificates
    /// of `anchors` (PEM), and to nothing else. Never for a gateway that moves money.
    ///
    /// # Errors
    /// [`BadTrust`], when one of the two cannot be used.
    pub fn stand_in(address: Url, anchors: &str) -> Result<Trust, BadTrust> {
        if !address.has_host() || !is_bare(&address) {
            return Err(BadTrust::Address(address.into()));
        }
        let unreadable = |error: webpki::Error| BadTrust::Certificate(error.to_string());
        let certificates = certificates(anchors.as_bytes())?;
        let anchors = certificates.iter().map(|certificate| {
            webpki::anchor_from_trusted_cert(certificate).map(|anchor| anchor.to_owned()).map_err(unreadable)
        });
        Ok(Trust::new(Place::Below(address), anchors.collect::<Result<_, _>>()?))
    }

    /// The same with certificates (PEM) that may stand between Amazon's and a root, should Amazon not send them along.
    /// They are not believed by themselves.
    ///
    /// # Errors
    /// [`BadTrust::Certificate`].
    pub fn with_intermediates(mut self, pem: &str) -> Result<Trust, BadTrust> {
        self.intermediates.extend(certificates(pem.as_bytes())?);
        Ok(self)
    }

    /// The same with one more account at AWS, should Amazon Pay begin to send from another.
    #[must_use]
    pub fn with_topic_account(mut self, account: impl Into<String>) -> Trust {
        self.topic_accounts.push(account.into());
        self
    }

    /// Whether it is Amazon that is believed, and nobody who stands in for it.
    #[must_use]
    pub fn is_amazon(&self) -> bool {
        self.place == Place::Amazon
    }

    pub(super) fn anchors(&self) -> &[TrustAnchor<'static>] {
        &self.anchors
    }

    pub(super) fn intermediates(&self) -> &[CertificateDer<'static>] {
        &self.intermediates
    }

    pub(super) fn is_topic_account(&self, account: &str) -> bool {
        self.topic_accounts.iter().any(|known| known == account)
    }

    /// The address of a certificate, when certificates may come from there.
    pub(super) fn certificate_url(&self, text: &str) -> Result<Url, NotificationError> {
        let url = self.service_url(text)?;
        // Without a query one certificate has one address: the cache cannot be filled with spellings of it.
        match is_bare(&url) && url.path().ends_with(".pem") {
            true => Ok(url),
            false => Err(NotificationError::ForeignAddress(text.to_owned())),
        }
    }

    /// An address of the notification service.
    pub(super) fn service_url(&self, text: &str) -> Result<Url, NotificationError> {
        let is_own = |url: &Url| match &self.place {
            Place::Amazon => url.scheme() == "https" && url.port().is_none() && is_service(url.host_str()),
            Place::Below(address) => url.origin() == address.origin() && url.path().starts_with(address.path()),
        };
        Url::parse(text)
            .ok()
            .filter(|url| is_own(url) && url.username().is_empty() && url.password().is_none())
            .ok_or_else(|| NotificationError::ForeignAddress(text.to_owned()))
    }

    fn new(place: Place, anchors: Vec<TrustAnchor<'static>>) -> Trust {
        let topic_accounts = TOPIC_ACCOUNTS.map(str::to_owned).to_vec();
        Trust { place, anchors, intermediates: Vec::new(), topic_accounts }
    }
}

impl std::fmt::Debug for Trust {
    /// Without the certificates: the public roots alone fill pages.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trust")
            .field("place", &self.place)
            .field("topic_accounts", &self.topic_accounts)
            .finish_non_exhaustive()
    }
}

/// Every certificate of a PEM text, in its order; at least one.
pub(super) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BadTrust> {
    let unreadable = |why: String| BadTrust::Certificate(why);
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|error| unreadable(error.to_string()))?;
    if found.is_empty() { Err(unreadable("there is none".to_owned())) } else { Ok(found) }
}

fn is_bare(url: &Url) -> bool {
    url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

/// `sns.<region>.amazonaws.com`, or the same in China.
fn is_service(host: Option<&str>) -> bool {
    let region = host
        .and_then(|host| host.strip_prefix("sns."))
        .and_then(|rest| rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn")));
    region.is_some_and(|region| {
        region.len() >= 3 && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_come_from_amazons_notification_service_alone() {
        let trust = Trust::amazon();
        for good in [
            "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem",
            "https://SNS.us-east-1.amazonaws.com/x.pem",
            "https://sns.cn-north-1.amazonaws.com.cn/x.pem",
            "https://sns.eu-west-1.amazonaws.com:443/x.pem",
        ] {
            assert!(trust.certificate_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
            "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
            "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com@evil.example/x.pem",
            "https://user@sns.eu-west-1.amazonaws.com/x.pem",
            "https://bucket.sns.eu-west-1.amazonaws.com/x.pem",
            "https://sns.a.b.amazonaws.com/x.pem",
            "https://sns.eu.amazonaws.com/x.pem",
            "https://snsxeu-west-1.amazonaws.com/x.pem",
            "https://sns.eu-west-1.amazonaws.com/x.pem?x",
            "https://sns.eu-west-1.amazonaws.com/x.pem#x",
            "https://sns.eu-west-1.amazonaws.com/?x.pem",
            "https://sns.eu-west-1.amazonaws.com/x.html",
            "file:///x.pem",
            "x.pem",
            "",
        ] {
            assert_eq!(trust.certificate_url(bad), Err(NotificationError::ForeignAddress(bad.into())));
        }
    }

    #[test]
    fn a_trust_without_certificate_or_with_an_odd_address_is_refused() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let root = include_str!("../../tests/golden/notification/root.pem");
        assert!(Trust::stand_in(url("http://127.0.0.1:2421/"), root).is_ok_and(|trust| !trust.is_amazon()));
        assert!(matches!(Trust::stand_in(url("http://127.0.0.1/"), ""), Err(BadTrust::Certificate(_))));
        for odd in ["http://user@127.0.0.1/", "http://127.0.0.1/?x", "data:x"] {
            assert!(matches!(Trust::stand_in(url(odd), root), Err(BadTrust::Address(_))), "{odd}");
        }
    }
}
