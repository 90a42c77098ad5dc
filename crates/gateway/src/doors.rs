//! The doors. Each parses, checks who asks, calls one flow, renders. A door may read the store; it never writes.

pub(crate) mod axerve;
pub(crate) mod health;
pub(crate) mod ipn;
pub(crate) mod page;
pub(crate) mod soap;
