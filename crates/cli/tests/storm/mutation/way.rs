//! What is broken on the way to Amazon and back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Mutation;
use crate::amazon::{Tamper, Twist};

impl Mutation {
    /// What it does to calls on their way to Amazon.
    pub fn tamper(self) -> Option<Tamper> {
        let reference = match self {
            Mutation::AuthorizationsUnnamed => "AuthorizationReferenceId",
            Mutation::RefundsUnnamed => "RefundReferenceId",
            // Of a list: what is looked for, and never found.
            Mutation::ListsTrusted => "QueryId",
            _ => return None,
        };
        let sent = AtomicU64::new(0);
        Some(Arc::new(move |pairs| {
            let named = pairs.iter_mut().find(|(name, _)| name == reference);
            let Some((_, value)) = named else { return false };
            *value = format!("sent-{}", sent.fetch_add(1, Ordering::SeqCst));
            true
        }))
    }

    /// What it makes of Amazon's answers.
    pub fn twist(self) -> Option<Twist> {
        let (actions, from, to): ([&str; 2], _, _) = match self {
            Mutation::PendingTakenForSettled => (["Capture", "GetCaptureDetails"], PENDING, COMPLETED),
            Mutation::DeclinesUnseen => (["Refund", "GetRefundDetails"], DECLINED, COMPLETED),
            _ => return None,
        };
        Some(Arc::new(move |action, answer| actions.contains(&action).then(|| answer.replace(from, to))))
    }

    /// Whether attempts that never reached Amazon are executed when everybody takes them for over.
    pub fn executes_old_attempts(self) -> bool {
        self == Mutation::OldAttemptsExecuted
    }
}

const PENDING: &str = "<State>Pending</State>";
const DECLINED: &str = "<State>Declined</State>";
const COMPLETED: &str = "<State>Completed</State>";
