//! One try of one notice: what is called, what the shop's answer means, what is recorded.

use payments::{UtcMs, Verdict};
use store::{Next, Notice, Try};
use url::Url;

use super::messenger::{Heard, call};
use crate::Gateway;
use crate::return_url::with_outcome;

/// A log line about a notice, with everything that names its payment.
macro_rules! log {
    ($level:ident, $notice:expr, $($rest:tt)+) => {
        tracing::$level!(
            shop = $notice.shop.as_str(),
            shop_transaction_id = $notice.outcome.shop_transaction_id.as_str(),
            bank_transaction_id = $notice.outcome.bank_transaction_id.map(|number| number.0),
            payment = $notice.payment.as_str(),
            $($rest)+
        )
    };
}

/// Calls the shop once and records how it went.
pub(super) async fn attempt(gateway: &Gateway, notice: &Notice) {
    let begun = gateway.now();
    match is_overtaken(gateway, notice).await {
        Ok(None) => {}
        Ok(Some(why)) => return leave(gateway, notice, why).await,
        // The lease runs out, then it is tried again.
        Err(error) => {
            let (shop, payment) = (notice.shop.as_str(), notice.payment.as_str());
            return tracing::error!(shop, payment, %error, "The store did not say whether the notice still holds; it is tried later");
        }
    }
    let heard = match address(gateway, notice).await {
        Ok(Some(url)) => call(gateway.messenger(), url).await,
        Ok(None) => return leave(gateway, notice, "the shop has no address for notices").await,
        Err(why) => Heard::Nothing(why),
    };
    let now = gateway.now();
    let (status, error) = match heard {
        Heard::Yes(status) => (Some(status), None),
        Heard::Moved(status) => (Some(status), Some(format!("the address has moved ({status}), and is not followed"))),
        Heard::No(status) => (Some(status), Some(format!("the shop answered {status}"))),
        Heard::Nothing(why) => (None, Some(why)),
    };
    let next = match &error {
        None => {
            log!(info, notice, status, "notice delivered");
            Next::Delivered
        }
        Some(why) => {
            log!(warn, notice, status, why, "notice not delivered");
            again(gateway, notice, now)
        }
    };
    let duration_ms = now.0.saturating_sub(begun.0);
    record(gateway, notice, Try { at: begun, duration_ms, status, error }, next).await;
}

/// Where the shop wants to be told; nothing when it wants no notices.
async fn address(gateway: &Gateway, notice: &Notice) -> Result<Option<Url>, String> {
    let shop = gateway.shops().shop(&notice.shop).await.map_err(|error| error.to_string())?;
    let Some(address) = shop.as_ref().and_then(|shop| shop.notice_url.as_deref()) else { return Ok(None) };
    let sealed = gateway.keyring().seal_outcome(&notice.shop, &notice.outcome);
    with_outcome(address, &notice.shop, &sealed).map(Some).map_err(|error| error.to_string())
}

/// Why a notice must not be sent any more, if so. XX is overtaken by the payment's outcome; KO by
/// another payment that has claimed the identifier. Heard after that outcome, either would undo it
/// in a shop that believes the last word.
async fn is_overtaken(gateway: &Gateway, notice: &Notice) -> Result<Option<&'static str>, store::Error> {
    match notice.outcome.verdict {
        Verdict::Paid => Ok(None),
        Verdict::Pending => {
            let all = gateway.store().notices(&notice.shop, &notice.payment).await?;
            let has_later = all.iter().any(|other| other.notice.version > notice.version);
            Ok(has_later.then_some("a later outcome has overtaken it"))
        }
        Verdict::Refused(_) => {
            let id = &notice.outcome.shop_transaction_id;
            let claimant = gateway.store().payment_by_transaction(&notice.shop, id).await?;
            let is_other = claimant.is_some_and(|claimant| claimant.id != notice.payment);
            Ok(is_other.then_some("another payment has the identifier"))
        }
    }
}

/// When to try again, if ever.
fn again(gateway: &Gateway, notice: &Notice, now: UtcMs) -> Next {
    let tries = notice.tries.saturating_add(1);
    let schedule = &gateway.settings().notice_schedule;
    match schedule.next(tries, notice.first_due_at, now) {
        Some(at) => Next::At(at),
        None => {
            log!(error, notice, tries, "notice given up");
            Next::GaveUp
        }
    }
}

/// Nothing is to be told: done, without a call.
async fn leave(gateway: &Gateway, notice: &Notice, why: &str) {
    log!(debug, notice, why, "notice not sent");
    let untried = Try { at: gateway.now(), duration_ms: 0, status: None, error: Some(why.to_owned()) };
    record(gateway, notice, untried, Next::Delivered).await;
}

async fn record(gateway: &Gateway, notice: &Notice, tried: Try, next: Next) {
    if let Err(error) = gateway.store().notice_tried(notice, tried, next).await {
        log!(error, notice, %error, "recording a try failed; the notice will be tried again");
    }
}
