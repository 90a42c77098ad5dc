//! The simulator under test: one seller, its clients, the two buyers, a clock that stands, and dice
//! of one seed.

use std::sync::Arc;

use axum::Router;
use pagam_simulator::{Seed, SeedClient, SeedSeller, Settings, Simulator};
use testkit::dice::Dice;

pub(crate) const SELLER: &str = "A1PAGAMSELLER1";
pub(crate) const CLIENT: &str = "amzn1.application-oa2-client.sandbox";
pub(crate) const LIVE_CLIENT: &str = "amzn1.application-oa2-client.live";
pub(crate) const ORIGIN: &str = "http://127.0.0.1:2420";
pub(crate) const RETURN_URL: &str = "http://127.0.0.1:2420/pagam/AmazonPay.aspx";
pub(crate) const ORIGIN_OF_SIMULATOR: &str = "http://127.0.0.1:2421";

pub(crate) const ACCESS_KEY: &str = "AKIAPAGAMSIMULATOR01";
pub(crate) const SECRET_KEY: &str = "0123456789012345678901234567890123456789";
pub(crate) const MWS_TOKEN: &str = "amzn.mws.00000000-0000-4000-8000-000000000001";

pub(crate) const NOW_MS: i64 = 1_790_000_000_000;

/// All its doors.
pub(crate) fn router() -> Router {
    simulator().router()
}

/// A simulator in memory.
pub(crate) fn simulator() -> Simulator {
    simulator_at(ORIGIN_OF_SIMULATOR)
}

/// The same at an address of its own.
pub(crate) fn simulator_at(public_url: &str) -> Simulator {
    let settings = Settings { public_url: public_url.parse().expect("an address"), quotas: false };
    let dice = Dice::new(1, "pages").random();
    let simulator = Simulator::open(None, settings, Arc::new(|| NOW_MS), dice).expect("opens in memory");
    simulator.seed(&Seed::new(seller())).expect("takes the seed");
    simulator
}

fn seller() -> SeedSeller {
    let client = |id: &str| SeedClient {
        client_id: id.to_owned(),
        allowed_origins: vec![ORIGIN.to_owned()],
        return_urls: vec![RETURN_URL.to_owned()],
        ipn_url: None,
    };
    SeedSeller {
        id: SELLER.to_owned(),
        name: "Bottega Biella".to_owned(),
        access_key: ACCESS_KEY.to_owned(),
        secret_key: SECRET_KEY.to_owned(),
        mws_token: MWS_TOKEN.to_owned(),
        sandbox: Some(client(CLIENT)),
        production: Some(client(LIVE_CLIENT)),
    }
}
