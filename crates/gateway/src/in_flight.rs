//! The payments that this process is asking Amazon about now, for a caller or as the janitor.
//!
//! The store leases a payment for a few seconds; `background::leases` extends the leases of what
//! takes longer. Within the process one task at a time asks about a payment, even when the clock
//! has jumped over its lease: repeating a request is safe, but a refused repeat proves nothing
//! about the first one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use payments::{Payment, PaymentId, ShopLogin};

use crate::Gateway;

/// Shop and payment.
pub(crate) type Key = (ShopLogin, PaymentId);

/// The payments, and who asks about each.
#[derive(Default)]
pub(crate) struct InFlight(Mutex<HashMap<Key, Askers>>);

struct Askers {
    count: u32,
    /// Whether it was under way in the last round.
    is_long: bool,
}

/// Somebody asks about a payment, as long as this lives.
pub(crate) struct Asking {
    gateway: Gateway,
    key: Key,
}

impl InFlight {
    /// Whether somebody waits for what Amazon says of a payment.
    pub(crate) fn has(&self, payment: &Payment) -> bool {
        self.payments().contains_key(&key_of(payment))
    }

    /// All of them.
    pub(crate) fn keys(&self) -> Vec<Key> {
        self.payments().keys().cloned().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.payments().is_empty()
    }

    /// Those that were under way when this was asked last.
    pub(crate) fn long(&self) -> Vec<Key> {
        let mut payments = self.payments();
        let long = payments.iter().filter(|(_, askers)| askers.is_long).map(|(key, _)| key.clone()).collect();
        payments.values_mut().for_each(|askers| askers.is_long = true);
        long
    }

    fn payments(&self) -> MutexGuard<'_, HashMap<Key, Askers>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking {
    /// To be made before the wish is recorded: from then on the janitor may find it.
    pub(crate) fn about(gateway: &Gateway, shop: &ShopLogin, payment: &PaymentId) -> Asking {
        let key = (shop.clone(), payment.clone());
        let askers = || Askers { count: 0, is_long: false };
        gateway.in_flight().payments().entry(key.clone()).or_insert_with(askers).count += 1;
        Asking { gateway: gateway.clone(), key }
    }

    /// If no task of this process goes on and Amazon still owes an answer, the next one need not wait
    /// until the lease runs out.
    pub(crate) async fn end(self, payment: &Payment) {
        let gateway = self.gateway.clone();
        drop(self);
        if payment.unresolved_at().is_none() || gateway.in_flight().has(payment) {
            return;
        }
        if let Err(error) = gateway.store().end_leases(&[key_of(payment)]).await {
            tracing::warn!(%error, "A lease was not ended; it runs out");
        }
    }

    pub(crate) fn is_about(&self, payment: &Payment) -> bool {
        self.key == key_of(payment)
    }

    /// Nothing when somebody else asks about it.
    pub(crate) fn alone_about(gateway: &Gateway, payment: &Payment) -> Option<Asking> {
        let key = key_of(payment);
        let mut payments = gateway.in_flight().payments();
        if payments.contains_key(&key) {
            return None;
        }
        payments.insert(key.clone(), Askers { count: 1, is_long: false });
        drop(payments);
        Some(Asking { gateway: gateway.clone(), key })
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let mut payments = self.gateway.in_flight().payments();
        let Some(askers) = payments.get_mut(&self.key) else { return };
        askers.count -= 1;
        if askers.count == 0 {
            payments.remove(&self.key);
        }
    }
}

fn key_of(payment: &Payment) -> Key {
    (payment.shop.clone(), payment.id.clone())
}
