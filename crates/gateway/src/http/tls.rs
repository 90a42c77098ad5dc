//! A certificate and its key, from PEM files, and read again when they change: certificates live for weeks, the process
//! for months.
//!
//! A new one serves the connections from then on; those that are open go on with theirs. One that
//! cannot be used changes nothing.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::{self, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::time::MissedTickBehavior;
use tokio_rustls::TlsAcceptor;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// Where the certificate chain (the server's own first) and its private key are, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The chain.
    pub certificate: PathBuf,
    /// The key: PKCS #8, PKCS #1, or SEC 1.
    pub key: PathBuf,
}

/// The certificate that is served; a clone is the same one.
#[derive(Debug, Clone)]
pub struct Tls(Arc<Served>);

#[derive(Debug)]
struct Served(Mutex<State>);

#[derive(Debug)]
struct State {
    files: TlsFiles,
    /// The files when they were last read, whatever came of it.
    seen: Option<Stamp>,
    certificate: Arc<CertifiedKey>,
}

/// What differs when a file has been written, or replaced by another, behind a link too.
type Stamp = [(u64, u64, [i64; 4]); 2];

impl Tls {
    /// Reads the two, before anybody is told that the server listens.
    ///
    /// # Errors
    /// One cannot be read, or they do not belong together; the message names the file.
    pub fn open(files: TlsFiles) -> io::Result<Tls> {
        let seen = files.stamp();
        let certificate = Arc::new(files.read()?);
        Ok(Tls(Arc::new(Served(Mutex::new(State { files, seen, certificate })))))
    }

    /// Reads them again, changed or not, from where they are now.
    ///
    /// # Errors
    /// As [`Tls::open`]; the certificate of before is served on.
    pub fn renew(&self, files: &TlsFiles) -> io::Result<()> {
        let seen = files.stamp();
        let read = files.read();
        let mut state = self.0.state();
        state.files = files.clone();
        state.seen = seen;
        state.certificate = Arc::new(read?);
        Ok(())
    }

    /// Where they are.
    #[must_use]
    pub fn files(&self) -> TlsFiles {
        self.0.state().files.clone()
    }

    /// Serves what the files hold as they change, until it is dropped.
    pub(super) async fn follow(self) {
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            look.tick().await;
            self.look();
        }
    }

    fn look(&self) {
        let (files, seen) = {
            let state = self.0.state();
            (state.files.clone(), state.seen)
        };
        if files.stamp() == seen {
            return;
        }
        let certificate = files.certificate.display();
        match self.renew(&files) {
            Ok(()) => tracing::info!(%certificate, "Certificate renewed"),
            Err(error) => tracing::error!(%error, "Certificate not renewed; the one before is served on"),
        }
    }

    pub(super) fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(self.0.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

impl Served {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.state().certificate))
    }
}

impl TlsFiles {
    fn read(&self) -> io::Result<CertifiedKey> {
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
        CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|why| bad(&self.certificate, &why))
    }

    /// None when one of them is not there.
    fn stamp(&self) -> Option<Stamp> {
        let of = |path: &Path| {
            let found = std::fs::metadata(path).ok()?;
            let times = [found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec()];
            Some((found.ino(), found.size(), times))
        };
        Some([of(&self.certificate)?, of(&self.key)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("pagam-tls-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&path).expect("a folder");
            Folder(path)
        }

        fn files(&self) -> TlsFiles {
            TlsFiles { certificate: self.0.join("chain.pem"), key: self.0.join("key.pem") }
        }

        /// Puts a new certificate there, as a client that renews it does.
        fn renew(&self) -> Vec<u8> {
            let rcgen::CertifiedKey { cert, signing_key } =
                rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
            std::fs::write(self.files().certificate, cert.pem()).expect("written");
            std::fs::write(self.files().key, signing_key.serialize_pem()).expect("written");
            cert.der().to_vec()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }

    fn served(tls: &Tls) -> Vec<u8> {
        tls.0.state().certificate.cert[0].to_vec()
    }

    #[tokio::test(start_paused = true)]
    async fn files_that_change_are_served_without_being_asked() {
        let folder = Folder::new("follow");
        let first = folder.renew();
        let tls = Tls::open(folder.files()).expect("a certificate");
        let following = tokio::spawn(tls.clone().follow());
        tokio::time::sleep(LOOK).await;
        assert_eq!(served(&tls), first);
        let second = folder.renew();
        tokio::time::sleep(LOOK * 2).await;
        assert!(served(&tls) == second && first != second);
        following.abort();
    }

    #[test]
    fn a_broken_certificate_leaves_the_one_before_until_it_is_mended() {
        let folder = Folder::new("broken");
        let first = folder.renew();
        let tls = Tls::open(folder.files()).expect("a certificate");
        let key = std::fs::read(folder.files().key).expect("a key");
        folder.renew();
        std::fs::write(folder.files().key, key).expect("written");
        let told = tls.renew(&folder.files()).expect_err("the key is another one's").to_string();
        assert!(told.contains("chain.pem"), "{told}");
        for broken in ["", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            std::fs::write(folder.files().certificate, broken).expect("written");
            tls.look();
            assert_eq!(served(&tls), first, "{broken:?}");
        }
        std::fs::remove_file(folder.files().certificate).expect("it was there");
        tls.look();
        assert_eq!(served(&tls), first);
        let second = folder.renew();
        tls.look();
        assert_eq!(served(&tls), second);
    }

    #[test]
    fn a_certificate_may_move() {
        let (old, new) = (Folder::new("old"), Folder::new("new"));
        old.renew();
        let tls = Tls::open(old.files()).expect("a certificate");
        let there = new.renew();
        tls.renew(&new.files()).expect("a certificate");
        assert_eq!(served(&tls), there);
        let again = new.renew();
        tls.look();
        assert_eq!(served(&tls), again);
    }
}
