//! How a simulator is set up.

/// Settings that hold for the life of a simulator.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where buyers, merchants and the gateway reach it.
    pub public_url: url::Url,
    /// Whether calls beyond Amazon's quotas are refused with `RequestThrottled` from the start; see
    /// [`World::enforce_quotas`](crate::World::enforce_quotas).
    pub quotas: bool,
}
