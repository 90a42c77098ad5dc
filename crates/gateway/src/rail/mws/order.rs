//! One order reference at Amazon: given its total, confirmed, read back, and held against the payment that it is for.

use amazon::types::OrderReferenceState;
use amazon::{Confirm, Error, ErrorCode, OrderReferenceDetails, SetOrderReferenceDetails};
use payments::{Money, Order, OrderReferenceId, Payment, PaymentId};

use super::Mws;
use super::money::price_of;
use crate::rail::{Hurdle, NotReady, Ready};

/// As many characters as a payment's identifier has, wherever it was made.
const ID_CHARACTERS: usize = 24;

impl Mws {
    /// Gives the order reference its total and confirms it; an order that was confirmed before is looked at first.
    pub(in crate::rail) async fn confirm_order(
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
    pub(in crate::rail) async fn order_ready(
        &self,
        payment: &Payment,
        order: &OrderReferenceId,
    ) -> Result<String, Hurdle> {
        let details = self.read(order).await.map_err(|error| Hurdle::of_error(&error))?;
        check_order(&details, payment)?;
        can_authorize(&details).map(|()| details.document)
    }

    /// Gives the order of the merchant's own page its total, unless it has it, and confirms it,
    /// unless it is. Until it is confirmed anybody else may name it and give it a total, so all is
    /// looked at again afterwards.
    pub(in crate::rail) async fn prepare_order(
        &self,
        id: &PaymentId,
        order: &Order,
        reference: &OrderReferenceId,
    ) -> Result<Ready, NotReady> {
        let details = self.set_order(id, order, reference).await?;
        check_total(&details, order)?;
        Hurdle::of_constraints(&details).map_or(Ok(()), |hurdle| Err(NotReady::Hurdle(hurdle)))?;
        if *details.state() != OrderReferenceState::Open {
            self.confirm_reference(order.amount, reference, None).await?;
        }
        let details = self.read(reference).await?;
        check_total(&details, order)?;
        can_authorize(&details).map_err(NotReady::Hurdle)?;
        let named = details.seller_order_attributes.as_ref();
        let named_for = named.and_then(|named| payment_named(named.custom_information.as_deref()));
        let named_as = named.and_then(|named| named.seller_order_id.clone());
        Ok(Ready { named_for, named_as, details: details.document })
    }

    /// Whether the order is this payment's and not over. What a buyer sent is recorded before it is
    /// checked: it may be the order of another payment, which has been paid with it.
    pub(super) async fn is_order_of(&self, payment: &Payment, reference: &OrderReferenceId) -> bool {
        match self.read(reference).await {
            Ok(details) => check_order(&details, payment).is_ok(),
            Err(_) => false,
        }
    }

    pub(in crate::rail) async fn details(&self, reference: &OrderReferenceId) -> Result<String, Error> {
        self.read(reference).await.map(|details| details.document)
    }

    /// The buyer chooses another card for a suspended order: nothing while he may, then whether he has.
    pub(in crate::rail) async fn has_new_card(&self, order: &str) -> Result<Option<bool>, Error> {
        let details = self.connector.get_order_reference_details(&self.account, order, None).await?;
        Ok(match details.state() {
            OrderReferenceState::Open => Some(true),
            OrderReferenceState::Suspended => None,
            _ => Some(false),
        })
    }

    pub(super) async fn read(&self, reference: &OrderReferenceId) -> Result<OrderReferenceDetails, Error> {
        self.connector.get_order_reference_details(&self.account, reference.as_str(), None).await
    }

    /// Sets the total. An order that is no draft any more keeps what was set before, which is to be checked afterwards.
    async fn set_order(
        &self,
        id: &PaymentId,
        order: &Order,
        reference: &OrderReferenceId,
    ) -> Result<OrderReferenceDetails, Error> {
        let request = SetOrderReferenceDetails {
            order_reference_id: reference.to_string(),
            amount: price_of(order.amount),
            seller_order_id: Some(order.shop_transaction_id.to_string()),
            store_name: self.store_name.clone(),
            custom_information: Some(id.to_string()),
            ..SetOrderReferenceDetails::default()
        };
        match self.connector.set_order_reference_details(&self.account, &request).await {
            Err(error) if error.code() == Some(&ErrorCode::OrderReferenceNotModifiable) => self.read(reference).await,
            ended => ended,
        }
    }

    /// Confirms; with an address to come back to, Amazon may challenge the buyer.
    async fn confirm_reference(
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
        self.connector.confirm_order_reference(&self.account, &request).await
    }
}

impl From<Error> for NotReady {
    fn from(error: Error) -> NotReady {
        if error.code() == Some(&ErrorCode::InvalidOrderReferenceId) {
            return NotReady::Unknown;
        }
        match Hurdle::of_confirmation(&error) {
            Hurdle::ChoiceExpired => NotReady::Over,
            hurdle => NotReady::Hurdle(hurdle),
        }
    }
}

/// The payment that an order was named for. Other words than a payment's identifier are the shop's own.
pub(super) fn payment_named(custom_information: Option<&str>) -> Option<PaymentId> {
    custom_information.filter(|by| by.len() == ID_CHARACTERS).and_then(|by| PaymentId::new(by).ok())
}

/// Whether an order stands so that it can be authorized.
fn can_authorize(details: &OrderReferenceDetails) -> Result<(), Hurdle> {
    let challenge = details.payment_authentication_status.as_ref().and_then(|status| status.state.as_deref());
    match details.state() {
        OrderReferenceState::Open if challenge != Some("REQUIRED") => Ok(()),
        OrderReferenceState::Suspended => Err(Hurdle::Declined),
        _ => Err(Hurdle::Unfinished),
    }
}

/// An order reference must be for this visit and no other: a buyer may send us any of his. Total and number do not
/// suffice: shops that share an account at Amazon may give the same number to orders of the same amount.
fn check_order(details: &OrderReferenceDetails, payment: &Payment) -> Result<(), Hurdle> {
    let ours = details.seller_order_attributes.as_ref().is_some_and(|order| {
        order.seller_order_id.as_deref() == Some(payment.order.shop_transaction_id.as_str())
            && order.custom_information.as_deref() == Some(payment.id.as_str())
    });
    let is_right = ours && has_total(details, payment.order.amount) && is_alive(details);
    if is_right { Ok(()) } else { Err(Hurdle::ChoiceExpired) }
}

/// Whether an order can still be authorized, for what is asked.
fn check_total(details: &OrderReferenceDetails, order: &Order) -> Result<(), NotReady> {
    match (is_alive(details), has_total(details, order.amount)) {
        (false, _) => Err(NotReady::Over),
        (true, true) => Ok(()),
        (true, false) => Err(NotReady::OtherAmount),
    }
}

fn has_total(details: &OrderReferenceDetails, amount: Money) -> bool {
    details.order_total.as_ref().is_some_and(|total| total.is_same_as(&price_of(amount)))
}

/// Whether anything can still be authorized on it, now or later.
fn is_alive(details: &OrderReferenceDetails) -> bool {
    matches!(details.state(), OrderReferenceState::Draft | OrderReferenceState::Open | OrderReferenceState::Suspended)
}
