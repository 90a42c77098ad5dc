//! Waiting for what other processes do: by looking again and again, never by sleeping for as long as it should take.

use std::time::Duration;

/// How often is looked.
const LOOK: Duration = Duration::from_millis(200);

/// Looks until there is something; fails with the words given when there is nothing for longer than `limit`.
pub async fn until<T>(what: &str, limit: Duration, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(limit, look).await.unwrap_or_else(|| panic!("not within {limit:?}: {what}"))
}

/// Looks until there is something, or for as long as `limit`.
pub async fn within<T>(limit: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let mut ticks = tokio::time::interval(LOOK);
    let looking = async {
        loop {
            ticks.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    tokio::time::timeout(limit, looking).await.ok()
}
