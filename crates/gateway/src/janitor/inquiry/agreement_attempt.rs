//! An attempt on an agreement: asked again under its name.
//!
//! An agreement cannot be closed to make a late request impossible: the buyer's later payments hang on it. So the question is
//! repeated word for word, for which Amazon gives its first answer again, or does now what the shop was told is pending.
//! When Amazon refuses the repetition, its list of orders under the shop's number decides whether the first was done; that it was
//! not is believed only when the first can no longer be on its way.

use amazon::calls::PaymentDomain;
use amazon::{Error, ErrorCode};
use payments::{Attempt, Instrument, Payment};

use super::{Found, Janitor, Patience, Seen};
use crate::asking::verdict::turned_down;
use crate::checkout::Checkout;

impl Janitor {
    /// The answer; nothing while nothing is certain.
    pub(super) async fn seek_on_agreement(
        &self,
        checkout: &Checkout,
        payment: &Payment,
        attempt: &Attempt,
        patience: Patience,
    ) -> Result<Option<Found>, Error> {
        let error = match checkout.ask_again(payment, attempt).await {
            Ok(details) => return Ok(checkout.answer_of(attempt, &details).map(|answer| (answer, None))),
            Err(error) => error,
        };
        let Some(refusal) = refusal_of(&error) else { return Err(error) };
        match self.among_listed(checkout, payment, attempt).await? {
            Seen::Decided(answer) => Ok(Some((answer, None))),
            Seen::Undecided => Ok(None),
            Seen::Nothing if patience == Patience::Left => Ok(None),
            Seen::Nothing => match &attempt.instrument {
                Instrument::Agreement(agreement) if *refusal == ErrorCode::InvalidBillingAgreementStatus => {
                    Ok(checkout.why_not_charged(agreement).await.map(|answer| (answer, None)))
                }
                _ => Ok(Some((turned_down(error.failure()), None))),
            },
        }
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
            match self.among(checkout, attempt, &details.id_list).await? {
                Seen::Nothing => {}
                seen => return Ok(seen),
            }
        }
        // What is not on this page may be on the next.
        Ok(if listed.has_more() { Seen::Undecided } else { Seen::Nothing })
    }
}

/// The word with which Amazon refuses for good what it was asked; nothing when it may be taken later.
fn refusal_of(error: &Error) -> Option<&ErrorCode> {
    let is_refusal = error.failure().http_status.is_some_and(|status| (400..500).contains(&status));
    error.code().filter(|code| is_refusal && !code.is_throttling() && !says_nothing_of_the_first(code))
}

/// Whether the refusal speaks of us, or of a first request that arrived, and not of the agreement.
fn says_nothing_of_the_first(code: &ErrorCode) -> bool {
    code.is_of_front_end() || matches!(code, ErrorCode::DuplicateRequest | ErrorCode::DuplicateReferenceId)
}
