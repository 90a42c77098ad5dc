//! The signature over an envelope's text: RSA PKCS#1 v1.5, with SHA-1 in version 1 and SHA-256 in version 2.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use data_encoding::BASE64;

use super::NotificationError;

/// Whether `signature` (base64) is of this text by the owner of this key (a `SubjectPublicKeyInfo`).
///
/// Version 1 stands on SHA-1, which is broken for collisions but not for second preimages: nobody else can make a
/// text for a signature that Amazon gave, and nobody else chooses what Amazon signs. It is what Amazon sends.
pub(super) fn check(key: &[u8], version: &str, text: &str, signature: &str) -> Result<(), NotificationError> {
    let algorithm = match version {
        "1" => &RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        "2" => &RSA_PKCS1_2048_8192_SHA256,
        other => return Err(NotificationError::UnknownSignatureVersion(other.to_owned())),
    };
    let signature = BASE64.decode(signature.as_bytes()).map_err(|_| NotificationError::Forged)?;
    UnparsedPublicKey::new(algorithm, key).verify(text.as_bytes(), &signature).map_err(|_| NotificationError::Forged)
}
