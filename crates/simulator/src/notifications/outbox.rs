//! What is due when, who is at it, and in which manner it is sent. The ledger keeps the deliveries;
//! this is an index of them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::notary::Signer;
use super::{Delivery, SignatureVersion};
use crate::ledger::Tables;
use crate::{Random, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// The version of the signature.
    pub signature: SignatureVersion,
    /// Whether the background sends some twice and all in any order. Amazon says that both happen.
    pub disorder: bool,
}

/// The index of what is due.
#[derive(Default)]
pub struct Outbox {
    due: Mutex<BTreeSet<(i64, u64)>>,
    manner: Mutex<Manner>,
    signer: Mutex<Option<Arc<Signer>>>,
    wake: Notify,
}

/// The right to send a delivery (a lease): no other task sends it meanwhile. Dropped, also in the
/// middle of sending, it is due again when the ledger says so.
pub struct Lease {
    world: Arc<World>,
    number: u64,
}

impl Outbox {
    /// Of deliveries that were kept.
    pub fn of(tables: &Tables) -> Outbox {
        let due = tables.deliveries.values().filter_map(|delivery| Some((delivery.due_at?, delivery.number))).collect();
        Outbox { due: Mutex::new(due), ..Outbox::default() }
    }

    /// Takes in what was kept just now, and wakes the sender.
    pub fn add(&self, news: &[Delivery]) {
        if !news.is_empty() {
            self.due().extend(news.iter().filter_map(|delivery| Some((delivery.due_at?, delivery.number))));
            self.wake.notify_one();
        }
    }

    /// Ready when something was added.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    pub fn manner(&self) -> MutexGuard<'_, Manner> {
        self.manner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn signer(&self) -> MutexGuard<'_, Option<Arc<Signer>>> {
        self.signer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn due(&self) -> MutexGuard<'_, BTreeSet<(i64, u64)>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// All that is due by the clock and not leased, by number.
    pub fn take(world: &Arc<World>) -> Vec<Arc<Lease>> {
        let now = world.now();
        let mut due = world.outbox().due();
        let later = due.split_off(&(now.saturating_add(1), 0));
        let mut numbers: Vec<u64> = std::mem::replace(&mut *due, later).into_iter().map(|(_, number)| number).collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|number| Arc::new(Lease { world: Arc::clone(world), number })).collect()
    }

    pub fn number(&self) -> u64 {
        self.number
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let key = Delivery::key_of(self.number);
        let due_at = self.world.read(|tables| tables.deliveries.get(&key).and_then(|delivery| delivery.due_at));
        if let Some(due_at) = due_at {
            self.world.outbox().due().insert((due_at, self.number));
        }
    }
}

/// The leases in any order, one in four twice.
pub fn disordered(leases: Vec<Arc<Lease>>, dice: &Random) -> Vec<Arc<Lease>> {
    let thrown = |sides: usize| {
        let mut bytes = [0; 8];
        dice(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % sides as u64).unwrap_or_default()
    };
    let mut order: Vec<Arc<Lease>> = Vec::new();
    for lease in leases {
        let copies = if thrown(4) == 0 { 2 } else { 1 };
        for _ in 0..copies {
            order.insert(thrown(order.len() + 1), Arc::clone(&lease));
        }
    }
    order
}
