//! From an address to a pool of connections.

use std::path::PathBuf;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::Error;

/// Connections of one process at most. More only queue in the server instead of here.
const CONNECTIONS: usize = 16;
/// How long a caller waits for a connection, and a new connection for its server.
const WAIT: Duration = Duration::from_secs(5);
/// What is acknowledged is on the disk, whatever the server's own setting. A statement, a lock and
/// a forgotten transaction are cut by the server after these times.
const LIMITS: &str = "-c synchronous_commit=on -c statement_timeout=10000 -c lock_timeout=8000 \
    -c idle_in_transaction_session_timeout=30000";
/// A peer that does not acknowledge what it is sent is given up.
const SILENT_PEER: Duration = Duration::from_secs(10);

/// A pool that connects when it is first asked. The address is PostgreSQL's, as a URL or as words;
/// `sslrootcert` in a URL names a file with the roots to trust instead of the public ones.
pub(super) fn pool(address: &str) -> Result<Pool, Error> {
    let (address, root) = without_root(address);
    let mut config = Config::from_str(&address)?;
    if config.get_target_session_attrs() == TargetSessionAttrs::Any {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    if config.get_ssl_mode() == SslMode::Prefer && !config.get_hosts().iter().all(is_here) {
        config.ssl_mode(SslMode::Require);
    }
    let options = config.get_options().map_or_else(|| LIMITS.to_owned(), |own| format!("{LIMITS} {own}"));
    config.options(options).tcp_user_timeout(SILENT_PEER);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(WAIT);
    }
    if config.get_application_name().is_none() {
        config.application_name("pagam");
    }
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, tls(root)?, recycling);
    let timeouts = Timeouts { wait: Some(WAIT), create: Some(WAIT), recycle: Some(WAIT) };
    let pool = Pool::builder(manager).max_size(CONNECTIONS).runtime(Runtime::Tokio1).timeouts(timeouts).build();
    pool.map_err(|cause| Error::Database(Arc::new(cause)))
}

/// Whether nobody can stand between: a socket of this machine, or its loopback.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
    }
}

/// The driver does not know `sslrootcert`, nor `verify-full`, which is what it does here for `require`.
fn without_root(address: &str) -> (String, Option<PathBuf>) {
    let address = address.replace("sslmode=verify-full", "sslmode=require");
    let Some((before, query)) = address.split_once('?') else { return (address, None) };
    let (roots, others): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with("sslrootcert="));
    let root = roots.last().and_then(|pair| pair.split_once('=')).map(|(_, path)| PathBuf::from(path));
    (format!("{before}?{}", others.join("&")), root)
}

fn tls(root: Option<PathBuf>) -> Result<MakeRustlsConnect, Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = root {
        let unread = |cause: String| Error::File { path: path.clone(), cause: Arc::new(std::io::Error::other(cause)) };
        roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(&path).map_err(|error| unread(error.to_string()))? {
            let certificate = certificate.map_err(|error| unread(error.to_string()))?;
            roots.add(certificate).map_err(|error| unread(error.to_string()))?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|cause| Error::Database(Arc::new(cause)))?;
    Ok(MakeRustlsConnect::new(config.with_root_certificates(roots).with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_roots_is_taken_out_of_the_address() {
        let (address, root) = without_root("postgres://u@db/pagam?sslrootcert=/etc/ca.pem&sslmode=require");
        assert_eq!(address, "postgres://u@db/pagam?sslmode=require");
        assert_eq!(root, Some(PathBuf::from("/etc/ca.pem")));
        assert_eq!(without_root("postgres://db/x?sslmode=verify-full").0, "postgres://db/x?sslmode=require");
        assert_eq!(
            without_root("host=db user=u"),
            ("host=db user=u".to_owned(), None),
            "an address without a file of roots stays as it is"
        );
    }

    #[test]
    fn an_address_that_makes_no_sense_and_roots_that_are_not_there_are_errors() {
        assert!(pool("postgres://u@db/pagam?nonsense=1").is_err());
        assert!(pool("postgres://u@db/pagam?sslrootcert=/nowhere/ca.pem").is_err());
    }
}
