//! The key of the simulated notification service and its certificates: made when first needed, kept
//! in the ledger.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::{BASE64, HEXLOWER};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};

use super::Notary;
use super::sha1::Sha1Key;
use crate::{Error, World};

/// Whom the certificate is for.
const SERVICE: &str = "sns.amazonaws.com";
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Clocks of simulators jump: a certificate that ran out in the middle of a test would be a
/// nuisance.
const LIFE: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureVersion {
    /// With SHA-1: all that was ever recorded of Amazon Pay.
    #[default]
    One,
    /// With SHA-256.
    Two,
}

/// A notary that is ready to sign.
pub struct Signer {
    notary: Notary,
    path: String,
    key: RsaKeyPair,
    sha1: Sha1Key,
}

impl SignatureVersion {
    /// As it is on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            SignatureVersion::One => "1",
            SignatureVersion::Two => "2",
        }
    }
}

impl World {
    /// The signer; the first call makes its key, which takes a moment.
    pub(super) fn signer(&self) -> Result<Arc<Signer>, Error> {
        let mut ready = self.outbox().signer();
        if let Some(signer) = ready.as_ref() {
            return Ok(Arc::clone(signer));
        }
        let kept = self.read(|tables| tables.notaries.get(Notary::KEY).cloned());
        let notary = match kept {
            Some(notary) => notary,
            None => self.work(|unit| {
                let notary = new_notary(self.now());
                unit.put(notary.clone());
                Ok::<_, Error>(notary)
            })?,
        };
        let signer = Arc::new(Signer::of(notary)?);
        *ready = Some(Arc::clone(&signer));
        Ok(signer)
    }
}

impl Signer {
    fn of(notary: Notary) -> Result<Signer, Error> {
        let nonsense =
            |why: &str| Error::Nonsense { kind: "notary".to_owned(), key: Notary::KEY.to_owned(), why: why.to_owned() };
        let pkcs8 = BASE64.decode(notary.key.as_bytes()).map_err(|_| nonsense("its key is not base64"))?;
        let key = RsaKeyPair::from_pkcs8(&pkcs8).map_err(|_| nonsense("its key is no RSA key"))?;
        let sha1 = Sha1Key::read(&pkcs8).ok_or_else(|| nonsense("its key is no RSA key"))?;
        // The name changes with the certificate, as Amazon's does: receivers keep certificates by
        // address.
        let name = HEXLOWER.encode(&digest(&SHA256, notary.certificate.as_bytes()).as_ref()[..16]);
        Ok(Signer { path: format!("/sns/SimpleNotificationService-{name}.pem"), notary, key, sha1 })
    }

    /// Where the certificate is, below the simulator's address.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The certificate, PEM.
    pub fn certificate(&self) -> &str {
        &self.notary.certificate
    }

    /// The root that it leads to, PEM.
    pub fn root(&self) -> &str {
        &self.notary.root
    }

    /// The signature over a text, base64.
    pub fn sign(&self, version: SignatureVersion, text: &str) -> String {
        match version {
            SignatureVersion::One => BASE64.encode(&self.sha1.sign(text)),
            SignatureVersion::Two => {
                let mut signature = vec![0; self.key.public_modulus_len()];
                self.key
                    .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
                    .expect("an RSA key of 2048 bits signs a digest");
                BASE64.encode(&signature)
            }
        }
    }
}

/// A root, and a key with a certificate of it. Their randomness is the library's: a key from dice
/// that tests can foresee would be none.
fn new_notary(now: i64) -> Notary {
    let root = CertifiedIssuer::self_signed(root_params(now), KeyPair::generate().expect("a curve of the library"));
    let root = root.expect("a certificate of names that are written here");
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a size of the library");
    let certificate = service_params(now).signed_by(&key, &root).expect("a certificate of names that are written here");
    Notary { root: root.pem(), certificate: certificate.pem(), key: BASE64.encode(key.serialized_der()) }
}

fn root_params(now: i64) -> CertificateParams {
    let mut params = lasting(now, Vec::new());
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.distinguished_name.push(DnType::CommonName, "Pagam Amazon simulator, notifications");
    params
}

fn service_params(now: i64) -> CertificateParams {
    let mut params = lasting(now, vec![SERVICE.to_owned()]);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    params.distinguished_name.push(DnType::CommonName, SERVICE);
    params
}

/// Valid from a day before now, for the receiver's clock may be behind.
fn lasting(now: i64, names: Vec<String>) -> CertificateParams {
    let mut params = CertificateParams::new(names).expect("the names are written in this file");
    let now = date_time_ymd(1970, 1, 1) + Duration::from_millis(u64::try_from(now).unwrap_or_default());
    (params.not_before, params.not_after) = (now - DAY, now + LIFE);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}
