//! The one cryptography that every TLS connection of this program uses.

/// Chooses it for the whole process; a second call changes nothing.
pub fn choose() {
    // An error means that it was chosen before.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}
