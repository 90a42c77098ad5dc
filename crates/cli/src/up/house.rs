//! The whole house in one process: three servers on loopback, seeded so that a buyer can pay at once.

use std::fs::{File, TryLockError};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use amazon::Endpoints;
use amazon::notification::Trust;
use anyhow::{Context, Result, bail};
use demo_shop::DemoShop;
use gateway::shop_settings::{self, AccountWish, Wish};
use gateway::{Capacity, Gateway, Places};
use payments::{Language, ShopLogin, UtcMs};
use simulator::Simulator;
use store::{ApiKeyHash, Environment, Store};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use super::local::{Local, SHOP_LOGIN, SHOP_NAME, seed};
use super::own_host::at_own_host;
use super::ports;
use super::running::Running;
use crate::author::author;
use crate::clock::{dice, now_ms};
use crate::private;

/// Milliseconds since 1970, from wherever the house's time comes.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How the house is set up.
#[derive(Clone)]
pub struct Options {
    /// First of three ports in a row; 0 for any free ones.
    pub port: u16,
    /// Where the data is kept; nothing is kept when there is none.
    pub dir: Option<PathBuf>,
    /// Whether the simulator enforces Amazon's quotas, and the gateway keeps to them.
    pub quotas: bool,
    /// The clock of all parts.
    pub now: Now,
}

impl Default for Options {
    fn default() -> Self {
        Options { port: 0, dir: None, quotas: false, now: Arc::new(now_ms) }
    }
}

/// Gateway, simulator and demo shop, running.
pub struct House {
    running: Running,
    local: Local,
    gateway: Gateway,
    demo_shop: DemoShop,
    simulator: Simulator,
    store: Store,
    gateway_side: Side,
    others: Side,
    dir: Option<PathBuf>,
    lock: Option<File>,
}

/// Parts that stop together.
#[derive(Default)]
struct Side {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Three sockets and their addresses.
struct Doors {
    listeners: Vec<TcpListener>,
    running: Running,
}

impl House {
    /// Starts everything; when this returns, all three answer.
    ///
    /// # Errors
    /// A taken port, a folder that another house has, files that cannot be used.
    pub async fn start(options: Options) -> Result<House> {
        crate::tls::choose();
        let doors = Doors::open(options.port)?;
        let lock = options.dir.as_deref().map(take_folder).transpose()?;
        let local = match &options.dir {
            Some(dir) => Local::kept(dir)?,
            None => Local::new(),
        };
        let file = |name: &str| {
            let path = options.dir.as_ref().map(|dir| dir.join(name));
            path.map(|path| private::file(&path).map(|()| path)).transpose()
        };
        let store = match file("gateway.db")? {
            Some(path) => Store::open(&path).context("the gateway's database")?,
            None => Store::open_in_memory()?,
        };
        seed_shop(&store, &local, &doors.running, UtcMs((options.now)())).await?;
        let simulator = simulator(&options, file("simulator.db")?, &local, &doors.running)?;
        let capacity = crate::open_files::capacity_for(doors.listeners.len());
        let gateway = gateway(&options, store.clone(), &simulator, &doors.running, capacity.clone()).await?;
        let shop = demo_shop(&options, file("demo-shop.db")?, &local, &doors.running)?;
        let mut house = House {
            running: doors.running,
            local,
            gateway: gateway.clone(),
            demo_shop: shop.clone(),
            simulator: simulator.clone(),
            store,
            gateway_side: Side::default(),
            others: Side::default(),
            dir: options.dir,
            lock,
        };
        let [at_gateway, at_simulator, at_shop] =
            <[TcpListener; 3]>::try_from(doors.listeners).ok().context("three listeners")?;
        house.gateway_side.serve(at_gateway, gateway.doors(), gateway.places().clone())?;
        let (simulator_url, shop_url) = (&house.running.simulator, &house.running.shop);
        let simulator_door = at_own_host(simulator.router(), simulator_url);
        house.others.serve(at_simulator, simulator_door, Places::new(capacity.clone()))?;
        house.others.serve(at_shop, at_own_host(shop.router(), shop_url), Places::new(capacity))?;
        let (gateway_ends, others_end) = (house.gateway_side.ended(), house.others.ended());
        house.gateway_side.tasks.push(tokio::spawn(gateway.run_background(gateway_ends)));
        house.others.tasks.push(tokio::spawn(simulator.run_background(others_end)));
        let others_end = house.others.ended();
        house.others.tasks.push(tokio::spawn(shop.run_background(others_end)));
        if let Some(dir) = &house.dir {
            house.running.write(dir)?;
        }
        Ok(house)
    }

    /// Where the parts listen.
    #[must_use]
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// The seeded names and secrets.
    #[must_use]
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// The gateway, for tests that move it by hand.
    #[must_use]
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The demo shop, for tests that have it ask the gateway.
    #[must_use]
    pub fn demo_shop(&self) -> &DemoShop {
        &self.demo_shop
    }

    /// Amazon, for tests that have it tell what happened.
    #[must_use]
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// The gateway's database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Stops all parts and waits until they have: the gateway first, while Amazon and the shop still answer it.
    pub async fn stop(self) {
        self.gateway_side.end().await;
        self.others.end().await;
        if let Some(dir) = &self.dir {
            Running::remove(dir);
        }
        drop(self.lock);
    }
}

impl Side {
    fn serve(&mut self, listener: TcpListener, door: impl gateway::Door, places: Places) -> Result<()> {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let stopped = self.ended();
        self.tasks.push(tokio::spawn(async move {
            if let Err(error) = gateway::serve(listener, door, None, places, stopped).await {
                tracing::error!(%error, "A server ended");
            }
        }));
        Ok(())
    }

    /// Ready when this side is to stop.
    fn ended(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let mut stopped = self.stop.subscribe();
        async move {
            // An error means that the house itself is gone: that is an end too.
            drop(stopped.wait_for(|stop| *stop).await);
        }
    }

    async fn end(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "A server ended with an error");
            }
        }
    }
}

impl Doors {
    fn open(port: u16) -> Result<Doors> {
        let listeners = ports::listen(port, 3)?;
        let mut urls = Vec::new();
        for listener in &listeners {
            urls.push(Url::parse(&format!("http://{}", listener.local_addr()?))?);
        }
        let [gateway, simulator, shop] = <[Url; 3]>::try_from(urls).ok().context("three addresses")?;
        Ok(Doors { listeners, running: Running { gateway, simulator, shop } })
    }
}

/// One house a folder: two would take turns at the same databases with different addresses.
fn take_folder(dir: &Path) -> Result<File> {
    // Buyers' addresses and secrets lie in it.
    private::folder(dir)?;
    let path = dir.join("lock");
    private::file(&path)?;
    let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            let at = Running::read(dir).map(|at| format!(" (shop {})", at.shop)).unwrap_or_default();
            bail!("another pagam up has the folder {}{at}; use --dir or --ephemeral for a second one", dir.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("the folder's lock"),
    }
}

/// The demo shop's account at the gateway: made once; its addresses follow the ports of this start.
async fn seed_shop(store: &Store, local: &Local, at: &Running, now: UtcMs) -> Result<()> {
    let new = Wish {
        name: Some(SHOP_NAME.to_owned()),
        language: Some(Language::English),
        api_key: Some(ApiKeyHash::of(&local.api_key)),
        ..Wish::default()
    };
    let (shop, wish) = match store.shop(&ShopLogin::new(SHOP_LOGIN)?).await? {
        Some(shop) => (shop, Wish::default()),
        None => (shop_settings::new_shop(SHOP_LOGIN)?, new),
    };
    let shown = shop.amazon.get(&Environment::Sandbox).is_none_or(|account| account.show_address_widget);
    let account = AccountWish {
        seller_id: Some(local.seller_id.clone()),
        client_id: Some(local.client_id.clone()),
        access_key: Some(local.access_key.clone()),
        secret_key: Some(local.secret_key.clone()),
        mws_token: Some(local.mws_token.clone()),
        show_address_widget: Some(shown),
    };
    let wish = Wish {
        positive_url: followed(&shop.positive_url, at.shop.join("/result/positive")?),
        negative_url: followed(&shop.negative_url, at.shop.join("/result/negative")?),
        notice_url: followed(shop.notice_url.as_deref().unwrap_or_default(), at.shop.join("/notice")?).map(Some),
        amazon: [(Environment::Sandbox, account)].into(),
        ..wish
    };
    shop_settings::change(store, shop, &wish, &author("pagam up"), now).await?;
    Ok(())
}

/// The demo shop's own addresses follow its port; one that a developer has set to a shop of his own stays.
fn followed(kept: &str, now: Url) -> Option<String> {
    let is_own = Url::parse(kept).is_ok_and(|url| url.path() == now.path() && url.host() == now.host());
    (kept.is_empty() || is_own).then(|| now.into())
}

fn simulator(options: &Options, path: Option<PathBuf>, local: &Local, at: &Running) -> Result<Simulator> {
    let settings = simulator::Settings { public_url: at.simulator.clone(), quotas: options.quotas };
    let simulator = Simulator::open(path.as_deref(), settings, Arc::clone(&options.now), Arc::new(dice))?;
    simulator.seed(&seed(local, &at.gateway, &at.shop))?;
    Ok(simulator)
}

async fn gateway(
    options: &Options,
    store: Store,
    simulator: &Simulator,
    at: &Running,
    capacity: Capacity,
) -> Result<Gateway> {
    let endpoints = Endpoints::at(at.simulator.clone(), amazon::Environment::Sandbox);
    let mut settings = gateway::Settings::new(at.gateway.clone(), Environment::Sandbox, endpoints);
    settings.notification_trust = Trust::stand_in(at.simulator.clone(), &simulator.world().notification_root()?)?;
    settings.capacity = capacity;
    if options.quotas {
        settings.amazon_quotas = amazon::Quotas::documented(amazon::Environment::Sandbox);
    }
    let now = Arc::clone(&options.now);
    Ok(Gateway::new(settings, store, Arc::new(move || UtcMs(now())), Arc::new(dice)).await?)
}

fn demo_shop(options: &Options, path: Option<PathBuf>, local: &Local, at: &Running) -> Result<DemoShop> {
    let client = pagam::Client::builder(SHOP_LOGIN).api_key(&local.api_key).base_url(at.gateway.as_str()).build()?;
    let amazon = demo_shop::Amazon {
        seller_id: local.seller_id.clone(),
        client_id: local.client_id.clone(),
        widgets: Endpoints::at(at.simulator.clone(), amazon::Environment::Sandbox).widgets,
        account: at.simulator.join("/account")?,
    };
    let shop_login = SHOP_LOGIN.to_owned();
    let counter_password = demo_shop::Password::new(&local.counter_password);
    let public_url = at.shop.clone();
    let settings = demo_shop::Settings { public_url, client, shop_login, counter_password, amazon: Some(amazon) };
    Ok(DemoShop::open(path.as_deref(), settings, Arc::clone(&options.now))?)
}
