//! `pagam serve`: the gateway alone, as in production.

mod config;
mod reload;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use amazon::Endpoints;
use amazon::notification::Trust;
use anyhow::{Context, Result};
use clap::Args;
use gateway::{Gateway, Tls};
use payments::UtcMs;
use store::Environment;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use url::Url;

pub use config::{AmazonConfig, Config, Flags, Given, Profile, QuotaRule, StoreConfig, variables};

use self::reload::{Reloading, Sources};
use crate::clock::{dice, now_ms};
use crate::database::Database;
use crate::environment::Misconfigured;
use crate::open_files;
use crate::up::stop_asked;

/// What `pagam serve` takes.
#[derive(Debug, Args)]
#[command(after_help = "Every key of the file is also PAGAM_SECTION__KEY, for example PAGAM_GATEWAY__LISTEN.
See docs/OPERATING.md.")]
pub struct ServeArgs {
    /// The configuration [default: pagam.toml, when there is one]
    #[arg(long, env = "PAGAM_CONFIG")]
    config: Option<PathBuf>,
    /// The database instead of the configuration's: a SQLite file, or an address like postgres://user@host/name
    #[arg(long)]
    database: Option<Database>,
}

/// Runs the gateway until Ctrl-C or SIGTERM. SIGHUP has it read certificate and configuration again, and never ends it.
///
/// # Errors
/// A configuration that is wrong or unsafe, a port or file that cannot be used.
pub async fn serve(args: ServeArgs) -> Result<()> {
    let here = PathBuf::from("pagam.toml");
    let file = args.config.or_else(|| here.exists().then_some(here));
    // From here on the signal is ours; before, it would end the process.
    let hangups = signal(SignalKind::hangup()).context("SIGHUP")?;
    let sources = Sources { file, flags: Flags { database: args.database } };
    let given = sources.given().map_err(Misconfigured)?;
    let config = Config::of(&given).map_err(Misconfigured)?;
    let trust = notification_trust(&config.amazon).map_err(Misconfigured)?;
    let tls = config.tls_files().map(Tls::open).transpose().context("TLS").map_err(Misconfigured)?;
    let listener = tokio::net::TcpListener::bind(config.gateway.listen).await;
    let listener = listener.with_context(|| format!("cannot listen on {}", config.gateway.listen))?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let public = match &config.gateway.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("{scheme}://{}", listener.local_addr()?))?,
    };
    let store = config.store.database.open_or_make(&config.store.keys()?).await?;
    let clock: gateway::Clock = Arc::new(|| UtcMs(now_ms()));
    let settings = gateway::Settings { notification_trust: trust, ..settings(&config, public.clone())? };
    let gateway = Gateway::new(settings, store, clock, Arc::new(dice)).await?;
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(gateway.clone().run_background(ended(stopped.clone())));
    eprintln!("Pagam gateway, {:?}, listens on {} as {public}", config.profile, listener.local_addr()?);
    let reloading = Reloading { sources, given, tls: tls.clone(), gateway: gateway.clone() };
    let reloading = tokio::spawn(reloading.run(hangups));
    let serving = gateway::serve(listener, gateway.doors(), tls, gateway.places().clone(), ended(stopped));
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => return ended.context("the server ended"),
        () = stop_asked() => {}
    }
    reloading.abort();
    stop.send_replace(true);
    eprintln!("Stopping; what is under way is finished. Once more stops at once.");
    let finished = async {
        serving.await?;
        Ok(background.await?)
    };
    tokio::select! {
        finished = finished => finished,
        () = stop_asked() => Ok(()),
    }
}

fn settings(config: &Config, public: Url) -> Result<gateway::Settings> {
    let (environment, endpoints) = match config.profile {
        Profile::Local => {
            let simulator = config.amazon.simulator_url.as_ref().context("profile local needs amazon.simulator_url")?;
            (Environment::Sandbox, Endpoints::at(simulator.clone(), amazon::Environment::Sandbox))
        }
        Profile::Sandbox => (Environment::Sandbox, Endpoints::europe(amazon::Environment::Sandbox)),
        Profile::Production => (Environment::Production, Endpoints::europe(amazon::Environment::Live)),
    };
    let quotas = config.amazon_quotas(endpoints.environment);
    let mut settings = gateway::Settings::new(public, environment, endpoints);
    settings.amazon_quotas = quotas;
    settings.session_ms = i64::from(config.gateway.session_minutes) * 60_000;
    settings.capacity = open_files::capacity_for(1);
    if let Some(connections) = NonZeroUsize::new(config.gateway.connections_per_address) {
        settings.capacity.per_address_max = connections.get();
    }
    let limits = config.limits();
    settings.visit_calls_at_once = limits.visit_calls_at_once;
    settings.visit_pause_ms = limits.visit_pause_ms;
    settings.calls_per_second = limits.calls_per_second;
    [settings.amazon_proxy, settings.notice_proxy] = config.proxies()?;
    settings.trusted_proxies = config.trusted_proxies()?;
    Ok(settings)
}

/// Whose notifications are believed: Amazon's, unless the configuration names a simulator and its certificate.
fn notification_trust(amazon: &AmazonConfig) -> Result<Trust> {
    let mut trust = match (&amazon.simulator_url, &amazon.simulator_root) {
        (Some(url), Some(root)) => Trust::stand_in(url.clone(), &pem(root)?).context("amazon.simulator_root")?,
        _ => Trust::amazon(),
    };
    if let Some(path) = &amazon.notification_intermediates {
        trust = trust.with_intermediates(&pem(path)?).context("amazon.notification_intermediates")?;
    }
    Ok(amazon.notification_accounts.iter().fold(trust, |trust, account| trust.with_topic_account(account)))
}

fn pem(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

async fn ended(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone: that is an end too.
    drop(stopped.wait_for(|stop| *stop).await);
}
