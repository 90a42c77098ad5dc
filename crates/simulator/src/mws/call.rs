//! A call that was let in, and what an operation answers with. Everything in `mws` knows these;
//! they know no operation.

use crate::World;
use crate::faults::Fault;

/// A call that was let in.
pub struct Call<'w> {
    /// Inside a unit only its dice, settings and faults may be used: its lock is held.
    pub world: &'w World,
    /// `Action`.
    pub action: &'static str,
    pub seller_id: String,
    pub is_sandbox: bool,
    /// UTC ms.
    pub now: i64,
    /// All parameters, decoded, each once.
    pub params: Vec<(String, String)>,
}

/// What an operation answers with.
pub struct Done {
    /// What stands in `…Result`; none: the answer is void.
    pub result: Option<String>,
    /// What goes wrong on the way back.
    pub fault: Option<Fault>,
}

impl Done {
    pub fn with(result: String) -> Done {
        Done { result: Some(result), fault: None }
    }

    pub fn void() -> Done {
        Done { result: None, fault: None }
    }
}
