//! The order of steps of each capability: record the wish, ask Amazon, record the answer. A flow
//! decides order, never a rule: what may happen to money is decided by the crate `payments`, what
//! Amazon means by `rail`.

pub(crate) mod charging;
pub(crate) mod checkout;
pub(crate) mod merchant;
pub(crate) mod outcome;
pub(crate) mod recurrence;
pub(crate) mod settlement;
pub mod shop_settings;
pub(crate) mod visit;
