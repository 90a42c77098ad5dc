//! Amazon: the simulator, in the test's own process, and never killed.

use std::sync::Arc;

use pagam_cli::clock::{dice, now_ms};
use simulator::{Seed, SeedSeller, Simulator};
use testkit::ledger::{Charge, Ledger};
use testkit::seed::{client, seller};
use tokio::net::TcpListener;
use url::Url;

/// The simulator, serving.
pub struct Amazon {
    pub address: Url,
    simulator: Simulator,
}

impl Amazon {
    /// Opens it for a gateway and a shop at these addresses.
    pub async fn open(gateway: &Url, shop: &Url) -> Amazon {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = Url::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("an address");
        let settings = simulator::Settings { public_url: address.clone(), quotas: false };
        let simulator = Simulator::open(None, settings, Arc::new(now_ms), Arc::new(dice)).expect("in memory");
        simulator.seed(&seed(gateway, shop)).expect("sown");
        let router = simulator.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        tokio::spawn(simulator.run_background(std::future::pending()));
        Amazon { address, simulator }
    }

    /// Who signs its notifications, PEM.
    pub fn notification_root(&self) -> String {
        self.simulator.world().notification_root().expect("a root")
    }

    /// Every charge in the ledger, as auditors read it.
    pub fn charges(&self) -> Vec<Charge> {
        Ledger::read(&self.simulator.ledger().expect("the ledger")).charges().cloned().collect()
    }
}

fn seed(gateway: &Url, shop: &Url) -> Seed {
    let mut client = client(gateway);
    client.allowed_origins.push(shop.origin().ascii_serialization());
    client.ipn_url = Some(gateway.join("/pagam/AmazonPayNotification.aspx").expect("an address").to_string());
    Seed::new(SeedSeller { sandbox: Some(client), ..seller(gateway) })
}
