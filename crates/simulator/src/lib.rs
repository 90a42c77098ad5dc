//! Plays Amazon: Login with Amazon, the address book and the wallet, MWS, Seller Central.
//!
//! [`Simulator`] is the program's side; [`World`] is what the pages see; `mws` is what a gateway
//! calls. All of them work on one ledger of objects, kept in a SQLite file and written through:
//! what was answered survives a kill. The simulator shares types with the connector, never code
//! that decides: it verifies signatures, reads requests and moves states by itself, so that a
//! mistake of the connector meets a second opinion.

mod audit;
mod faults;
mod ledger;
mod login;
mod mws;
mod notifications;
mod pages;
mod refusal;
mod seed;
mod seller;
mod settings;
mod simulator;
mod world;

use std::sync::Arc;

pub use faults::Trouble;
pub use ledger::{Decline, Error, Outcome, PaymentDomain};
pub use notifications::{Delivered, Manner, NotificationView, SignatureVersion};
pub use refusal::Refusal;
pub use seed::{DEVELOPER_ID, DEVELOPER_NAME, Seed, SeedAddress, SeedBuyer, SeedClient, SeedSeller};
pub use settings::Settings;
pub use simulator::Simulator;
pub use world::{
    Act, AddressView, AgreementView, BuyerView, CardView, ChoiceView, ClientView, Confirmation, MovementView, NewOrder,
    OrderView, PASSWORD, PermissionView, SellerView, Ticket, Verdict, World,
};

/// The time now, in UTC milliseconds since 1970. Everything that happens by itself, happens by this
/// clock.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Fills a buffer with unpredictable bytes: ids, tokens, sessions.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;
