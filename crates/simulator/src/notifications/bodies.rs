//! What a notification says: one document for each kind of object. A kind is added here: a row in
//! [`KINDS`], and a file beside the others that writes it. Elements have the order of Amazon's
//! schema, which is not that of the API.

mod agreement;
mod authorization;
mod capture;
mod chargeback;
mod order_reference;
mod refund;

use amazon::types::timestamp_text;
use xml::Writer;

use super::Chargeback;
use crate::ledger::{Change, Money, Reason, Standing, State, Tables};

/// Unlike that of the API, its scheme is https.
const NAMESPACE: &str = "https://mws.amazonservices.com/ipn/OffAmazonPayments/2013-01-01";

/// A kind of object whose changes are told.
struct Kind {
    /// [`Change::kind`].
    change: &'static str,
    /// `NotificationType`.
    notification: &'static str,
    /// `EventType`, of agreements.
    event: Option<&'static str>,
    root: &'static str,
    /// Writes what is in the root; false: the object is gone.
    write: fn(&Tables, &Change, &mut Writer) -> bool,
}

const KINDS: [Kind; 5] = [
    Kind {
        change: "OrderReference",
        notification: "OrderReferenceNotification",
        event: None,
        root: "OrderReferenceNotification",
        write: order_reference::write,
    },
    Kind {
        change: "Authorization",
        notification: "PaymentAuthorize",
        event: None,
        root: "AuthorizationNotification",
        write: authorization::write,
    },
    Kind {
        change: "Capture",
        notification: "PaymentCapture",
        event: None,
        root: "CaptureNotification",
        write: capture::write,
    },
    Kind {
        change: "Refund",
        notification: "PaymentRefund",
        event: None,
        root: "RefundNotification",
        write: refund::write,
    },
    Kind {
        change: "agreement",
        notification: "BillingAgreementNotification",
        event: Some("BillingAgreementStatusUpdated"),
        root: "BillingAgreementNotification",
        write: agreement::write,
    },
];

/// What is to be told, and to whom.
pub struct Told {
    /// `NotificationType`.
    pub kind: &'static str,
    /// `EventType`.
    pub event: Option<&'static str>,
    /// Of another account than the rest.
    pub is_chargeback: bool,
    pub object_id: String,
    pub state: String,
    pub reason: Option<String>,
    pub seller_id: String,
    pub is_sandbox: bool,
    /// `NotificationData`.
    pub document: String,
}

/// A change in the words of a notification; none when there is nothing to tell: drafts are not, nor
/// is what is pending, for it has not changed yet.
pub fn of_change(tables: &Tables, change: &Change) -> Option<Told> {
    if matches!(change.state, State::Draft | State::Pending) {
        return None;
    }
    let Some(kind) = KINDS.iter().find(|kind| kind.change == change.kind) else {
        tracing::debug!(kind = change.kind, "No notification exists for this kind of change");
        return None;
    };
    let mut writer = Writer::document();
    writer.open_with(kind.root, &[("xmlns", NAMESPACE)]);
    (kind.write)(tables, change, &mut writer).then(|| Told {
        kind: kind.notification,
        event: kind.event,
        is_chargeback: false,
        object_id: change.id.clone(),
        state: change.state.as_str().to_owned(),
        reason: change.reason.map(|reason| reason.as_str().to_owned()),
        seller_id: change.seller_id.clone(),
        is_sandbox: change.is_sandbox,
        document: writer.finish(),
    })
}

/// A chargeback in the words of a notification; none when its order is gone.
pub fn of_chargeback(tables: &Tables, chargeback: &Chargeback) -> Option<Told> {
    let order = tables.orders.get(&chargeback.order_id)?;
    let mut writer = Writer::document();
    writer.open_with("ChargebackNotification", &[("xmlns", NAMESPACE)]);
    chargeback::write(chargeback, &mut writer);
    Some(Told {
        kind: "Chargeback Detailed Notification",
        event: None,
        is_chargeback: true,
        object_id: chargeback.id.clone(),
        state: chargeback::STATE.to_owned(),
        reason: Some(chargeback.reason.clone()),
        seller_id: order.seller_id.clone(),
        is_sandbox: order.is_sandbox,
        document: writer.finish(),
    })
}

/// State and time of the change; the merchant's words when the object still stands so.
fn write_status(name: &str, change: &Change, now: &Standing, writer: &mut Writer) {
    let is_now = now.state == change.state && now.reason == change.reason;
    writer
        .open(name)
        .leaf("State", change.state.as_str())
        .leaf("LastUpdateTimestamp", &timestamp_text(change.at))
        .leaf_if("ReasonCode", change.reason.map(Reason::as_str))
        .leaf_if("ReasonDescription", now.description.as_deref().filter(|_| is_now))
        .close();
}

/// Amount before currency: the other way round than in the API.
fn write_price(name: &str, amount: &str, currency: &str, writer: &mut Writer) {
    writer.open(name).leaf("Amount", amount).leaf("CurrencyCode", currency).close();
}

fn write_money(name: &str, money: &Money, writer: &mut Writer) {
    write_price(name, &shortest(money), &money.currency, writer);
}

/// An amount as notifications spell it: one decimal at least and no more than it takes, `5.0`,
/// `24.21`.
fn shortest(money: &Money) -> String {
    let full = money.with_minor(money.minor).text;
    let Some((whole, decimals)) = full.split_once('.') else { return format!("{full}.0") };
    match decimals.trim_end_matches('0') {
        "" => format!("{whole}.0"),
        decimals => format!("{whole}.{decimals}"),
    }
}

fn write_ids(ids: &[String], writer: &mut Writer) {
    if ids.is_empty() {
        writer.empty("IdList", &[]);
        return;
    }
    writer.open("IdList");
    for id in ids {
        writer.leaf("Id", id);
    }
    writer.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_one_decimal_at_least_and_no_more_than_it_takes() {
        let spelled = |text: &str, currency: &str| shortest(&Money::read(text, currency).expect("an amount"));
        assert_eq!(spelled("5", "EUR"), "5.0");
        assert_eq!(spelled("24.21", "EUR"), "24.21");
        assert_eq!(spelled("24.20", "EUR"), "24.2");
        assert_eq!(spelled("100.00", "EUR"), "100.0");
        assert_eq!(spelled("1500", "JPY"), "1500.0");
    }
}
