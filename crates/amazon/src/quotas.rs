//! How often Amazon may be called: the numbers. `connector/gate.rs` keeps to them.

use std::num::NonZeroU32;

use crate::Environment;

/// The quota of one operation for one seller: Amazon's "leaky bucket", from whose other side it is
/// a token bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Calls at once after a pause; 0 counts as 1.
    pub burst: u32,
    /// Until one more call is allowed, in milliseconds.
    pub restore_ms: u32,
}

/// The quotas of all operations, and how long a call may wait for its turn.
///
/// Each operation has a bucket of its own for each seller and signing key. `None` is no limit: for
/// a simulator without quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Of every operation that changes something, and of ValidateBillingAgreement.
    pub changing: Option<Quota>,
    /// Of every operation that reads. Amazon documents none for ListOrderReference; it is assumed
    /// to be like the others.
    pub reading: Option<Quota>,
    /// No call waits for a turn later than so many milliseconds after it began, retries included.
    pub patience_ms: u64,
    /// The same for calls made in the background.
    pub background_patience_ms: u64,
}

impl Quotas {
    /// No limit.
    #[must_use]
    pub fn none() -> Quotas {
        Quotas {
            changing: None,
            reading: None,
            // With the ten seconds that a call may take itself: half a minute.
            patience_ms: 20_000,
            background_patience_ms: 120_000,
        }
    }

    /// Amazon's documented quotas.
    #[must_use]
    pub fn documented(environment: Environment) -> Quotas {
        let (changing, reading) = match environment {
            Environment::Live => ((10, 1_000), (20, 500)),
            Environment::Sandbox => ((2, 2_000), (5, 1_000)),
        };
        let quota = |(burst, restore_ms)| Some(Quota { burst, restore_ms });
        Quotas { changing: quota(changing), reading: quota(reading), ..Quotas::none() }
    }

    /// One gateway's part, when so many call for the same sellers. A part has a burst of at least
    /// one: more gateways than the quota's burst may exceed it together.
    #[must_use]
    pub fn shared_by(self, gateways: NonZeroU32) -> Quotas {
        let part = |quota: Quota| Quota {
            burst: (quota.burst / gateways).max(1),
            restore_ms: quota.restore_ms.saturating_mul(gateways.get()),
        };
        Quotas { changing: self.changing.map(part), reading: self.reading.map(part), ..self }
    }
}

impl Default for Quotas {
    fn default() -> Self {
        Quotas::none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_all_gateways_never_exceed_the_whole_up_to_its_burst() {
        for environment in [Environment::Live, Environment::Sandbox] {
            let whole = Quotas::documented(environment);
            for gateways in 1..=40_u32 {
                let part = whole.shared_by(NonZeroU32::new(gateways).expect("not zero"));
                for (whole, part) in [(whole.changing, part.changing), (whole.reading, part.reading)] {
                    let (whole, part) = (whole.expect("a quota"), part.expect("a quota"));
                    assert!(part.burst >= 1);
                    assert!(part.burst * gateways <= whole.burst.max(gateways), "{gateways}: {part:?} of {whole:?}");
                    assert_eq!(part.restore_ms, whole.restore_ms * gateways);
                }
            }
        }
    }

    #[test]
    fn no_limit_stays_no_limit_when_shared() {
        let three = NonZeroU32::new(3).expect("not zero");
        assert_eq!(Quotas::none().shared_by(three), Quotas::none());
    }
}
