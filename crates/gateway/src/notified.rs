//! What a genuine notification leads to. The door `ipn` hands each over that Amazon wrote about a shop of this gateway;
//! it may come late, twice and out of order, so it is never believed: it makes somebody ask Amazon.

use amazon::Notification;

use crate::Gateway;

/// It could not be dealt with now. Amazon is asked to send it again.
#[derive(Debug, thiserror::Error)]
#[error("not now: {0}")]
pub(crate) struct NotNow(String);

impl From<store::Error> for NotNow {
    fn from(error: store::Error) -> NotNow {
        NotNow(format!("the store: {error}"))
    }
}

/// Deals with a notification. `Ok` means that it need not come again.
///
/// # Errors
/// [`NotNow`] when it must.
pub(crate) async fn act(gateway: &Gateway, notification: &Notification) -> Result<(), NotNow> {
    // What a sample is about does not exist.
    if !notification.is_sample {
        gateway.wake_janitor();
    }
    Ok(())
}
