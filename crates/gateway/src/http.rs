//! Between the network and the doors: listening, TLS, HTTP's own limits, where a request comes from.

pub(crate) mod client_address;
mod doors;
mod patient;
pub(crate) mod same_origin;
mod serve;
mod tls;

pub use doors::Doors;
pub(crate) use doors::{AskedAt, guarded};
pub use serve::{Door, serve};
pub use tls::TlsFiles;
