//! One try of one notice: what is called, what the shop's answer means, what is recorded.

use payments::{UtcMs, Verdict};
use store::{Next, Notice, Try};
use url::Url;

use super::messenger::{Heard, call};
use crate::Gateway;
use crate::return_url::with_outcome;

/// Calls the shop once and records how it went.
pub(super) async fn attempt(gateway: &Gateway, notice: &Notice) {
    let begun = gateway.now();
    if is_overtaken(gateway, notice).await {
        return record(gateway, notice, untried(begun, "a later outcome has overtaken it"), Next::Delivered).await;
    }
    let heard = match address(gateway, notice).await {
        Ok(Some(url)) => call(gateway.messenger(), url).await,
        Ok(None) => {
            return record(gateway, notice, untried(begun, "the shop has no address for notices"), Next::Delivered)
                .await;
        }
        Err(why) => Heard::Nothing(why),
    };
    let now = gateway.now();
    let shop = notice.shop.as_str();
    let (status, error) = match heard {
        Heard::Yes(status) => (Some(status), None),
        Heard::Redirected(status) => {
            tracing::warn!(shop, status, "the shop answered a notice with a redirect; it is not followed");
            (Some(status), Some("redirected; a notice is not sent elsewhere".to_owned()))
        }
        Heard::No(status) => (Some(status), Some(format!("the shop answered {status}"))),
        Heard::Nothing(ref why) => (None, Some(why.clone())),
    };
    let next = match heard {
        Heard::Yes(_) | Heard::Redirected(_) => Next::Delivered,
        Heard::No(_) | Heard::Nothing(_) => again(gateway, notice, now),
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

/// Whether this tells that a payment is pending, and its outcome is known by now: heard after the outcome it would confuse
/// a shop that believes the last word.
async fn is_overtaken(gateway: &Gateway, notice: &Notice) -> bool {
    if notice.outcome.verdict != Verdict::Pending {
        return false;
    }
    let all = gateway.store().notices(&notice.shop, &notice.payment).await;
    all.is_ok_and(|all| all.iter().any(|other| other.notice.version > notice.version))
}

fn untried(at: UtcMs, why: &str) -> Try {
    Try { at, duration_ms: 0, status: None, error: Some(why.to_owned()) }
}

fn again(gateway: &Gateway, notice: &Notice, now: UtcMs) -> Next {
    let tries = notice.tries.saturating_add(1);
    let schedule = &gateway.settings().notice_schedule;
    match schedule.next(tries, notice.first_due_at, now) {
        Some(at) => Next::At(at),
        None => {
            let (shop, payment) = (notice.shop.as_str(), notice.payment.as_str());
            tracing::error!(shop, payment, tries, "the shop never heard this notice; it is given up");
            Next::GaveUp
        }
    }
}

async fn record(gateway: &Gateway, notice: &Notice, tried: Try, next: Next) {
    let (shop, payment) = (notice.shop.as_str(), notice.payment.as_str());
    match &tried.error {
        Some(why) => tracing::warn!(shop, payment, why, "a notice was not plainly delivered"),
        None => tracing::info!(shop, payment, "a notice was delivered"),
    }
    if let Err(error) = gateway.store().notice_tried(notice, tried, next).await {
        tracing::error!(shop, payment, %error, "a try was not recorded; the notice will be tried again");
    }
}
