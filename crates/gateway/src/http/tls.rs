//! A certificate and its key, from PEM files.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Where the certificate chain (the server's own first) and its private key are, both PEM.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The chain.
    pub certificate: PathBuf,
    /// The key: PKCS #8, PKCS #1, or SEC 1.
    pub key: PathBuf,
}

impl TlsFiles {
    /// Whether the two can be used, before anybody is told that the server listens.
    ///
    /// # Errors
    /// One cannot be read, or they do not belong together; the message names the file.
    pub fn check(&self) -> io::Result<()> {
        self.acceptor().map(|_| ())
    }

    pub(super) fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let bad = |path: &Path, why: &dyn std::fmt::Display| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {why}", path.display()))
        };
        let read = |why: pem::Error| bad(&self.certificate, &why);
        let chain = CertificateDer::pem_file_iter(&self.certificate).map_err(read)?.collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(read)?;
        if chain.is_empty() {
            return Err(bad(&self.certificate, &"there is no certificate in it"));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|why| bad(&self.key, &why))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|why| bad(&self.certificate, &why))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
