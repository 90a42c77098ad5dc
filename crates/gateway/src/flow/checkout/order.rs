//! One order reference at Amazon: given its total, confirmed, read back, and held against the visit that it is for.

use amazon::types::OrderReferenceState;
use amazon::{Confirm, Error, ErrorCode, OrderReferenceDetails, SetOrderReferenceDetails};
use payments::{Answer, Instrument, Money, Order, OrderReferenceId, Origin, Payment, PaymentId};

use super::{Checkout, Hurdle};
use crate::flow::merchant::{Merchant, price_of};

impl Checkout {
    /// Gives the order reference its total and confirms it; an order that was confirmed before is looked at first.
    pub(super) async fn confirm_order(
        &self,
        payment: &Payment,
        reference: &OrderReferenceId,
        is_known: bool,
        result_url: &str,
    ) -> Result<(), Hurdle> {
        let details = match is_known {
            true => self.read(reference).await,
            false => self.set_order(&payment.id, &payment.order, reference).await,
        };
        let details = match details {
            Ok(details) if is_known && *details.state() == OrderReferenceState::Draft => {
                self.set_order(&payment.id, &payment.order, reference).await
            }
            details => details,
        };
        let details = details.map_err(|error| Hurdle::of_error(&error))?;
        check_order(&details, payment)?;
        Hurdle::of_constraints(&details).map_or(Ok(()), Err)?;
        let confirmed = self.confirm_reference(payment.order.amount, reference, Some(result_url)).await;
        confirmed.map_err(|error| Hurdle::of_confirmation(&error))
    }

    /// Whether Amazon would take an authorization now, and what it knows of the order.
    pub(super) async fn order_ready(&self, payment: &Payment, order: &OrderReferenceId) -> Result<String, Hurdle> {
        let details = self.read(order).await.map_err(|error| Hurdle::of_error(&error))?;
        check_order(&details, payment)?;
        can_authorize(&details).map(|()| details.document)
    }

    /// Whether the order is this payment's and not over. What a buyer sent is recorded before it is checked: it may be the order of
    /// another payment, which has been paid with it.
    pub(super) async fn is_order_of(&self, payment: &Payment, reference: &OrderReferenceId) -> bool {
        match self.read(reference).await {
            Ok(details) => check_order(&details, payment).is_ok(),
            Err(_) => false,
        }
    }

    /// The details of the order that Amazon makes of an agreement's first payment: the buyer's addresses are in it. Later
    /// charges go to nobody's address.
    pub(super) async fn order_made_by(
        &self,
        payment: &Payment,
        instrument: &Instrument,
        answer: &Answer,
    ) -> Option<String> {
        let (Instrument::Agreement(_), Answer::Approved(approval), Origin::Page) = (instrument, answer, payment.origin)
        else {
            return None;
        };
        let order = approval.authorization.id.order_reference()?;
        self.read(&order).await.ok().map(|details| details.document)
    }
}

impl Merchant {
    /// Sets the total. An order that is no draft any more keeps what was set before, which is to be checked afterwards.
    pub(crate) async fn set_order(
        &self,
        id: &PaymentId,
        order: &Order,
        reference: &OrderReferenceId,
    ) -> Result<OrderReferenceDetails, Error> {
        let request = SetOrderReferenceDetails {
            order_reference_id: reference.to_string(),
            amount: price_of(order.amount),
            seller_order_id: Some(order.shop_transaction_id.to_string()),
            store_name: Some(self.shop.name.clone()).filter(|name| !name.is_empty()),
            custom_information: Some(id.to_string()),
            ..SetOrderReferenceDetails::default()
        };
        match self.connector().set_order_reference_details(&self.account, &request).await {
            Err(error) if error.code() == Some(&ErrorCode::OrderReferenceNotModifiable) => self.read(reference).await,
            ended => ended,
        }
    }

    /// Confirms; with an address to come back to, Amazon may challenge the buyer.
    pub(crate) async fn confirm_reference(
        &self,
        amount: Money,
        reference: &OrderReferenceId,
        result_url: Option<&str>,
    ) -> Result<(), Error> {
        let request = Confirm {
            order_reference_id: reference.to_string(),
            success_url: result_url.map(str::to_owned),
            failure_url: result_url.map(str::to_owned),
            amount: result_url.map(|_| price_of(amount)),
            expect_immediate_authorization: None,
        };
        self.connector().confirm_order_reference(&self.account, &request).await
    }

    pub(crate) async fn read(&self, reference: &OrderReferenceId) -> Result<OrderReferenceDetails, Error> {
        self.connector().get_order_reference_details(&self.account, reference.as_str(), None).await
    }
}

/// Whether an order stands so that it can be authorized.
pub(crate) fn can_authorize(details: &OrderReferenceDetails) -> Result<(), Hurdle> {
    let challenge = details.payment_authentication_status.as_ref().and_then(|status| status.state.as_deref());
    match details.state() {
        OrderReferenceState::Open if challenge != Some("REQUIRED") => Ok(()),
        OrderReferenceState::Suspended => Err(Hurdle::Declined),
        _ => Err(Hurdle::Unfinished),
    }
}

/// An order reference must be for this visit and no other: a buyer may send us any of his. Total and number do not
/// suffice: shops that share an account at Amazon may give the same number to orders of the same amount, and for the
/// same reference Amazon would answer both with one authorization.
fn check_order(details: &OrderReferenceDetails, payment: &Payment) -> Result<(), Hurdle> {
    let total = details.order_total.as_ref().is_some_and(|total| total.is_same_as(&price_of(payment.order.amount)));
    let ours = details.seller_order_attributes.as_ref().is_some_and(|order| {
        order.seller_order_id.as_deref() == Some(payment.order.shop_transaction_id.as_str())
            && order.custom_information.as_deref() == Some(payment.id.as_str())
    });
    if total && ours && is_alive(details) { Ok(()) } else { Err(Hurdle::ChoiceExpired) }
}

/// Whether anything can still be authorized on it, now or later.
pub(crate) fn is_alive(details: &OrderReferenceDetails) -> bool {
    matches!(details.state(), OrderReferenceState::Draft | OrderReferenceState::Open | OrderReferenceState::Suspended)
}
