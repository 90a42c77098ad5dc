//! The door for buyers: the payment page, from the shop's redirect to the redirect back. Paths
//! reach the router in lower case.
//!
//! `entry` opens the string and lists methods; `wallet` signs in and shows address book, wallet and
//! consent; `paying` begins, confirms, ends and cancels; `home` is for visitors without a payment.
//! Every answer comes from what the store says now, so that reloads, back buttons and second tabs
//! see the truth.

mod amount;
mod assets;
mod entry;
mod fields;
mod home;
mod hurdles;
mod paying;
mod policy;
mod sign_in;
pub(crate) mod texts;
mod trouble;
mod view;
mod visit;
mod wallet;

use axum::Router;
use axum::routing::{get, post};

use crate::Gateway;
use visit::Device;

pub(crate) fn router(gateway: Gateway) -> Router {
    let mut pages = Router::new()
        .route("/", get(home::show))
        .route("/pagam/pagam.aspx", get(entry::enter).post(entry::enter))
        .route("/pagam/method", post(entry::choose_method));
    for device in [Device::Desktop, Device::Phone] {
        let page = device.page().to_ascii_lowercase();
        let of_device = Router::new()
            .route(&page, get(wallet::show))
            .route(&format!("{page}/begin"), post(paying::begin))
            .route(&format!("{page}/confirm"), post(paying::confirm))
            .route(&format!("{page}/result"), get(paying::result))
            .route(&format!("{page}/cancel"), post(paying::cancel))
            .layer(axum::Extension(device));
        pages = pages.merge(of_device);
    }
    pages.with_state(gateway).merge(assets::router())
}

#[cfg(test)]
mod tests;
