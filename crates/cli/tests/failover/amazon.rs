//! Amazon: the simulator, in the test's own process, and never killed.

use std::sync::Arc;

use pagam_cli::clock::{dice, now_ms};
use simulator::{Seed, SeedClient, SeedSeller, Simulator};
use store::AmazonAccount;
use testkit::ledger::{Charge, Ledger};
use tokio::net::TcpListener;
use url::Url;

const SELLER: &str = "A2SELLER";
const CLIENT: &str = "amzn1.application-oa2-client.test";
const ACCESS_KEY: &str = "AKIATEST";
const SECRET_KEY: &str = "the-secret";
const MWS_TOKEN: &str = "amzn.mws.test";

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

/// The account that shops have here, as the gateway keeps it.
pub fn account() -> AmazonAccount {
    AmazonAccount {
        seller_id: SELLER.into(),
        client_id: CLIENT.into(),
        access_key: ACCESS_KEY.into(),
        secret_key: SECRET_KEY.into(),
        mws_token: MWS_TOKEN.into(),
        show_address_widget: true,
    }
}

fn seed(gateway: &Url, shop: &Url) -> Seed {
    let page = |path: &str| gateway.join(path).expect("an address").to_string();
    let origin = |url: &Url| url.origin().ascii_serialization();
    Seed::new(SeedSeller {
        id: SELLER.into(),
        name: "Bottega".into(),
        access_key: ACCESS_KEY.into(),
        secret_key: SECRET_KEY.into(),
        mws_token: MWS_TOKEN.into(),
        sandbox: Some(SeedClient {
            client_id: CLIENT.into(),
            allowed_origins: vec![origin(gateway), origin(shop)],
            return_urls: vec![page("/pagam/AmazonPay.aspx"), page("/pagam/Mobile/AmazonPay.aspx")],
            ipn_url: Some(page("/pagam/AmazonPayNotification.aspx")),
        }),
        production: None,
    })
}
