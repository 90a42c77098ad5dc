//! Agreements after they were made: given up by the shop, or ended by the buyer at Amazon.

use std::sync::Arc;

use payments::{Agreement, AgreementStage, Token};
use store::Shop;

use crate::Gateway;
use crate::flow::merchant::Merchant;
use crate::flow::outcome::{NoOutcome, OrUnknown};
use crate::rail::Rail;

#[derive(Clone)]
pub(crate) struct Recurrence {
    pub(crate) merchant: Merchant,
    pub(crate) rail: Rail,
}

/// No agreement stands behind a token, or it is over.
#[derive(Debug, thiserror::Error)]
#[error("the token is unknown or over")]
pub(crate) struct TokenUnknown;

impl Recurrence {
    /// Nothing when the shop has no account at Amazon in this environment.
    pub(crate) fn of(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Recurrence> {
        let merchant = Merchant::of(gateway, shop);
        merchant.rail().map(|rail| Recurrence { merchant, rail })
    }

    /// The same for background work.
    pub(crate) fn in_background(gateway: &Gateway, shop: &Arc<Shop>) -> Option<Recurrence> {
        let merchant = Merchant::of(gateway, shop);
        merchant.background_rail().map(|rail| Recurrence { merchant, rail })
    }

    /// The shop gives the agreement up. From the moment it is recorded no charge begins, so the
    /// shop is told that it is done even when Amazon has to be told later.
    ///
    /// # Errors
    /// [`NoOutcome`].
    pub(crate) async fn end(&self, token: &Token) -> Result<(), NoOutcome<TokenUnknown>> {
        let (gateway, login) = (&self.merchant.gateway, &self.merchant.shop.login);
        let agreement = gateway.store().agreement(login, token).await.or_unknown()?.ok_or(TokenUnknown)?;
        let change = agreement.close(self.merchant.now()).map_err(|_| TokenUnknown)?;
        match self.merchant.commit_agreement(change).await.or_unknown()? {
            Some(closing) => {
                self.pursue_end(closing).await;
                Ok(())
            }
            // Somebody else has ended it in the same moment.
            None => Err(TokenUnknown.into()),
        }
    }

    /// Tells Amazon that the agreement is over, and records that it knows. Whether it does.
    pub(crate) async fn pursue_end(&self, agreement: Agreement) -> bool {
        match self.rail.end_agreement(&agreement.billing_agreement).await {
            Ok(()) => self.ended(agreement).await,
            Err(error) => {
                let billing_agreement = agreement.billing_agreement.as_str();
                tracing::warn!(billing_agreement, %error, "Amazon has not closed an agreement");
                false
            }
        }
    }

    /// What Amazon says of an agreement that may have ended there.
    pub(crate) async fn look_at(&self, agreement: Agreement) -> bool {
        match agreement.stage {
            AgreementStage::Closing => return self.pursue_end(agreement).await,
            AgreementStage::ClosedByShop | AgreementStage::ClosedAtAmazon => return true,
            AgreementStage::Active => {}
        }
        match self.rail.is_agreement_over(&agreement.billing_agreement).await {
            Ok(true) => self.ended(agreement).await,
            Ok(false) => true,
            Err(error) => {
                let billing_agreement = agreement.billing_agreement.as_str();
                tracing::warn!(billing_agreement, %error, "Amazon does not say where an agreement stands");
                false
            }
        }
    }

    async fn ended(&self, agreement: Agreement) -> bool {
        let Ok(change) = agreement.ended_at_amazon(self.merchant.now()) else { return true };
        match self.merchant.commit_agreement(change).await {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(%error, "The end of an agreement was not recorded");
                false
            }
        }
    }
}
