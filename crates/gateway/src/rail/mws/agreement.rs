//! One billing agreement at Amazon: named for the visit, confirmed, validated, ended.

use amazon::types::BillingAgreementState;
use amazon::{BillingAgreementDetails, ConfirmBillingAgreement, Error, ErrorCode, SetBillingAgreementDetails};
use payments::{BillingAgreementId, Payment};

use super::Mws;
use crate::rail::Hurdle;

impl Mws {
    /// Gives the agreement its name and confirms it; one that was confirmed before is looked at first.
    pub(in crate::rail) async fn confirm_agreement(
        &self,
        payment: &Payment,
        agreement: &BillingAgreementId,
        is_known: bool,
        result_url: &str,
    ) -> Result<(), Hurdle> {
        let details = match is_known {
            true => self.read_agreement(agreement).await.map_err(|error| Hurdle::of_error(&error))?,
            false => self.set_agreement(payment, agreement).await?,
        };
        let details = match details.state() {
            BillingAgreementState::Draft if is_known => self.set_agreement(payment, agreement).await?,
            _ => details,
        };
        check_agreement(&details, payment)?;
        Hurdle::of_agreement(&details).map_or(Ok(()), Err)?;
        let request = ConfirmBillingAgreement {
            billing_agreement_id: agreement.to_string(),
            success_url: Some(result_url.to_owned()),
            failure_url: Some(result_url.to_owned()),
        };
        let confirmed = self.connector.confirm_billing_agreement(&self.account, &request).await;
        confirmed.map_err(|error| Hurdle::of_confirmation(&error))
    }

    /// Whether Amazon would charge the agreement: it is open, this visit's, and its card is good.
    pub(in crate::rail) async fn agreement_ready(
        &self,
        payment: &Payment,
        agreement: &BillingAgreementId,
    ) -> Result<(), Hurdle> {
        let details = self.read_agreement(agreement).await.map_err(|error| Hurdle::of_error(&error))?;
        check_agreement(&details, payment)?;
        match details.state() {
            BillingAgreementState::Open => {}
            BillingAgreementState::Suspended => return Err(Hurdle::Declined),
            _ => return Err(Hurdle::Unfinished),
        }
        match self.connector.validate_billing_agreement(&self.account, agreement.as_str()).await {
            Ok(validation) if validation.is_success() => Ok(()),
            Ok(_) => Err(Hurdle::Declined),
            Err(error) => Err(Hurdle::of_error(&error)),
        }
    }

    /// Whether the agreement is this payment's and not over.
    pub(super) async fn is_agreement_of(&self, payment: &Payment, agreement: &BillingAgreementId) -> bool {
        match self.read_agreement(agreement).await {
            Ok(details) => check_agreement(&details, payment).is_ok(),
            Err(_) => false,
        }
    }

    pub(in crate::rail) async fn is_agreement_over(&self, agreement: &BillingAgreementId) -> Result<bool, Error> {
        self.read_agreement(agreement).await.map(|details| details.is_over())
    }

    /// One that is over already needs no end. One that Amazon does not know is another account's:
    /// it is not ended by that.
    pub(in crate::rail) async fn end_agreement(&self, agreement: &BillingAgreementId) -> Result<(), Error> {
        match self.connector.close_billing_agreement(&self.account, agreement.as_str(), None).await {
            Err(Error::Refused(failure))
                if matches!(
                    failure.code,
                    Some(ErrorCode::InvalidBillingAgreementStatus | ErrorCode::InvalidCloseAttempt)
                ) =>
            {
                Ok(())
            }
            ended => ended,
        }
    }

    async fn set_agreement(
        &self,
        payment: &Payment,
        agreement: &BillingAgreementId,
    ) -> Result<BillingAgreementDetails, Hurdle> {
        let request = SetBillingAgreementDetails {
            billing_agreement_id: agreement.to_string(),
            seller_billing_agreement_id: Some(payment.order.shop_transaction_id.to_string()),
            store_name: self.store_name.clone(),
            custom_information: Some(payment.id.to_string()),
            ..SetBillingAgreementDetails::default()
        };
        let set = match self.connector.set_billing_agreement_details(&self.account, &request).await {
            Err(error) if error.code() == Some(&ErrorCode::BillingAgreementNotModifiable) => {
                self.read_agreement(agreement).await
            }
            ended => ended,
        };
        set.map_err(|error| Hurdle::of_error(&error))
    }

    async fn read_agreement(&self, agreement: &BillingAgreementId) -> Result<BillingAgreementDetails, Error> {
        self.connector.get_billing_agreement_details(&self.account, agreement.as_str(), None).await
    }
}

/// An agreement must be for this visit and no other, as an order reference must: a buyer may send us any of his.
fn check_agreement(details: &BillingAgreementDetails, payment: &Payment) -> Result<(), Hurdle> {
    let ours = details.seller_billing_agreement_attributes.as_ref().is_some_and(|named| {
        named.seller_billing_agreement_id.as_deref() == Some(payment.order.shop_transaction_id.as_str())
            && named.custom_information.as_deref() == Some(payment.id.as_str())
    });
    if ours && !details.is_over() { Ok(()) } else { Err(Hurdle::ChoiceExpired) }
}
