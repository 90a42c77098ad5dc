//! Agreements after they were made: given up by the shop, or ended by the buyer at Amazon.

use std::ops::Deref;
use std::sync::Arc;

use amazon::{Error, ErrorCode};
use payments::{Agreement, AgreementChange, AgreementStage, Token};
use store::{ApplyError, Shop};

use crate::Gateway;
use crate::flow::merchant::Merchant;

/// One shop's agreements.
#[derive(Clone)]
pub(crate) struct Recurrence(Merchant);

/// Why a token was not given up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotEnded {
    /// No agreement stands behind it, or it is over.
    #[error("the token is unknown or over")]
    TokenUnknown,
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Deref for Recurrence {
    type Target = Merchant;
    fn deref(&self) -> &Merchant {
        &self.0
    }
}

impl Recurrence {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Recurrence> {
        Merchant::of(gateway, shop).map(Recurrence)
    }

    /// The shop gives the agreement up. From the moment it is recorded no charge begins, so the shop is told that it is done
    /// even when Amazon has to be told later.
    ///
    /// # Errors
    /// [`NotEnded`].
    pub(crate) async fn end(&self, token: &Token) -> Result<(), NotEnded> {
        let agreement = self.gateway.store().agreement(&self.shop.login, token).await?;
        let agreement = agreement.ok_or(NotEnded::TokenUnknown)?;
        let change = agreement.close(self.now()).map_err(|_| NotEnded::TokenUnknown)?;
        match self.write(&change).await? {
            true => {
                self.pursue_end(change.into_agreement()).await;
                Ok(())
            }
            // Somebody else has ended it in the same moment.
            false => Err(NotEnded::TokenUnknown),
        }
    }

    /// Tells Amazon that the agreement is over, and records that it knows. Whether it does.
    pub(crate) async fn pursue_end(&self, agreement: Agreement) -> bool {
        let id = agreement.billing_agreement.as_str();
        let closed = match self.connector().close_billing_agreement(&self.account, id, None).await {
            Ok(()) => true,
            Err(Error::NotDone(failure)) if is_over(failure.code.as_ref()) => true,
            Err(error) => {
                tracing::warn!(billing_agreement = id, %error, "Amazon has not closed an agreement");
                false
            }
        };
        closed && self.ended(agreement).await
    }

    /// What Amazon says of an agreement that may have ended there.
    pub(crate) async fn look_at(&self, agreement: Agreement) -> bool {
        match agreement.stage {
            AgreementStage::Closing => return self.pursue_end(agreement).await,
            AgreementStage::ClosedByShop | AgreementStage::ClosedAtAmazon => return true,
            AgreementStage::Active => {}
        }
        let id = agreement.billing_agreement.as_str();
        match self.connector().get_billing_agreement_details(&self.account, id, None).await {
            Ok(details) if details.is_over() => self.ended(agreement).await,
            Ok(_) => true,
            Err(error) => {
                tracing::warn!(billing_agreement = id, %error, "Amazon does not say where an agreement stands");
                false
            }
        }
    }

    async fn ended(&self, agreement: Agreement) -> bool {
        let Ok(change) = agreement.ended_at_amazon(self.now()) else { return true };
        match self.write(&change).await {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(%error, "the end of an agreement was not recorded");
                false
            }
        }
    }

    async fn write(&self, change: &AgreementChange) -> Result<bool, store::Error> {
        match self.gateway.store().apply_agreement(change).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Stale | ApplyError::Taken) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }
}

/// Whether Amazon refuses to close an agreement because it is over.
fn is_over(code: Option<&ErrorCode>) -> bool {
    matches!(
        code,
        Some(
            ErrorCode::InvalidBillingAgreementStatus
                | ErrorCode::InvalidCloseAttempt
                | ErrorCode::InvalidBillingAgreementId
        )
    )
}
