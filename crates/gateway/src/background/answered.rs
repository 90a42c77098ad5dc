//! Marks the notices of calls whose answers were written out: noted in memory, marked in the store
//! a moment later, many by one commit.
//!
//! No caller waits for a mark. One that is lost, because the process dies, the queue is full or the
//! store does not answer, costs a notice that tells the shop what it knows.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use store::Told;
use tokio::sync::watch;

use crate::Gateway;

const ROUND: Duration = Duration::from_millis(200);
/// Some seconds of answers at a rate that no gateway reaches.
const QUEUE_MAX: usize = 16_384;
/// Marks in one commit.
const GROUP: usize = 256;

/// What callers have been told and is not marked yet.
#[derive(Default)]
pub(crate) struct Answered(Mutex<Vec<Told>>);

impl Answered {
    /// The answer that told this was written out.
    pub(crate) fn note(&self, told: Told) {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.len() < QUEUE_MAX {
            queue.push(told);
        }
    }

    fn take(&self) -> Vec<Told> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Marks until told to stop.
pub(crate) async fn run(gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        mark_or_warn(gateway).await;
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

/// Marks what was noted; what cannot be marked is dropped.
pub(crate) async fn mark_or_warn(gateway: &Gateway) {
    if let Err(error) = mark(gateway).await {
        tracing::warn!(%error, "Answered calls not marked; their notices will be sent");
    }
}

/// How many were marked.
///
/// # Errors
/// The store does not answer; the rest is dropped.
pub(crate) async fn mark(gateway: &Gateway) -> Result<usize, store::Error> {
    let mut told = gateway.answered().take();
    told.sort();
    for group in told.chunks(GROUP) {
        gateway.store().mark_answered(group).await?;
    }
    Ok(told.len())
}

#[cfg(test)]
mod tests {
    use payments::{PaymentId, ShopLogin};

    use super::*;

    #[test]
    fn a_full_queue_takes_no_more() {
        let answered = Answered::default();
        for version in 0..=20_000 {
            let shop = ShopLogin::new("SHOP").expect("a login");
            answered.note(Told { shop, payment: PaymentId::new("p1").expect("an identifier"), version });
        }
        let kept = answered.take();
        assert_eq!((kept.len(), kept[0].version), (QUEUE_MAX, 0), "a full queue keeps the oldest and drops the newest");
        assert!(answered.take().is_empty());
    }
}
