//! What runs without a caller: the janitor, the delivery of notices, leases, the renewal of seal keys.

pub(crate) mod janitor;
pub(crate) mod leases;
pub(crate) mod notices;
pub(crate) mod seal_keys;
