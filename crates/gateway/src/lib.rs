//! The gateway: what merchants' servers, buyers' browsers, and Amazon talk to.
//!
//! ```text
//!   http -> doors -> flow -> rail -> crate amazon
//!                      |---> crates payments, store          background -> flow
//! ```
//!
//! A door parses, checks access, calls one flow, renders; what may happen to money is decided by
//! the crate `payments`. Only the program assembles a [`Gateway`]; clock, randomness and addresses
//! are its arguments.

mod address_pattern;
mod background;
mod counters;
mod doors;
mod flow;
mod gateway;
mod http;
mod in_flight;
mod ports;
mod proxy;
mod rail;
mod rate_limit;
mod return_url;
mod sampled;
pub mod seal;
mod settings;
mod shop_cache;
pub mod suggestion;

pub use background::janitor::Janitor;
pub use background::notices::Notices;
pub use doors::axerve::codes::code_of;
pub use flow::shop_settings;
pub use gateway::{Error, Gateway};
pub use http::{Capacity, Door, Doors, Places, Tls, TlsFiles, serve};
pub use ipnet::IpNet;
pub use ports::{Clock, Random};
pub use proxy::{NoProxyAddress, Proxy};
pub use settings::{Limits, NoticeSchedule, Settings};
