//! Pressing pay: the buyer's order reference is recorded, given the total, and confirmed. Nothing is charged here.

use amazon::types::OrderReferenceState;
use amazon::{Confirm, Error, ErrorCode, OrderReferenceDetails, SetOrderReferenceDetails};
use payments::{OrderReferenceId, Payment, Stage};

use super::{Checkout, Committed, Confirmation, Hurdle, price_of};

impl Checkout {
    /// Records the buyer's order reference and confirms it at Amazon. May be repeated with the same or another reference.
    ///
    /// # Errors
    /// The store does not answer; nothing was charged.
    pub(crate) async fn confirm(
        &self,
        payment: Payment,
        reference: OrderReferenceId,
        result_url: &str,
    ) -> Result<Confirmation, store::Error> {
        let recorded = match &payment.stage {
            Stage::Open { order_reference, .. } => order_reference.clone(),
            Stage::Authorizing { .. } | Stage::Paid { .. } | Stage::Refused { .. } | Stage::Abandoned => None,
        };
        let is_known = recorded.as_ref() == Some(&reference);
        let Ok(change) = payment.clone().confirm(reference.clone(), self.gateway.now()) else {
            return Ok(Confirmation::Moved);
        };
        match self.commit(change).await? {
            Committed::Done(_) => {}
            Committed::Stale | Committed::Taken => return Ok(Confirmation::Moved),
        }
        if let Err(hurdle) = self.confirm_at_amazon(&payment, &reference, is_known, result_url).await {
            return Ok(Confirmation::Hurdle(hurdle));
        }
        if let Some(earlier) = recorded.filter(|_| !is_known) {
            self.close_later(&payment, earlier);
        }
        Ok(Confirmation::Ready)
    }

    async fn confirm_at_amazon(
        &self,
        payment: &Payment,
        reference: &OrderReferenceId,
        is_known: bool,
        result_url: &str,
    ) -> Result<(), Hurdle> {
        let details = match is_known {
            true => self.read(reference).await?,
            false => self.set(payment, reference).await?,
        };
        let details = match details.state() {
            OrderReferenceState::Draft if is_known => self.set(payment, reference).await?,
            _ => details,
        };
        self.check_order(&details, payment)?;
        Hurdle::of_constraints(&details).map_or(Ok(()), Err)?;
        let request = Confirm {
            order_reference_id: reference.to_string(),
            success_url: Some(result_url.to_owned()),
            failure_url: Some(result_url.to_owned()),
            amount: Some(price_of(payment)),
            expect_immediate_authorization: None,
        };
        match self.gateway.connector().confirm_order_reference(&self.account, &request).await {
            Ok(()) => Ok(()),
            Err(Error::NotDone(failure)) if failure.code == Some(ErrorCode::ConstraintsExist) => {
                Err(Hurdle::of_refused_confirmation(&failure))
            }
            Err(error) => Err(Hurdle::of_error(&error)),
        }
    }

    /// Sets the total. An order that is no draft any more keeps what was set before, which is checked afterwards.
    async fn set(&self, payment: &Payment, reference: &OrderReferenceId) -> Result<OrderReferenceDetails, Hurdle> {
        let request = SetOrderReferenceDetails {
            order_reference_id: reference.to_string(),
            amount: price_of(payment),
            seller_order_id: Some(payment.order.shop_transaction_id.to_string()),
            store_name: Some(self.shop.name.clone()).filter(|name| !name.is_empty()),
            custom_information: Some(payment.id.to_string()),
            ..SetOrderReferenceDetails::default()
        };
        match self.gateway.connector().set_order_reference_details(&self.account, &request).await {
            Ok(details) => Ok(details),
            Err(error) if error.code() == Some(&ErrorCode::OrderReferenceNotModifiable) => self.read(reference).await,
            Err(error) => Err(Hurdle::of_error(&error)),
        }
    }

    pub(super) async fn read(&self, reference: &OrderReferenceId) -> Result<OrderReferenceDetails, Hurdle> {
        let read = self.gateway.connector().get_order_reference_details(&self.account, reference.as_str(), None).await;
        read.map_err(|error| Hurdle::of_error(&error))
    }

    /// An order reference must be for this visit and no other: a buyer may send us any of his. Total and number do not
    /// suffice: shops that share an account at Amazon may give the same number to orders of the same amount, and for the
    /// same reference Amazon would answer both with one authorization.
    pub(super) fn check_order(&self, details: &OrderReferenceDetails, payment: &Payment) -> Result<(), Hurdle> {
        let total = details.order_total.as_ref().is_some_and(|total| total.is_same_as(&price_of(payment)));
        let ours = details.seller_order_attributes.as_ref().is_some_and(|order| {
            order.seller_order_id.as_deref() == Some(payment.order.shop_transaction_id.as_str())
                && order.custom_information.as_deref() == Some(payment.id.as_str())
        });
        let alive = matches!(
            details.state(),
            OrderReferenceState::Draft | OrderReferenceState::Open | OrderReferenceState::Suspended
        );
        if total && ours && alive { Ok(()) } else { Err(Hurdle::ChoiceExpired) }
    }
}
