//! Verifies signature version 2. Written apart from the connector's signer on purpose: two readings
//! of one specification must agree.
//!
//! The canonical text is rebuilt from the decoded parameters: clients encode their bodies
//! differently (a space as `+`), but all sign the one RFC 3986 form.

use aws_lc_rs::hmac;
use data_encoding::BASE64;

use super::request::Received;

/// Why a signature is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadSignature {
    /// Another version than 2.
    Version,
    /// Another method than HmacSHA256 and HmacSHA1.
    Method,
    /// It does not belong to this text and secret.
    Mismatch,
}

/// Whether the request was signed with this secret.
pub fn verify(received: &Received, secret: &str) -> Result<(), BadSignature> {
    let value =
        |name: &str| received.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    if value("SignatureVersion") != "2" {
        return Err(BadSignature::Version);
    }
    let algorithm = match value("SignatureMethod") {
        "HmacSHA256" => hmac::HMAC_SHA256,
        "HmacSHA1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        _ => return Err(BadSignature::Method),
    };
    let signature = BASE64.decode(value("Signature").as_bytes()).map_err(|_| BadSignature::Mismatch)?;
    let key = hmac::Key::new(algorithm, secret.as_bytes());
    hmac::verify(&key, canonical(received).as_bytes(), &signature).map_err(|_| BadSignature::Mismatch)
}

fn canonical(received: &Received) -> String {
    let mut sorted: Vec<&(String, String)> = received.params.iter().filter(|(name, _)| name != "Signature").collect();
    sorted.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let mut text = format!("{}\n{}\n{}\n", received.method, signed_host(&received.host), received.path);
    for (at, (name, value)) in sorted.into_iter().enumerate() {
        if at > 0 {
            text.push('&');
        }
        encode(name, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

/// In lower case; a standard port is left out, any other kept as written.
fn signed_host(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let bare = host.strip_suffix(":443").or_else(|| host.strip_suffix(":80"));
    bare.unwrap_or(&host).to_owned()
}

fn encode(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(host: &str, pairs: &[(&str, &str)]) -> Received {
        let known = [
            ("AWSAccessKeyId", "TEST_ACCESS_KEY"),
            ("SignatureMethod", "HmacSHA256"),
            ("SignatureVersion", "2"),
            ("Timestamp", "2015-12-31T23:59:58Z"),
            ("Version", "2013-01-01"),
            ("AmazonOrderReferenceId", "AMAZON_ORDER_REFERENCE_ID"),
        ];
        let params = pairs.iter().chain(&known).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Received {
            method: "POST",
            host: host.to_owned(),
            path: "/OffAmazonPayments_Sandbox/2013-01-01".to_owned(),
            user_agent: String::new(),
            params: params.collect(),
        }
    }

    const DELEGATED: [(&str, &str); 3] = [
        ("Action", "ConfirmOrderReference"),
        ("SellerId", "OVERRIDE_SELLER_ID"),
        ("MWSAuthToken", "TEST_MWS_AUTH_TOKEN"),
    ];

    #[test]
    fn published_signatures_are_verified() {
        let get = [
            ("Action", "GetOrderReferenceDetails"),
            ("SellerId", "TEST_MERCHANT_ID"),
            ("Signature", "cpkDC72d5lMIbo5ET2dvERTw4F2cGQJL3eQPzUe2pAE="),
        ];
        assert_eq!(verify(&received("mws.amazonservices.com", &get), "TEST_SECRET_KEY"), Ok(()));
        assert_eq!(verify(&received("MWS.amazonservices.com:443", &get), "TEST_SECRET_KEY"), Ok(()));
        let mut confirm = DELEGATED.to_vec();
        confirm.extend([
            ("AuthorizationAmount.Amount", "0.01"),
            ("AuthorizationAmount.CurrencyCode", "EUR"),
            ("FailureUrl", "https://pay.amazon.com/failure.html"),
            ("SuccessUrl", "https://pay.amazon.com/success.html"),
            ("Signature", "KeZbecFqPMxhR4g35iFWsdLmq1rAgwdn4B2WTIFMTHg="),
        ]);
        assert_eq!(verify(&received("mws.amazonservices.com", &confirm), "TEST_SECRET_KEY"), Ok(()));
    }

    #[test]
    fn another_host_secret_or_parameter_is_another_signature() {
        let mut signed = DELEGATED.to_vec();
        signed.push(("Signature", "mbJBrZKC4Jz8J+rhRqyfYsY6TkSapWOvCTlC+UDUTok="));
        assert_eq!(verify(&received("mws.amazonservices.com", &signed), "TEST_SECRET_KEY"), Ok(()));
        let refused = Err(BadSignature::Mismatch);
        assert_eq!(verify(&received("mws.amazonservices.com:8443", &signed), "TEST_SECRET_KEY"), refused);
        assert_eq!(verify(&received("mws.amazonservices.com", &signed), "TEST_SECRET_KEX"), refused);
        signed.push(("SuccessUrl", "https://evil.example/"));
        assert_eq!(verify(&received("mws.amazonservices.com", &signed), "TEST_SECRET_KEY"), refused);
    }
}
