//! The simulator's pages: what buyers see of Amazon (sign-in, widgets, challenge, account), what
//! merchants see (Seller Central), and Widgets.js. Every page works without JavaScript where its
//! flow allows, holds no inline script or style, and says that it is not Amazon.

mod account;
mod address_book;
mod address_form;
mod assets;
mod authorization;
mod confirmation;
mod consent;
mod contexts;
mod countries;
mod form;
mod frame;
mod index;
mod label;
mod page;
mod seller_central;
mod session;
mod sign_in;
mod stop;
mod texts;
mod wallet;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::World;

/// Larger than any form of ours.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// All pages and their files.
pub fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(index::show))
        .route("/ap/oa", get(sign_in::authorize))
        .route("/ap/signin", post(sign_in::sign_in))
        .route("/ap/consent", post(sign_in::consent))
        .route("/ap/signout", post(sign_in::sign_out))
        .route("/widgets/address-book", get(address_book::show))
        .route("/widgets/address-book/select", post(address_book::select))
        .route("/widgets/address-book/add", post(address_book::add))
        .route("/widgets/wallet", get(wallet::show))
        .route("/widgets/wallet/select", post(wallet::select))
        .route("/widgets/consent", get(consent::show))
        .route("/widgets/consent/select", post(consent::select))
        .route("/account", get(account::show))
        .route("/account/signin", post(account::sign_in))
        .route("/account/signout", post(account::sign_out))
        .route("/account/card", post(account::change_card))
        .route("/account/cancel", post(account::cancel))
        .route("/confirmation", get(confirmation::show).post(confirmation::settle))
        .merge(seller_central::router())
        .merge(assets::router())
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(world)
}
