//! The gateway: what merchants' servers, buyers' browsers, and Amazon talk to.
//!
//! Doors: `soap` for merchants, `page` for buyers, `ipn` for Amazon, `health` for whoever watches. Capabilities: `checkout`, `janitor`,
//! `notices`. A door parses, checks access, calls one function, renders; what may happen to money is decided by
//! the crate `payments`. Only the program assembles a [`Gateway`]; clock, dice and addresses are its arguments.

mod access;
mod asking;
mod charging;
mod checkout;
mod codes;
mod gateway;
mod health;
mod ipn;
mod janitor;
mod merchant;
mod notices;
mod notified;
mod pace;
mod page;
mod recurrence;
mod return_url;
pub mod seal;
mod serve;
mod settings;
mod settlement;
mod shops;
mod sign_in;
mod soap;

pub use access::is_address_pattern;
pub use codes::code_of;
pub use gateway::{Clock, Error, Gateway, Random};
pub use janitor::Janitor;
pub use notices::Notices;
pub use serve::{Door, Doors, TlsFiles, serve};
pub use settings::{NoticeSchedule, Settings};
