//! Payments, shops and notices kept in a database: SQLite, or PostgreSQL for several gateways. The
//! gateway is the only server that imports it; `pagam shop` opens the same one beside a running
//! gateway.
//!
//! What may be written about money is decided by the crate `payments`: [`Store::apply`] takes its
//! `Change` and nothing else. Everything answered as done is durable: writes wait for the disk,
//! many of them together.
//!
//! A change becomes guarded statements in `compile`; `sqlite` and `postgres` run such lists and
//! know nothing of payments; the files under `store` are what can be asked, thing by thing.
//!
//! ```
//! use payments::{ShopLogin, UtcMs};
//! use store::{ApiKeyHash, Author, Shop, Store};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::open_in_memory()?;
//! let login = ShopLogin::new("GESPAY00001")?;
//! let mut shop = Shop::new(login.clone(), "Bottega");
//! shop.api_key = Some(ApiKeyHash::of("a key of 256 random bits"));
//! store.put_shop(&shop, &Author::new("marco", "an example"), UtcMs(0)).await?;
//!
//! let shop = store.shop(&login).await?.expect("just put");
//! assert!(shop.api_key.is_some_and(|hash| hash.matches("a key of 256 random bits")));
//! assert!(store.next_number(&login).await? < store.next_number(&login).await?);
//! # Ok(())
//! # }
//! ```

mod audit;
mod compile;
mod copy;
mod engine;
mod error;
mod lease;
mod migrations;
mod notice;
mod payment_row;
mod postgres;
mod row;
mod seal_key;
mod shop;
mod sqlite;
mod statement;
mod store;
mod table;
mod vault;
mod word;

pub use audit::{AuditRow, Author};
pub use copy::Progress;
pub use error::{ApplyError, Error};
pub use lease::LEASE_MS;
pub use migrations::Step;
pub use notice::{Next, Notice, NoticeRecord, NoticeRound, NoticeState, Told, Try};
pub use seal_key::SealKey;
pub use shop::{AmazonAccount, ApiKeyHash, Environment, Shop};
pub use store::{Store, VisitsOver};
pub use vault::{NoVaultKey, VaultKey};
