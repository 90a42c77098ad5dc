//! Signatures of version 1, as Amazon still gives them: RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017,
//! 8.2.1). Cryptographic libraries do not make them any more, with good reason, so the arithmetic
//! is done here. It takes a time that depends on the key, which would give a secret away; the
//! simulator's key guards none.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use num_bigint::BigUint;

/// What says "SHA-1" before the digest (RFC 8017, 9.2, note 1).
const DIGEST_INFO: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// The half of a key that signs, as the Chinese remainder theorem wants it: two powers of half the
/// length are quicker than one.
pub struct Sha1Key {
    primes: [BigUint; 2],
    exponents: [BigUint; 2],
    /// The inverse of the second prime modulo the first.
    coefficient: BigUint,
    length: usize,
}

impl Sha1Key {
    /// Reads PKCS#8; none when it is no RSA key.
    pub fn read(pkcs8: &[u8]) -> Option<Sha1Key> {
        let outer = pkcs8::PrivateKeyInfoRef::try_from(pkcs8).ok()?;
        let key = pkcs1::RsaPrivateKeyRef::try_from(outer.private_key).ok()?;
        Some(Sha1Key {
            primes: [key.prime1, key.prime2].map(|prime| BigUint::from_bytes_be(prime.as_bytes())),
            exponents: [key.exponent1, key.exponent2].map(|exponent| BigUint::from_bytes_be(exponent.as_bytes())),
            coefficient: BigUint::from_bytes_be(key.coefficient.as_bytes()),
            length: key.modulus.as_bytes().len(),
        })
    }

    /// The signature over a text, as long as the modulus.
    pub fn sign(&self, text: &str) -> Vec<u8> {
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        let padding = self.length - 3 - DIGEST_INFO.len() - hash.as_ref().len();
        let mut block = vec![0x00, 0x01];
        block.resize(2 + padding, 0xff);
        block.push(0x00);
        block.extend_from_slice(&DIGEST_INFO);
        block.extend_from_slice(hash.as_ref());
        let signature = self.power(&BigUint::from_bytes_be(&block)).to_bytes_be();
        // The number may be shorter than its place.
        [vec![0; self.length - signature.len()], signature].concat()
    }

    /// The private operation (RFC 8017, 5.2.1, 2.b).
    fn power(&self, block: &BigUint) -> BigUint {
        let [p, q] = &self.primes;
        let [of_p, of_q] = [block.modpow(&self.exponents[0], p), block.modpow(&self.exponents[1], q)];
        // The first is made larger than the second before the second is taken from it.
        let difference = of_p + p - &of_q % p;
        of_q + (difference * &self.coefficient % p) * q
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};

    use super::*;

    #[test]
    fn a_signature_is_verified_by_those_who_know_how() {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let pkcs8: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().expect("DER");
        let key = Sha1Key::read(pkcs8.as_ref()).expect("an RSA key");
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, pair.public_key().as_ref());
        for text in ["", "Message\nx\n", &"è".repeat(10_000)] {
            let signature = key.sign(text);
            assert!(public.verify(text.as_bytes(), &signature).is_ok());
            assert!(public.verify(b"another", &signature).is_err());
        }
    }

    #[test]
    fn what_is_no_rsa_key_is_none() {
        assert!(Sha1Key::read(b"").is_none() && Sha1Key::read(&[0x30, 0x00]).is_none());
    }
}
