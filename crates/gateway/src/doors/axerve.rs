//! What every door that speaks Axerve's language shares, whatever its envelope: who may call, which
//! payment a call names, the order that a purchase makes, which code tells a refusal.

pub(crate) mod caller;
pub(crate) mod codes;
pub(crate) mod lookup;
pub(crate) mod order;
