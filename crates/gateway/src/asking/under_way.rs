//! About which payments this process is asking Amazon just now, on somebody's behalf who waits.
//!
//! The janitor keeps away from them, however old they look by the clock. Its repetition would be done under the same name, and
//! that is no harm; but when the request that it repeats is refused for good at the same moment, "surely not done" is no
//! longer true of the name, only of the request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use payments::PaymentId;

use crate::Gateway;

/// The payments, and how many ask about each.
#[derive(Default)]
pub(crate) struct UnderWay(Mutex<HashMap<PaymentId, u32>>);

/// Somebody asks about a payment, as long as this lives.
pub(crate) struct Asking {
    gateway: Gateway,
    payment: PaymentId,
}

impl UnderWay {
    /// Whether somebody waits for what Amazon says of a payment.
    pub(crate) fn has(&self, payment: &PaymentId) -> bool {
        self.payments().contains_key(payment)
    }

    fn payments(&self) -> MutexGuard<'_, HashMap<PaymentId, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking {
    /// To be made before the wish is recorded: from then on the janitor may find it.
    pub(crate) fn about(gateway: &Gateway, payment: &PaymentId) -> Asking {
        *gateway.under_way().payments().entry(payment.clone()).or_default() += 1;
        Asking { gateway: gateway.clone(), payment: payment.clone() }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let mut payments = self.gateway.under_way().payments();
        let Some(count) = payments.get_mut(&self.payment) else { return };
        *count -= 1;
        if *count == 0 {
            payments.remove(&self.payment);
        }
    }
}
