//! From a change of state to a notification that is owed, in one unit with the change.

use super::bodies::{self, Told};
use super::envelope::{self, Message};
use super::{Chargeback, Delivery};
use crate::World;
use crate::ledger::{Change, Unit};

/// The number of the last change.
pub fn last_change(unit: &Unit<'_>) -> u64 {
    unit.tables().changes.last_key_value().map_or(0, |(_, last)| last.number)
}

/// Owes the merchants what changed after the change of this number, if they want to be told. The
/// answer is what is owed.
pub fn enrol(world: &World, unit: &mut Unit<'_>, after: u64) -> Vec<Delivery> {
    let from = Change::key_of(after.saturating_add(1));
    let changes: Vec<Change> = unit.tables().changes.range(from..).map(|(_, change)| change.clone()).collect();
    let mut owed = Vec::new();
    for change in changes {
        if wants_to_be_told(unit, &change.seller_id, change.is_sandbox)
            && let Some(told) = bodies::of_change(unit.tables(), &change)
        {
            owed.push(owe(world, unit, told));
        }
    }
    owed
}

/// Owes the merchant a chargeback, if he wants to be told.
pub fn enrol_chargeback(world: &World, unit: &mut Unit<'_>, chargeback: &Chargeback) -> Option<Delivery> {
    let told = bodies::of_chargeback(unit.tables(), chargeback)?;
    wants_to_be_told(unit, &told.seller_id, told.is_sandbox).then(|| owe(world, unit, told))
}

fn wants_to_be_told(unit: &Unit<'_>, seller_id: &str, is_sandbox: bool) -> bool {
    unit.tables().ipn_url(seller_id, is_sandbox).is_some()
}

fn owe(world: &World, unit: &mut Unit<'_>, told: Told) -> Delivery {
    let now = world.now();
    let number = unit.tables().deliveries.last_key_value().map_or(1, |(_, last)| last.number + 1);
    let message = Message { reference_id: world.uuid(), written_at: now, told: &told };
    let delivery = Delivery {
        number,
        message: message.write(),
        topic_arn: envelope::topic_arn(&told),
        what: told.kind.to_owned(),
        object_id: told.object_id,
        state: told.state,
        reason: told.reason,
        seller_id: told.seller_id,
        is_sandbox: told.is_sandbox,
        message_id: world.uuid(),
        written_at: now,
        due_at: Some(now),
        tries: 0,
        last: None,
        is_heard: false,
    };
    unit.put(delivery.clone());
    delivery
}
