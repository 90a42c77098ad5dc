//! Amazon: the simulator in the bench's own process, in memory, without notifications and without quotas.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Result;
use pagam_cli::clock::{dice, now_ms};
use pagam_cli::up::Local;
use simulator::{Seed, SeedClient, SeedSeller, Simulator};
use store::AmazonAccount;
use url::Url;

use crate::doors::Door;

/// The one Amazon of all gateways; every shop has the same account there.
pub struct Amazon {
    pub url: Url,
    simulator: Simulator,
    names: Local,
    ahead_ms: Arc<AtomicI64>,
}

impl Amazon {
    /// Opens it; nobody may use it yet.
    pub async fn start() -> Result<Amazon> {
        let door = Door::open().await?;
        let (url, ahead_ms) = (door.url.clone(), Arc::new(AtomicI64::new(0)));
        let settings = simulator::Settings { public_url: url.clone(), quotas: false };
        let ahead = Arc::clone(&ahead_ms);
        let clock = Arc::new(move || now_ms() + ahead.load(Ordering::Relaxed));
        let simulator = Simulator::open(None, settings, clock, Arc::new(dice))?;
        door.serve(simulator.router());
        Ok(Amazon { url, simulator, names: Local::new(), ahead_ms })
    }

    /// The account that the shops use.
    pub fn account(&self) -> AmazonAccount {
        let Local { seller_id, client_id, access_key, secret_key, mws_token, .. } = self.names.clone();
        AmazonAccount { seller_id, client_id, access_key, secret_key, mws_token, show_address_widget: true }
    }

    /// Lets the pages of these gateways show widgets and take sign-ins.
    pub fn let_in(&self, gateways: &[Url]) -> Result<()> {
        let origins = || gateways.iter().map(|url| url.origin().ascii_serialization());
        let client = SeedClient {
            client_id: self.names.client_id.clone(),
            allowed_origins: origins().collect(),
            return_urls: origins().map(|origin| format!("{origin}/pagam/AmazonPay.aspx")).collect(),
            ipn_url: None,
        };
        let Local { seller_id: id, access_key, secret_key, mws_token, .. } = self.names.clone();
        let name = "Bench".to_owned();
        let seller =
            SeedSeller { id, name, access_key, secret_key, mws_token, sandbox: Some(client), production: None };
        Ok(self.simulator.seed(&Seed::new(seller))?)
    }

    /// Sets its clock forward: what takes Amazon a while is done.
    pub fn let_pass(&self, ms: i64) {
        self.ahead_ms.fetch_add(ms, Ordering::Relaxed);
    }
}
