//! What reaches the shop at the end: the query of the redirect and of the server-to-server call.

use std::fmt;

use crate::Invalid;

/// The sealed string: from Encrypt for the payment page, or from a notice for Decrypt.
///
/// Opaque. It goes into addresses as it is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CryptedString(String);

/// A notice: `a` names the shop, `b` is sealed. Both channels, redirect and server-to-server call, bring the same.
///
/// **Nothing in it is proof of anything.** Anyone can call the address. Only what [`Client::decrypt`] answers counts.
///
/// ```
/// let notice = pagam::Notice::parse("a=GESPAY00001&b=i3eUhx%2Agy%5FjA")?;
/// assert_eq!(notice.shop, "GESPAY00001");
/// assert_eq!(notice.crypted.as_str(), "i3eUhx*gy_jA");
/// # Ok::<(), pagam::Invalid>(())
/// ```
///
/// [`Client::decrypt`]: crate::Client::decrypt
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// `a`: the shop that is meant. Compare it with your own before anything else.
    pub shop: String,
    /// `b`: what Decrypt reads.
    pub crypted: CryptedString,
}

impl Notice {
    /// Reads the query of the request, with or without `?`. Other parameters are left alone, because the shop's own
    /// address may have some.
    ///
    /// # Errors
    /// [`Invalid::Notice`] when `a` or `b` is missing, empty, given twice, or not of the alphabet.
    pub fn parse(query: &str) -> Result<Notice, Invalid> {
        let query = query.strip_prefix('?').unwrap_or(query);
        let (mut shop, mut crypted) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let place = match name.as_ref() {
                "a" => &mut shop,
                "b" => &mut crypted,
                _ => continue,
            };
            if place.replace(value.into_owned()).is_some() {
                return Err(Invalid::Notice { reason: "a or b is given twice" });
            }
        }
        let shop = shop.filter(|a| !a.is_empty()).ok_or(Invalid::Notice { reason: "a is missing" })?;
        let crypted = crypted.filter(|b| !b.is_empty()).ok_or(Invalid::Notice { reason: "b is missing" })?;
        Ok(Notice { shop, crypted: CryptedString::new(crypted)? })
    }
}

impl CryptedString {
    /// Takes a string that the gateway once gave.
    ///
    /// # Errors
    /// [`Invalid::Notice`] when it is empty or has other characters than `[A-Za-z0-9_*]`.
    pub fn new(text: impl Into<String>) -> Result<CryptedString, Invalid> {
        let text = text.into();
        match wire::seal::is_well_formed(&text) {
            true => Ok(CryptedString(text)),
            false => Err(Invalid::Notice { reason: "b has characters that no sealed string has" }),
        }
    }

    /// The string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CryptedString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CryptedString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start: String = self.0.chars().take(8).collect();
        write!(f, "CryptedString({start}…, {} characters)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_and_b_are_found_among_the_shops_own_parameters() {
        let notice = Notice::parse("?wc-api=pay&b=x_%2Ay&lang=it&a=GESPAY1").expect("a notice");
        assert_eq!(
            (notice.shop.as_str(), notice.crypted.as_str()),
            ("GESPAY1", "x_*y"),
            "the shop and the string are found between the shop's own parameters"
        );
    }

    #[test]
    fn what_is_no_notice_is_refused() {
        for query in ["", "a=S", "b=x", "a=&b=x", "a=S&b=", "a=S&b=x&b=y", "a=S&a=T&b=x", "a=S&b=x+y", "a=S&b=%00"] {
            assert!(Notice::parse(query).is_err(), "{query} was read");
        }
    }
}
