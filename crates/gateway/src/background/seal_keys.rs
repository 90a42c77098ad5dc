//! Hears of keys that were made since the start, by another gateway's operator or by ours.

use std::time::Duration;

use tokio::sync::watch;

use crate::Gateway;

/// Several times within the minute after which a new key seals.
const PAUSE: Duration = Duration::from_secs(10);

/// Looks for new keys until told to stop.
pub(crate) async fn run(gateway: &Gateway, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
        if let Err(error) = gateway.take_up_seal_keys().await {
            tracing::error!(%error, "Seal keys could not be read; the earlier ones stay in use");
        }
    }
}
