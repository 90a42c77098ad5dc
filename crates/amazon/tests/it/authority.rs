//! A certificate authority and a notification service of the tests: makes certificates good and bad, signs envelopes.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use data_encoding::BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize, date_time_ymd,
};
use serde_json::{Value, json};

pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
}

/// A key with the certificate of somebody.
pub struct Service {
    pub pem: String,
    key: RsaKeyPair,
}

impl Authority {
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name.push(DnType::CommonName, "Tests");
        (params.not_before, params.not_after) = (date_time_ymd(2010, 1, 1), date_time_ymd(2040, 1, 1));
        let key = KeyPair::generate().expect("a key");
        Authority { root: CertifiedIssuer::self_signed(params, key).expect("a root") }
    }

    pub fn pem(&self) -> String {
        self.root.pem()
    }

    /// A certificate for a name, good through the years from `first` up to `last`.
    pub fn service(&self, name: &str, first: i32, last: i32) -> Service {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, "sns.amazonaws.com");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (params.not_before, params.not_after) = (date_time_ymd(first, 1, 1), date_time_ymd(last, 1, 1));
        let pem = params.signed_by(&key, &self.root).expect("a certificate").pem();
        Service { pem, key: RsaKeyPair::from_pkcs8(key.serialized_der()).expect("the same key") }
    }
}

impl Service {
    /// The envelope with its signature of version 2.
    pub fn signed(&self, mut envelope: Value) -> String {
        let names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
        let lines = names.iter().filter_map(|name| Some(format!("{name}\n{}\n", envelope[name].as_str()?)));
        let text: String = lines.collect();
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature).expect("signed");
        envelope["SignatureVersion"] = json!("2");
        envelope["Signature"] = json!(BASE64.encode(&signature));
        envelope.to_string()
    }
}

/// A notification of a closed order reference, unsigned.
pub fn envelope(certificate_url: &str) -> Value {
    let message = json!({
        "NotificationReferenceId": "7b6f3c1e-0000-4000-8000-000000000001a2example",
        "NotificationType": "OrderReferenceNotification",
        "SellerId": "A2EXAMPLESELLER",
        "ReleaseEnvironment": "Sandbox",
        "NotificationData": include_str!("../golden/notification/order_reference.xml"),
    });
    json!({
        "Type": "Notification",
        "MessageId": "2288e071-0000-5000-8000-000000000009",
        "TopicArn": "arn:aws:sns:eu-west-1:291180941288:A1G8446IYHA4MRA2EXAMPLESELLER",
        "Message": message.to_string(),
        "Timestamp": "2016-01-01T00:00:00.000Z",
        "SigningCertURL": certificate_url,
    })
}
