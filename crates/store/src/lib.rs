//! Payments, shops and notices kept in a database. The gateway is the only server that imports it; `pagam shop`
//! opens the same file beside a running gateway.
//!
//! What may be written about money is decided by the crate `payments`: [`Store::apply`] takes its `Change` and
//! nothing else. Everything answered as done is durable: writes wait for the disk, many of them together.

mod error;
mod notice;
mod seal_key;
mod shop;
mod store;

pub use error::{ApplyError, Error};
pub use notice::{Next, Notice, NoticeRecord, NoticeState, Try};
pub use seal_key::SealKey;
pub use shop::{AmazonAccount, ApiKeyHash, Environment, Shop};
pub use store::Store;
