//! A sample shop that takes Amazon Pay, built on the `pagam` SDK alone: the code that merchants copy.
//!
//! Read `result_handler.rs` first: it turns a notice or a redirect into an order that is sold once.
//! `book/outcomes.rs` is where that is written down, `reconcile.rs` asks about everything that has
//! no answer. `charging.rs` charges without the gateway's page: what the buyer chose on a page of
//! the shop, or a month of his subscription (`renewal.rs`, with the policy for refusals in
//! `renewal/policy.rs`). `counter.rs` settles, cancels and refunds, for whoever
//! knows the password (`owner.rs`, `pages/door.rs`). The pages around it are ordinary.
//!
//! An order is in one of these states, under the same word on every page, behind the counter and in
//! `/api/orders`:
//!
//! | word | says | because |
//! |---|---|---|
//! | new | no payment so far | |
//! | pending | a payment is under way | `XX`, or a charge that has no answer |
//! | authorized | Amazon holds the money; goods may leave | `OK`, and the report says `AUT` or `PRE` |
//! | paid | the shop has the money | the report says `MOV` |
//! | permitted | later months may be charged; nothing was | `OK` with a token, for a free month |
//! | cancelled | the money was let go | the report says `CAN` |
//! | refunded | all of the money was given back | the report says `STO` |
//! | refused | the last try failed; another may follow | `KO` |
//!
//! The shop sells nothing and says so on every page.

mod amazon;
mod book;
mod catalogue;
mod charging;
mod clock;
mod counter;
mod looking;
mod owner;
mod pages;
mod reconcile;
mod renewal;
mod result_handler;
mod session;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use url::Url;

pub use amazon::Amazon;
pub use book::{Book, BookError};
pub use clock::Clock;
pub use owner::Password;
pub use pages::RETURN_PATH;
pub use reconcile::Reconciled;
pub use renewal::Renewed;
pub use result_handler::NotHeard;

/// What the shop is told when it opens.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where buyers see the shop.
    pub public_url: Url,
    /// Speaks to the gateway.
    pub client: pagam::Client,
    /// The shop's own code at the gateway; the `a` of every notice must be it.
    pub shop_login: String,
    /// What opens the counter and the list of all orders, which are the owner's.
    pub counter_password: Password,
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
    let_in: Arc<owner::LetIn>,
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
        Ok(DemoShop { book: Book::open(path)?, settings: Arc::new(settings), clock, let_in: Arc::default() })
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
