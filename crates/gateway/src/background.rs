//! What runs without a caller: the janitor, the delivery of notices, the marks of answered calls,
//! leases, the renewal of seal keys.

pub(crate) mod answered;
pub(crate) mod janitor;
pub(crate) mod leases;
pub(crate) mod notices;
pub(crate) mod seal_keys;
