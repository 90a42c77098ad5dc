//! Amazon's notifications (IPN) as the simulator sends them: every change of state that a merchant
//! asked to be told, signed, repeated until it is heard.
//!
//! A change becomes a [`Delivery`] in the unit that makes the change ([`enrol`]), so that neither
//! is there without the other; a killed simulator goes on where it was. What a kind of object says
//! is in [`bodies`]: the one place where a kind is added.

mod bodies;
mod chargebacks;
mod doors;
mod enrolment;
mod envelope;
mod kept;
mod notary;
mod outbox;
mod sender;
mod sha1;
mod views;

pub use doors::{ledger, router};
pub use enrolment::{enrol, last_change};
pub use kept::{Chargeback, Delivery, Notary};
pub use notary::SignatureVersion;
pub use outbox::{Manner, Outbox};
pub use sender::{Postman, run};
pub use views::{Delivered, NotificationView};
