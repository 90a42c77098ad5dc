//! The front door: what this is, who buys here, what each card does, where programs knock.

use axum::extract::State;
use axum::response::Response;

use super::contexts::{BuyerView, DoorView, IndexPage};
use super::page::{Place, Reach, page};
use super::stop::Stop;
use super::texts::Language;
use super::wallet;
use crate::world::{PASSWORD, World};
use std::sync::Arc;

const DOORS: &[DoorView] = &[
    DoorView { what: "MWS, sandbox", path: "/OffAmazonPayments_Sandbox/2013-01-01" },
    DoorView { what: "MWS, production", path: "/OffAmazonPayments/2013-01-01" },
    DoorView { what: "Sign-in", path: "/ap/oa" },
    DoorView { what: "Token information", path: "/auth/o2/tokeninfo" },
    DoorView { what: "Profile", path: "/user/profile" },
    DoorView { what: "Widgets, sandbox", path: "/OffAmazonPayments/eur/sandbox/lpa/js/Widgets.js" },
    DoorView { what: "Widgets, production", path: "/OffAmazonPayments/eur/lpa/js/Widgets.js" },
];

/// `GET /`
pub async fn show(State(world): State<Arc<World>>) -> Result<Response, Stop> {
    let t = Language::English.texts();
    let buyers = world.buyers();
    let context = IndexPage {
        t,
        place: Place::Elsewhere,
        address: world.public_url().trim_end_matches('/').to_owned(),
        buyers: buyers.into_iter().map(|buyer| BuyerView { name: buyer.name, email: buyer.email }).collect(),
        password: PASSWORD.to_owned(),
        cards: world.cards().iter().map(|card| wallet::view(card, "", t)).collect(),
        doors: DOORS.to_vec(),
    };
    Ok(page(&context, Reach::Own))
}
