//! Renewals: charges every subscription whose month has come, once, and gives back the permissions of those that ended.
//!
//! The book decides what is due and makes the order; the policy decides what a refusal means. Here is only the order of
//! things: nothing is charged again before the gateway was asked what became of it.

pub(crate) mod months;
pub(crate) mod policy;

use pagam::Code;

use crate::DemoShop;
use crate::book::BookError;
use crate::book::permissions::Permission;
use crate::book::renewals::Renewal;
use crate::charging::{Charged, Source};
use crate::reconcile::{Asked, CHARGED, after};

const MINUTE_MS: i64 = 60_000;

/// A renewal of which nothing is known is looked at again so much later.
const LOOK_AGAIN_MS: i64 = 10 * MINUTE_MS;

/// A permission that could not be ended is asked for after so many minutes, the last one over and over.
const END_AGAIN_MINUTES: [i64; 4] = [1, 10, 60, 360];

/// What a round of renewing came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Subscriptions that were due.
    pub subscriptions: usize,
    /// Permissions that were to be given back.
    pub permissions: usize,
}

impl DemoShop {
    /// Renews what is due, and gives back what is over. Safe to call at any time and by several at once.
    pub async fn renew_due(&self) -> Renewed {
        let mut done = Renewed::default();
        match self.book.subscriptions_due(self.now()).await {
            Ok(due) => {
                for subscription in due {
                    done.subscriptions += 1;
                    self.log(self.renew(subscription).await);
                }
            }
            Err(error) => self.log(Err(error)),
        }
        done.permissions = self.give_back_due().await;
        done
    }

    /// Gives back the permissions that are over; how many there were.
    pub(crate) async fn give_back_due(&self) -> usize {
        let over = match self.book.permissions_to_end(self.now()).await {
            Ok(over) => over,
            Err(error) => {
                self.log(Err(error));
                return 0;
            }
        };
        let count = over.len();
        for permission in over {
            self.log(self.give_back(permission).await);
        }
        count
    }

    /// Renews one subscription, if it is due.
    pub(crate) async fn renew(&self, subscription: String) -> Result<(), BookError> {
        let begun = self.book.begin_renewal(subscription.clone(), self.now(), CHARGED).await?;
        let Some(renewal) = begun else { return Ok(()) };
        let is_known = match self.may_charge(&renewal).await? {
            true => self.charge_month(renewal).await?,
            false => false,
        };
        match is_known {
            true => Ok(()),
            false => self.book.look_after(subscription, self.now() + LOOK_AGAIN_MS).await,
        }
    }

    /// Whether the month can be charged under its identifier: it was not, or the gateway knows of
    /// nothing. (Under the same identifier it takes one payment, should the first request arrive
    /// yet.)
    async fn may_charge(&self, renewal: &Renewal) -> Result<bool, BookError> {
        if renewal.is_new {
            return Ok(true);
        }
        match self.book.open_try_of(renewal.order.id.clone()).await? {
            Some(open) => Ok(self.ask_about(&open).await? == Asked::Nothing),
            None => Ok(false),
        }
    }

    /// Whether it is known how the charge ended.
    async fn charge_month(&self, renewal: Renewal) -> Result<bool, BookError> {
        let Renewal { order, shop_transaction_id: id, token, .. } = renewal;
        let sending = self.book.charge_renewal(id, self.now(), CHARGED).await?;
        let charged = self.charge(order, sending, Source::Token(token)).await?;
        Ok(matches!(charged, Charged::Known(status) if status != pagam::Status::Pending))
    }

    async fn give_back(&self, permission: Permission) -> Result<(), BookError> {
        match self.client().delete_token(&permission.token).await {
            Ok(()) => return self.book.permission_ended(permission.token).await,
            Err(error) if error.code() == Some(Code::TOKEN_UNKNOWN) => {
                return self.book.permission_ended(permission.token).await;
            }
            Err(error) => tracing::warn!(%error, "A permission could not be given back"),
        }
        let last = END_AGAIN_MINUTES[END_AGAIN_MINUTES.len() - 1];
        let minutes = after(&END_AGAIN_MINUTES, permission.asked).unwrap_or(last);
        self.book.end_permission_at(permission.token, self.now() + minutes * MINUTE_MS).await
    }
}
