//! The document inside a notification: which object it is about, and how that stood when it was written.

use xml::{Document, Element, Limits};

use crate::Price;
use crate::types::{
    AuthorizationStatus, CaptureStatus, OrderReferenceStatus, ReadError, RefundStatus, Status, timestamp_ms,
};

/// Of every document; unlike that of the API its scheme is https.
const NAMESPACE: &str = "https://mws.amazonservices.com/ipn/OffAmazonPayments/2013-01-01";

/// An identifier longer than this is none of Amazon's.
const LONGEST_ID: usize = 64;

/// What a notification is about. States and reasons are those of the moment when it was written: ask for today's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// An order reference was opened, suspended, cancelled or closed.
    OrderReference {
        /// `S02-0319513-4657042`
        id: String,
        /// How it stood.
        status: OrderReferenceStatus,
    },
    /// An authorization changed.
    Authorization {
        /// `S02-0319513-4657042-A031776`
        id: String,
        /// The id that the request chose.
        reference_id: String,
        /// How it stood.
        status: AuthorizationStatus,
    },
    /// A capture changed.
    Capture {
        /// `S02-0319513-4657042-C031776`
        id: String,
        /// The id that the request chose.
        reference_id: String,
        /// How it stood.
        status: CaptureStatus,
    },
    /// A refund changed.
    Refund {
        /// `S02-0319513-4657042-R031776`
        id: String,
        /// The id that the request chose.
        reference_id: String,
        /// How it stood.
        status: RefundStatus,
    },
    /// A billing agreement changed, or its address or payment method did.
    BillingAgreement(AgreementNews),
    /// A buyer's bank takes money back.
    Chargeback(Chargeback),
    /// Of a kind that this program does not know; nothing of its document is read.
    Other {
        /// `NotificationType` as it came.
        kind: String,
    },
}

/// What is told of a billing agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementNews {
    /// `C02-5533845-8537141`
    pub id: String,
    /// Amazon's word for what happened: `BillingAgreementStatusUpdated`, `PaymentMethodUpdated`, …
    pub event: Option<String>,
    /// Amazon's word for how it stood.
    pub state: String,
    /// Why, when there is something to say.
    pub reason_code: Option<String>,
    /// UTC milliseconds of its last change.
    pub changed_at_ms: Option<i64>,
}

/// Money that a buyer's bank takes back. Amazon has no call to ask about it: this is all that is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chargeback {
    /// Amazon's id of the chargeback.
    pub id: String,
    /// The order that was paid.
    pub order_reference_id: String,
    /// The id that the request of the capture chose (not Amazon's id of the capture).
    pub capture_reference_id: String,
    /// How much.
    pub amount: Price,
    /// `RECEIVED`, …
    pub state: String,
    /// In words, `Unauthorized Transaction Chargeback`.
    pub reason: Option<String>,
    /// UTC milliseconds of its beginning.
    pub created_at_ms: Option<i64>,
}

type Reader = fn(Element<'_>) -> Result<About, ReadError>;

/// `NotificationType`, root and child of the document, and who reads the child.
const KINDS: [(&str, &str, &str, Reader); 6] = [
    ("OrderReferenceNotification", "OrderReferenceNotification", "OrderReference", order_reference),
    ("PaymentAuthorize", "AuthorizationNotification", "AuthorizationDetails", authorization),
    ("PaymentCapture", "CaptureNotification", "CaptureDetails", capture),
    ("PaymentRefund", "RefundNotification", "RefundDetails", refund),
    ("BillingAgreementNotification", "BillingAgreementNotification", "BillingAgreement", agreement),
    ("Chargeback Detailed Notification", "ChargebackNotification", "ChargebackDetails", chargeback),
];

impl About {
    /// Reads `NotificationData` of a `NotificationType`.
    pub(super) fn read(kind: &str, data: &str) -> Result<About, ReadError> {
        let Some((_, root, child, read)) = KINDS.iter().find(|(name, ..)| *name == kind) else {
            return Ok(About::Other { kind: kind.to_owned() });
        };
        let document = Document::parse(data, Limits::default())?;
        if !document.root().is(NAMESPACE, root) {
            return Err(ReadError::OtherDocument(document.root().local().to_owned()));
        }
        read(document.root().only(NAMESPACE, child)?.ok_or(ReadError::Missing(child))?)
    }

    /// The order reference that it hangs on; none when it says none, as an agreement does.
    ///
    /// Ids of authorizations, captures and refunds begin with that of their order reference.
    #[must_use]
    pub fn order_reference_id(&self) -> Option<&str> {
        match self {
            About::OrderReference { id, .. } => Some(id),
            About::Authorization { id, .. } | About::Capture { id, .. } | About::Refund { id, .. } => {
                id.rsplit_once('-').map(|(order_reference, _)| order_reference)
            }
            About::Chargeback(chargeback) => Some(&chargeback.order_reference_id),
            About::BillingAgreement(_) | About::Other { .. } => None,
        }
    }
}

fn order_reference(element: Element<'_>) -> Result<About, ReadError> {
    let status = Status::read(part(element, "OrderReferenceStatus")?)?;
    Ok(About::OrderReference { id: id(element, "AmazonOrderReferenceId")?, status })
}

/// What authorization, capture and refund share: Amazon's id, the caller's, and the status.
macro_rules! movement {
    ($reader:ident, $variant:ident, $id:literal, $reference:literal, $status:literal) => {
        fn $reader(element: Element<'_>) -> Result<About, ReadError> {
            Ok(About::$variant {
                id: id(element, $id)?,
                reference_id: required(element, $reference)?,
                status: Status::read(part(element, $status)?)?,
            })
        }
    };
}

movement!(authorization, Authorization, "AmazonAuthorizationId", "AuthorizationReferenceId", "AuthorizationStatus");
movement!(capture, Capture, "AmazonCaptureId", "CaptureReferenceId", "CaptureStatus");
movement!(refund, Refund, "AmazonRefundId", "RefundReferenceId", "RefundStatus");

fn agreement(element: Element<'_>) -> Result<About, ReadError> {
    let status = part(element, "BillingAgreementStatus")?;
    Ok(About::BillingAgreement(AgreementNews {
        id: id(element, "AmazonBillingAgreementId")?,
        event: None,
        state: required(status, "State")?,
        reason_code: text(status, "ReasonCode")?,
        changed_at_ms: text(status, "LastUpdateTimestamp")?.as_deref().and_then(timestamp_ms),
    }))
}

fn chargeback(element: Element<'_>) -> Result<About, ReadError> {
    Ok(About::Chargeback(Chargeback {
        id: id(element, "AmazonChargebackId")?,
        order_reference_id: id(element, "AmazonOrderReferenceId")?,
        capture_reference_id: required(element, "AmazonCaptureReferenceId")?,
        amount: Price::read(part(element, "ChargebackAmount")?)?,
        state: required(element, "ChargebackState")?,
        reason: text(element, "ChargebackReason")?,
        created_at_ms: text(element, "CreationTimestamp")?.as_deref().and_then(timestamp_ms),
    }))
}

fn part<'d>(parent: Element<'d>, name: &'static str) -> Result<Element<'d>, ReadError> {
    parent.only(NAMESPACE, name)?.ok_or(ReadError::Missing(name))
}

fn text(parent: Element<'_>, name: &str) -> Result<Option<String>, ReadError> {
    Ok(parent.field(NAMESPACE, name)?)
}

fn required(parent: Element<'_>, name: &'static str) -> Result<String, ReadError> {
    text(parent, name)?.ok_or(ReadError::Missing(name))
}

/// An id of Amazon's: it goes into logs and into calls.
fn id(parent: Element<'_>, name: &'static str) -> Result<String, ReadError> {
    let id = required(parent, name)?;
    let can_be = id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if can_be { Ok(id) } else { Err(ReadError::Missing(name)) }
}
