//! What the shop is told of a payment: by the notice, by the redirect, and by Decrypt of either.

use serde::{Deserialize, Serialize};

use crate::ids::{BankTransactionId, PaymentId, ShopTransactionId, Token, UtcMs};
use crate::money::Money;
use crate::order::{Language, Recurring};
use crate::payment::{Payment, Stage};

/// A payment's outcome, whole: sealed into the string that the shop decrypts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub payment: PaymentId,
    pub verdict: Verdict,
    /// The shop's name for the payment.
    pub shop_transaction_id: ShopTransactionId,
    /// The gateway's number; none when nothing was attempted.
    pub bank_transaction_id: Option<BankTransactionId>,
    /// Six digits; empty unless paid.
    pub authorization_code: String,
    /// What was to be paid.
    pub amount: Money,
    /// As the shop sent it.
    pub buyer_name: String,
    /// As the shop sent it.
    pub buyer_email: String,
    /// As the shop sent it.
    pub custom_info: String,
    /// The language that the shop asked the page in.
    pub language: Language,
    /// When the outcome was decided.
    pub decided_at: UtcMs,
    /// What future payments are charged by, when the buyer has allowed them.
    #[serde(default)]
    pub token: Option<Token>,
}

/// Paid, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// `OK`.
    Paid,
    /// `KO`.
    Refused(Reason),
    /// `XX`: not decided; another outcome will follow.
    Pending,
}

/// Why no money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The buyer cancelled or left.
    Abandoned,
    /// Amazon declined the card and the buyer may try, or has tried too often, another (`InvalidPaymentMethod`).
    PaymentMethodDeclined,
    /// Amazon rejected the payment (`AmazonRejected`).
    Rejected,
    /// The card's network failed (`ProcessingFailure`).
    ProcessingFailure,
    /// Amazon could not decide in time (`TransactionTimedOut`).
    TimedOut,
    /// The buyer failed the bank's authentication.
    AuthenticationFailed,
    /// The order reference was closed, cancelled or is unknown at Amazon.
    OrderReferenceUnusable,
    /// Amazon was asked, has not done it, and never will; or a call came to nothing before there was an attempt.
    NotDone,
    /// The agreement is over at Amazon.
    AgreementOver,
    /// More than Amazon lets a shop charge an agreement in a month.
    LimitExceeded,
    /// Amazon was not reached or asked for patience until ours was over; nothing was done.
    Unreachable,
    /// Amazon refuses the merchant's account, key, token or clock; nothing was done.
    AccountRefused,
    /// The currency is not the one of the agreement or the order.
    CurrencyDiffers,
    /// Amazon has a charge under this identifier already, on another order: of a payment that this database does not
    /// know any more, after a backup was restored. Nothing was done now.
    ChargedBefore,
}

impl Outcome {
    /// What the shop is told of a payment; nothing while it is undecided, or of a visit that never began. Final except
    /// [`Verdict::Pending`].
    #[must_use]
    pub fn of(payment: &Payment) -> Option<Outcome> {
        let (verdict, authorization_code) = match &payment.stage {
            Stage::Paid { authorization, .. } => (Verdict::Paid, code_of(authorization.id.as_str())),
            Stage::Agreed { .. } => (Verdict::Paid, String::new()),
            Stage::Pending { .. } => (Verdict::Pending, String::new()),
            Stage::Refused { reason, .. } => (Verdict::Refused(*reason), String::new()),
            Stage::Abandoned { .. } if payment.has_lapsed() => return None,
            Stage::Abandoned { .. } => (Verdict::Refused(Reason::Abandoned), String::new()),
            Stage::Open { .. } | Stage::Authorizing { .. } => return None,
        };
        let order = &payment.order;
        let token = match (verdict, order.recurring) {
            (Verdict::Paid, Recurring::WithPayment | Recurring::Only) => payment.token.clone(),
            (Verdict::Paid | Verdict::Pending | Verdict::Refused(_), _) => None,
        };
        Some(Outcome {
            payment: payment.id.clone(),
            verdict,
            shop_transaction_id: order.shop_transaction_id.clone(),
            bank_transaction_id: payment.bank_transaction_id,
            authorization_code,
            amount: order.amount,
            buyer_name: order.buyer_name.clone(),
            buyer_email: order.buyer_email.clone(),
            custom_info: order.custom_info.clone(),
            language: order.language,
            decided_at: payment.decided_at(),
            token,
        })
    }
}

/// The authorization code of a payment: the last six digits of Amazon's authorization id, led by
/// zeros when it has fewer.
pub(crate) fn code_of(authorization_id: &str) -> String {
    let digits: Vec<char> = authorization_id.chars().rev().filter(char::is_ascii_digit).take(6).collect();
    format!("{:0>6}", digits.into_iter().rev().collect::<String>())
}
