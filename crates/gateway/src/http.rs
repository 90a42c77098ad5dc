//! Between the network and the doors: listening, TLS, HTTP's own limits, where a request comes from.

mod body;
pub(crate) mod client_address;
mod doors;
mod one_host;
mod patient;
mod places;
mod receipts;
pub(crate) mod same_origin;
mod serve;
#[cfg(test)]
mod tests;
mod tls;

pub(crate) use body::NoRoom;
pub use doors::Doors;
pub(crate) use doors::{AskedAt, guarded, https_only};
pub use places::{Capacity, Places};
pub(crate) use receipts::with_receipt;
pub use serve::{Door, serve};
pub use tls::{Tls, TlsFiles};
