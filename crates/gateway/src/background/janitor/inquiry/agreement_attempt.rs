//! An attempt on an agreement: looked for in Amazon's list of orders, then asked again under its name.
//!
//! An agreement cannot be closed to make a late request impossible: the buyer's later payments hang on it. So the question is
//! repeated word for word, for which Amazon gives its first answer again, or does now what the shop was told is pending.
//! Only when whoever asked first has surely given up asking: until then another process may hear that its own request was turned
//! away, and call the attempt off while ours is being done. A young attempt is looked for and left alone.
//! When Amazon refuses the repetition, its list of orders under the shop's number decides whether the first was done; that it was
//! not is believed only when the first can no longer be on its way. Amazon may also say that the name is taken: by the first
//! request, when something about the shop has changed since, or by another shop with the same account. Then it is believed only when
//! an order of ours would surely be listed. An agreement that Amazon does not know says nothing: the shop has changed its account, and
//! the one before may have been charged.

use amazon::calls::PaymentDomain;
use amazon::{Error, ErrorCode, OrderReferenceDetails};
use payments::{Attempt, Instrument, Payment};

use super::{Found, Janitor, Patience, Seen};
use crate::flow::checkout::Checkout;
use crate::rail::verdict::turned_down;

/// Longer than Amazon takes to list an order that it has made.
const LISTED_AFTER_MS: i64 = 60 * 60 * 1000;

impl Janitor {
    /// The answer; nothing while nothing is certain.
    pub(super) async fn seek_on_agreement(
        &self,
        checkout: &Checkout,
        payment: &Payment,
        attempt: &Attempt,
        patience: Patience,
    ) -> Result<Option<Found>, Error> {
        if patience == Patience::Left {
            return Ok(match self.among_listed(checkout, payment, attempt).await? {
                Seen::Decided(answer) => Some((answer, None)),
                Seen::Undecided | Seen::Nothing => None,
            });
        }
        let error = match checkout.ask_again(payment, attempt).await {
            Ok(details) => return Ok(checkout.answer_of(attempt, &details).map(|answer| (answer, None))),
            Err(error) => error,
        };
        let Some(refusal) = refusal_of(&error) else { return Err(error) };
        match self.among_listed(checkout, payment, attempt).await? {
            Seen::Decided(answer) => Ok(Some((answer, None))),
            Seen::Undecided => Ok(None),
            Seen::Nothing if refusal.is_duplicate() && self.may_be_listed_later(attempt) => Ok(None),
            // It was made with this shop: another account at Amazon is asked now than was then.
            Seen::Nothing if *refusal == ErrorCode::InvalidBillingAgreementId => Err(error),
            Seen::Nothing => match &attempt.instrument {
                Instrument::Agreement(agreement) if *refusal == ErrorCode::InvalidBillingAgreementStatus => {
                    Ok(checkout.why_not_charged(agreement).await.map(|answer| (answer, None)))
                }
                _ => Ok(Some((turned_down(error.failure()), None))),
            },
        }
    }

    fn may_be_listed_later(&self, attempt: &Attempt) -> bool {
        self.gateway.now().0.saturating_sub(attempt.asked_at.0).saturating_abs() <= LISTED_AFTER_MS
    }

    /// The attempt among the authorizations of every order under the shop's number.
    async fn among_listed(&self, checkout: &Checkout, payment: &Payment, attempt: &Attempt) -> Result<Seen, Error> {
        // A buyer may pay in a currency that no ledger is kept in: then any of them may have the order.
        let ledger = PaymentDomain::of_currency(payment.order.amount.currency.as_str());
        for domain in ledger.map_or(PaymentDomain::ALL.to_vec(), |ledger| vec![ledger]) {
            match self.among_listed_in(checkout, payment, attempt, domain).await? {
                Seen::Nothing => {}
                seen => return Ok(seen),
            }
        }
        Ok(Seen::Nothing)
    }

    async fn among_listed_in(
        &self,
        checkout: &Checkout,
        payment: &Payment,
        attempt: &Attempt,
        ledger: PaymentDomain,
    ) -> Result<Seen, Error> {
        let (connector, account) = (checkout.connector(), &checkout.account);
        let number = payment.order.shop_transaction_id.as_str();
        let listed = connector.list_order_reference(account, number, ledger).await?;
        for order in &listed.order_references {
            let id = order.amazon_order_reference_id.as_str();
            let details = connector.get_order_reference_details(account, id, None).await?;
            if is_of_another(&details, payment) {
                continue;
            }
            match self.among(checkout, attempt, &details.id_list).await? {
                Seen::Nothing => {}
                seen => return Ok(seen),
            }
        }
        // What is not on this page may be on the next.
        Ok(if listed.has_more() { Seen::Undecided } else { Seen::Nothing })
    }
}

/// The word with which Amazon refuses for good what it was asked; nothing when it may be taken later, or when the refusal speaks of
/// us and not of what we ask.
fn refusal_of(error: &Error) -> Option<&ErrorCode> {
    let is_refusal = error.failure().http_status.is_some_and(|status| (400..500).contains(&status));
    error.code().filter(|code| is_refusal && !code.is_throttling() && !code.is_of_front_end())
}

/// Whether an order is another shop's with the same account at Amazon, which has used the same number, or another payment's.
fn is_of_another(details: &OrderReferenceDetails, payment: &Payment) -> bool {
    let named = details.seller_order_attributes.as_ref().and_then(|order| order.custom_information.as_deref());
    named.is_some_and(|named| named != payment.id.as_str())
}
