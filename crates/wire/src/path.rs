//! Where the services are found: every spelling that clients use, case ignored.

/// One of the two SOAP services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// WSCryptDecrypt: Encrypt and Decrypt.
    CryptDecrypt,
    /// WSs2s: everything between servers.
    S2s,
}

/// Path of WSCryptDecrypt as documented.
pub const CRYPT_DECRYPT: &str = "/gestpay/GestPayWS/WsCryptDecrypt.asmx";

/// Path of WSs2s as documented.
pub const S2S: &str = "/gestpay/gestpayws/WSs2s.asmx";

/// Path of the payment page as documented.
pub const PAYMENT_PAGE: &str = "/pagam/pagam.aspx";

impl Service {
    /// The service's name, as in its WSDL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Service::CryptDecrypt => "WSCryptDecrypt",
            Service::S2s => "WSs2s",
        }
    }

    /// The target namespace.
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Service::CryptDecrypt => crate::CRYPT_NAMESPACE,
            Service::S2s => crate::S2S_NAMESPACE,
        }
    }
}

/// The service at a path: `/gestpay/gestpayws/…` or, for WSCryptDecrypt, the old `/crypthttp/…`.
#[must_use]
pub fn service_of(path: &str) -> Option<Service> {
    match path.to_ascii_lowercase().trim_end_matches('/') {
        "/gestpay/gestpayws/wscryptdecrypt.asmx" | "/crypthttp/wscryptdecrypt.asmx" => Some(Service::CryptDecrypt),
        "/gestpay/gestpayws/wss2s.asmx" => Some(Service::S2s),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored() {
        assert_eq!(service_of(CRYPT_DECRYPT), Some(Service::CryptDecrypt));
        assert_eq!(service_of("/GESTPAY/gestpayWS/WSS2S.asmx"), Some(Service::S2s));
        assert_eq!(service_of("/crypthttp/WSCryptDecrypt.asmx"), Some(Service::CryptDecrypt));
        assert_eq!(service_of("/gestpay/other.asmx"), None);
    }
}
