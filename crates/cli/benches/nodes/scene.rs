//! One database with its gateways, its shops and Amazon.

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use pagam_cli::database::{Database, StoreKeys};
use store::Store;

use crate::amazon::Amazon;
use crate::callers::{Callers, Merchant};
use crate::doors::Door;
use crate::engine::Engine;
use crate::fleet::Fleet;
use crate::shops::Shops;

/// Gateways at most.
pub const GATEWAYS: usize = 4;
/// Connections of all merchants together.
pub const CALLERS: usize = 64;

/// Where everything is measured.
pub struct Scene {
    pub engine: Engine,
    pub fleet: Fleet,
    pub amazon: Amazon,
    pub shops: Shops,
}

impl Scene {
    /// Starts everything that is not running yet.
    pub async fn start(engine: Engine, folder: &Path) -> Result<Scene> {
        let (amazon, demo) = (Amazon::start().await?, Door::open().await?);
        let store = open(&engine).await?;
        let fleet = Fleet::start(GATEWAYS, folder, &engine.address(), &amazon.url).await?;
        let gateways = fleet.urls()?;
        amazon.let_in(&gateways)?;
        let shops = Shops::open(&store, &amazon, gateways[0].clone(), demo).await?;
        Ok(Scene { engine, fleet, amazon, shops })
    }

    /// A store beside the gateways'.
    pub async fn store(&self) -> Result<Store> {
        open(&self.engine).await
    }

    /// Callers at the first so many gateways.
    pub fn callers(&self, merchants: &Arc<[Merchant]>, gateways: usize) -> Callers {
        let (merchants, gateways) = (Arc::clone(merchants), self.fleet.addresses(gateways));
        Callers { merchants, gateways, at_once: CALLERS }
    }

    /// Stops the gateways, then the database.
    pub async fn stop(self) -> Result<()> {
        self.fleet.stop().await?;
        self.engine.stop().await
    }
}

async fn open(engine: &Engine) -> Result<Store> {
    let database: Database = engine.address().parse().expect("the address of an engine");
    database.open_or_make(&StoreKeys::default()).await
}
