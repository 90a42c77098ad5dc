//! Idempotency by reference id: one id of a seller names one object, and a repeated request is
//! answered with that object.

use amazon::ErrorCode;

use super::call::Call;
use crate::ledger::{Reference, Unit};
use crate::refusal::Refusal;

/// A reference id with the parent it is given for.
pub struct Claim<'c> {
    key: String,
    id: &'c str,
    parent: &'c str,
}

impl<'c> Claim<'c> {
    pub fn new(call: &Call<'_>, kind: &str, id: &'c str, parent: &'c str) -> Claim<'c> {
        let environment = if call.is_sandbox { "sandbox" } else { "live" };
        Claim { key: format!("{kind}/{environment}/{}/{id}", call.seller_id), id, parent }
    }

    /// The object that this very request made before; none when the id is new.
    pub fn before(&self, unit: &Unit<'_>, call: &Call<'_>) -> Result<Option<String>, Refusal> {
        let Some(known) = unit.find::<Reference>(&self.key) else { return Ok(None) };
        if known.parent_id != self.parent {
            let message = format!("The reference id {} has already been used.", self.id);
            return Err(Refusal::new(ErrorCode::DuplicateReferenceId, message));
        }
        if known.parameters != call.business() {
            let message = "A request with this reference id was already processed with different parameters.";
            return Err(Refusal::new(ErrorCode::DuplicateRequest, message));
        }
        Ok(Some(known.object_id))
    }

    /// From now on the id names this object.
    pub fn hold(self, unit: &mut Unit<'_>, call: &Call<'_>, object_id: &str) {
        let parent_id = self.parent.to_owned();
        unit.put(Reference { key: self.key, object_id: object_id.to_owned(), parent_id, parameters: call.business() });
    }
}
