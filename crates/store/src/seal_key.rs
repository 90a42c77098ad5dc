//! Keys of the seal.

use std::fmt;

use payments::UtcMs;

/// A key of the seal; the newest seals, every one opens. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey {
    /// Stands in the sealed string.
    pub id: u8,
    pub key: Vec<u8>,
    pub created_at: UtcMs,
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealKey")
            .field("id", &self.id)
            .field("key", &format_args!("[secret]"))
            .field("created_at", &self.created_at)
            .finish()
    }
}
