//! SIGHUP: certificate and configuration are read again, and what can change while the gateway runs
//! changes. Whatever is wrong with them, the gateway goes on as it was, and the log says why.

use std::path::PathBuf;

use anyhow::Result;
use gateway::{Gateway, Tls};
use tokio::signal::unix::Signal;

use super::config::{Config, Flags, Given};
use crate::environment;

/// Keys that hold from the signal on. All others hold from the next start.
const AT_ONCE: [&str; 5] = [
    "gateway.tls_certificate",
    "gateway.tls_key",
    "gateway.calls_per_second",
    "gateway.visit_calls_at_once",
    "gateway.visit_pause_seconds",
];

/// Where the configuration is read from, again and again.
pub(super) struct Sources {
    pub(super) file: Option<PathBuf>,
    pub(super) flags: Flags,
}

/// What the signal changes.
pub(super) struct Reloading {
    pub(super) sources: Sources,
    /// What the gateway began with, and what of it has changed at once since.
    pub(super) given: Given,
    pub(super) tls: Option<Tls>,
    pub(super) gateway: Gateway,
}

impl Sources {
    pub(super) fn given(&self) -> Result<Given> {
        Given::read(self.file.as_deref(), &environment::variables(), &self.flags)
    }
}

impl Reloading {
    /// Answers signals for as long as the process lives.
    pub(super) async fn run(self, mut hangups: Signal) {
        while hangups.recv().await.is_some() {
            self.reload();
        }
    }

    fn reload(&self) {
        let read = self.sources.given().and_then(|given| Ok((Config::of(&given)?, given)));
        let (config, given) = match read {
            Ok(read) => read,
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "Configuration not reloaded; it stays as it was");
                return self.renew(None);
            }
        };
        self.gateway.take_up_limits(config.limits());
        self.renew(Some(&config));
        let is_tls_switched = self.tls.is_some() != config.tls_files().is_some();
        let waits = |key: &String| is_tls_switched && key.contains(".tls_") || !AT_ONCE.contains(&key.as_str());
        let waiting: Vec<String> = self.given.changed_in(&given).into_iter().filter(waits).collect();
        match waiting.is_empty() {
            true => tracing::info!("Configuration reloaded"),
            false => tracing::warn!(keys = waiting.join(", "), "Configuration reloaded; these keys need a restart"),
        }
    }

    /// Reads the certificate again, from where the configuration now says, or still from where it was.
    fn renew(&self, config: Option<&Config>) {
        let Some(tls) = &self.tls else { return };
        let files = config.and_then(Config::tls_files).unwrap_or_else(|| tls.files());
        match tls.renew(&files) {
            Ok(()) => tracing::info!(certificate = %files.certificate.display(), "Certificate read again"),
            Err(error) => tracing::error!(%error, "Certificate not renewed; the one before is served on"),
        }
    }
}
