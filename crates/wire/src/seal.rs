//! What is known of the opaque string from outside: its alphabet and a length that every client can keep.

/// Clients put the string into addresses and narrow columns: keep it below this where the content allows.
pub const MAX_LENGTH: usize = 1_000;

/// Whether a text could be such a string: not empty, `[A-Za-z0-9_*]` only.
#[must_use]
pub fn is_well_formed(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'*'))
}
