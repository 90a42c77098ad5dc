//! Ids of new objects, drawn with the world's dice until one is free.

use super::World;
use crate::ledger::{Kept, Unit};

impl World {
    /// For an order reference or an agreement: `S02-0319513-4657042`.
    pub(crate) fn free_id<T: Kept>(&self, unit: &Unit<'_>, letter: char) -> String {
        loop {
            let number = u64::from_le_bytes(self.dice()) % 100_000_000_000_000;
            let id = format!("{letter}02-{:07}-{:07}", number / 10_000_000, number % 10_000_000);
            if !T::table(unit.tables()).contains_key(&id) {
                return id;
            }
        }
    }

    /// For an authorization, capture or refund of an order reference: `S02-…-A031776`.
    pub(crate) fn free_movement_id<T: Kept>(&self, unit: &Unit<'_>, order_id: &str, letter: char) -> String {
        loop {
            let id = format!("{order_id}-{letter}{:06}", u32::from_le_bytes(self.dice()) % 1_000_000);
            // A capture at once takes the digits of its authorization, so both kinds keep clear of
            // each other.
            let twin = id.replace("-A", "-C");
            if !T::table(unit.tables()).contains_key(&id) && !unit.tables().captures.contains_key(&twin) {
                return id;
            }
        }
    }
}
