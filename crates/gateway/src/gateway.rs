//! The gateway as one value: what its doors and capabilities share.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use amazon::Connector;
use amazon::notification::Verifier;
use payments::UtcMs;
use store::{SealKey, Store};
use tokio::sync::{Notify, watch};

use crate::background::answered::Answered;
use crate::background::janitor::{self, Janitor};
use crate::background::notices::{self, Notices};
use crate::background::{answered, leases, seal_keys};
use crate::counters::Counters;
use crate::doors::{health, ipn, page, soap};
use crate::http::{self, Capacity, Doors, Places};
use crate::in_flight::InFlight;
use crate::ports::{Clock, Random};
use crate::rate_limit::Rates;
use crate::seal::{BadKey, Keyring};
use crate::settings::{Limits, Settings};
use crate::shop_cache::ShopCache;

/// How long the background may take to finish after a stop: longer than a notice or a call to Amazon.
const DRAIN_PATIENCE: Duration = Duration::from_secs(40);

/// The gateway; a clone is the same gateway.
#[derive(Clone)]
pub struct Gateway {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    store: Store,
    keyring: Keyring,
    connector: Connector,
    verifier: Verifier,
    shops: ShopCache,
    clock: Clock,
    messenger: reqwest::Client,
    in_flight: InFlight,
    rates: RwLock<Arc<Rates>>,
    places: Places,
    counters: Counters,
    answered: Answered,
    notices_wake: Notify,
    janitor_wake: Notify,
}

/// Why a gateway could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store did not answer.
    #[error("the store: {0}")]
    Store(#[from] store::Error),
    /// The sealing keys in the store cannot be used.
    #[error(transparent)]
    Key(#[from] BadKey),
    /// Amazon's addresses cannot be used.
    #[error("Amazon's addresses: {0}")]
    Endpoints(#[from] amazon::BadEndpoint),
    /// Where money moves, only Amazon is believed.
    #[error("in production notifications are believed of Amazon alone, and the settings name another")]
    Trust,
    /// The client that calls the shops could not be made.
    #[error("the client that calls the shops: {0}")]
    Messenger(String),
}

impl Gateway {
    /// A gateway on this store. The first one on a store makes the sealing key.
    ///
    /// # Errors
    /// The store does not answer, or what it or the settings hold cannot be used.
    pub async fn new(settings: Settings, store: Store, clock: Clock, random: Random) -> Result<Gateway, Error> {
        let keys = existing_keys(&store, clock(), &random).await?;
        let shared = Shared {
            connector: connector(&settings, &clock, Arc::clone(&random))?,
            keyring: Keyring::new(settings.environment, &keys, clock(), random)?,
            verifier: verifier(&settings, &clock)?,
            shops: ShopCache::new(store.clone(), Arc::clone(&clock), settings.shop_cache_ms),
            messenger: notices::messenger(settings.notice_proxy.as_ref(), settings.notice_timeout_ms)?,
            in_flight: InFlight::default(),
            rates: RwLock::new(Arc::new(Rates::of(settings.limits()))),
            places: Places::new(Capacity {
                trusted_proxies: settings.trusted_proxies.clone(),
                ..settings.capacity.clone()
            }),
            counters: Counters::default(),
            answered: Answered::default(),
            notices_wake: Notify::new(),
            janitor_wake: Notify::new(),
            settings,
            store,
            clock,
        };
        Ok(Gateway { shared: Arc::new(shared) })
    }

    /// Reads the keys of the seal again: another may have been made.
    ///
    /// # Errors
    /// The store does not answer, or what it holds cannot be used.
    pub async fn take_up_seal_keys(&self) -> Result<(), Error> {
        Ok(self.keyring().take_up(&self.store().seal_keys().await?, self.now())?)
    }

    /// How many callers may be served at once.
    #[must_use]
    pub fn places(&self) -> &Places {
        &self.shared.places
    }

    /// Holds shops and visits to other limits from here on; the same ones change nothing.
    pub fn take_up_limits(&self, limits: Limits) {
        if !self.rates().are_of(limits) {
            *self.shared.rates.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Rates::of(limits));
        }
    }

    /// Every door. Paths are matched without regard to case.
    pub fn doors(&self) -> Doors {
        let doors = http::guarded(
            ipn::router(self.clone()).merge(page::router(self.clone())).merge(health::router(self.clone())),
            self.settings(),
        );
        Doors::new(http::https_only(doors.merge(soap::router(self.clone())), self.settings()))
    }

    /// Delivers notices and settles attempts until `shutdown` ends, then finishes what is under
    /// way, that of the doors included, and leaves the rest to other gateways.
    pub async fn run_background(self, shutdown: impl Future<Output = ()> + Send) {
        let (stop, stopped) = watch::channel(false);
        let work = async {
            let (notices, janitor) = (notices::run(&self, stopped.clone()), janitor::run(&self, stopped.clone()));
            let leases = leases::extend_leases(&self, stopped.clone());
            let answered = answered::run(&self, stopped.clone());
            tokio::join!(notices, janitor, leases, answered, seal_keys::run(&self, stopped.clone()))
        };
        let ended = async {
            shutdown.await;
            stop.send_replace(true);
            tokio::time::sleep(DRAIN_PATIENCE).await;
        };
        tokio::pin!(work);
        let is_finished = tokio::select! {
            _ = &mut work => true,
            () = ended => false,
        };
        answered::mark_or_warn(&self).await;
        if is_finished {
            return;
        }
        tracing::warn!("Unfinished work is left to other gateways");
        if let Err(error) = self.store().end_leases(&self.in_flight().keys()).await {
            tracing::warn!(%error, "Leases were not ended; they run out");
        }
    }

    /// The notices to shops.
    #[must_use]
    pub fn notices(&self) -> Notices {
        Notices::of(self.clone())
    }

    /// Marks the notices of the calls whose answers were written out, without waiting for the background: how many.
    ///
    /// # Errors
    /// The store does not answer; what is not marked is sent.
    pub async fn mark_answered(&self) -> Result<usize, store::Error> {
        answered::mark(self).await
    }

    #[must_use]
    pub fn janitor(&self) -> Janitor {
        Janitor::of(self.clone())
    }

    /// How this gateway was set up.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Where payments are kept.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// What seals and opens.
    #[must_use]
    pub fn keyring(&self) -> &Keyring {
        &self.shared.keyring
    }

    pub(crate) fn connector(&self) -> &Connector {
        &self.shared.connector
    }

    pub(crate) fn verifier(&self) -> &Verifier {
        &self.shared.verifier
    }

    pub(crate) fn shops(&self) -> &ShopCache {
        &self.shared.shops
    }

    pub(crate) fn clock(&self) -> Clock {
        Arc::clone(&self.shared.clock)
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    pub(crate) fn now(&self) -> UtcMs {
        (self.shared.clock)()
    }

    pub(crate) fn messenger(&self) -> &reqwest::Client {
        &self.shared.messenger
    }

    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.shared.in_flight
    }

    pub(crate) fn answered(&self) -> &Answered {
        &self.shared.answered
    }

    pub(crate) fn rates(&self) -> Arc<Rates> {
        Arc::clone(&self.shared.rates.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// To be called after every change whose notice is due at once: delivery begins.
    pub(crate) fn wake_notices(&self) {
        self.shared.notices_wake.notify_one();
    }

    pub(crate) fn notices_wake(&self) -> &Notify {
        &self.shared.notices_wake
    }

    /// Asks the janitor to look now.
    pub(crate) fn wake_janitor(&self) {
        self.shared.janitor_wake.notify_one();
    }

    pub(crate) fn janitor_wake(&self) -> &Notify {
        &self.shared.janitor_wake
    }
}

fn connector(settings: &Settings, clock: &Clock, random: Random) -> Result<Connector, Error> {
    let clock = Arc::clone(clock);
    let http = to_amazon(settings)?;
    let now = Arc::new(move || clock().0);
    let connector = Connector::new(http, settings.amazon.clone(), now, settings.amazon_retry.clone())?;
    Ok(connector.with_jitter(jitter(random)).with_quotas(settings.amazon_quotas))
}

/// A client for Amazon's services and for the certificates of its notifications.
fn to_amazon(settings: &Settings) -> Result<reqwest::Client, Error> {
    let timeouts = amazon::Timeouts::default();
    let Some(proxy) = &settings.amazon_proxy else { return Ok(amazon::http_client(timeouts)?) };
    let proxy = proxy.for_clients().map_err(|error| amazon::BadEndpoint::Client(error.to_string()))?;
    Ok(amazon::http_client_through(proxy, timeouts)?)
}

/// Between three quarters and five quarters of a delay.
fn jitter(random: Random) -> amazon::Jitter {
    Arc::new(move |delay_ms| {
        let mut byte = [0];
        random(&mut byte);
        delay_ms.saturating_mul(192 + u64::from(byte[0]) / 2) / 256
    })
}

fn verifier(settings: &Settings, clock: &Clock) -> Result<Verifier, Error> {
    let trust = settings.notification_trust.clone();
    if settings.environment == store::Environment::Production && !trust.is_amazon() {
        return Err(Error::Trust);
    }
    let clock = Arc::clone(clock);
    let http = to_amazon(settings)?;
    Ok(Verifier::new(http, trust, Arc::new(move || clock().0)))
}

/// The store's keys, the first of which is made here when there is none.
async fn existing_keys(store: &Store, now: UtcMs, random: &Random) -> Result<Vec<SealKey>, Error> {
    let keys = store.seal_keys().await?;
    if !keys.is_empty() {
        return Ok(keys);
    }
    match store.add_seal_key(&Keyring::generate(&[], now, random)?).await {
        // Another gateway started at the same moment and made the first key: that is the one.
        Ok(()) | Err(store::Error::Exists(_)) => Ok(store.seal_keys().await?),
        Err(error) => Err(error.into()),
    }
}
