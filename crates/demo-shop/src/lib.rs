//! A sample shop that takes Amazon Pay, built on the `pagam` SDK alone: the code that merchants copy.
//!
//! Read [`settle`] first: it turns a notice or a redirect into an order that is paid once. `book/tries.rs` is where
//! that is written down, `reconcile.rs` asks about what nobody has heard of. `charging.rs` charges without the gateway's
//! page: what the buyer chose on a page of the shop, or a month of his subscription (`renewal.rs`, with the policy for
//! refusals in `renewal/policy.rs`). `counter.rs` takes and gives back. The pages around it are ordinary.
//!
//! The shop sells nothing and says so on every page.

mod amazon;
mod book;
mod catalogue;
mod charging;
mod counter;
mod pages;
mod reconcile;
mod renewal;
mod session;
mod settle;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use url::Url;

pub use amazon::Amazon;
pub use book::{Book, BookError};
pub use pages::RETURN_PATH;
pub use reconcile::Reconciled;
pub use renewal::Renewed;
pub use settle::NotSettled;

/// Tells the time: UTC milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the shop is told when it opens.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where buyers see the shop.
    pub public_url: Url,
    /// Speaks to the gateway.
    pub client: pagam::Client,
    /// The shop's own code at the gateway; the `a` of every notice must be it.
    pub shop_login: String,
    /// The shop's account at Amazon, for the widgets on its own pages. Without one it has the gateway's page only.
    pub amazon: Option<Amazon>,
}

/// Why the shop does not open.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its database.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The client is another shop's, so no notice would ever be believed.
    #[error("the client speaks for {client}, the shop is {shop}")]
    OtherShop {
        /// The client's shop code.
        client: String,
        /// The shop's.
        shop: String,
    },
}

/// The shop. Cheap to clone.
#[derive(Clone)]
pub struct DemoShop {
    book: Book,
    settings: Arc<Settings>,
    clock: Clock,
}

impl DemoShop {
    /// Opens the shop with its book in a file, or in memory.
    ///
    /// # Errors
    /// When the book cannot be opened, or the client is another shop's.
    pub fn open(path: Option<&Path>, settings: Settings, clock: Clock) -> Result<DemoShop, Error> {
        if settings.client.shop_login() != settings.shop_login {
            let client = settings.client.shop_login().to_owned();
            return Err(Error::OtherShop { client, shop: settings.shop_login });
        }
        Ok(DemoShop { book: Book::open(path)?, settings: Arc::new(settings), clock })
    }

    /// All pages.
    pub fn router(&self) -> Router {
        pages::router(self.clone())
    }

    fn client(&self) -> &pagam::Client {
        &self.settings.client
    }

    fn now(&self) -> i64 {
        (self.clock)()
    }
}
