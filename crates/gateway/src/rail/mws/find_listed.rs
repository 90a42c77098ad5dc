//! An attempt on an agreement: looked for in Amazon's list of the orders under the shop's number,
//! in every ledger.
//!
//! A merchant's account has one ledger, in the currency that he is paid in; a buyer may pay in
//! another, so the currency of the charge says nothing about where its order is listed. The list
//! may lag behind.

use amazon::calls::PaymentDomain;
use amazon::types::OrderReferenceList;
use amazon::{Error, OrderReferenceDetails};
use payments::{Attempt, Payment};

use super::Mws;
use crate::rail::Found;

impl Mws {
    pub(in crate::rail) async fn find_listed(&self, payment: &Payment, attempt: &Attempt) -> Result<Found, Error> {
        let (mut is_complete, mut refusal, mut answered) = (true, None, 0);
        let number = payment.order.shop_transaction_id.as_str();
        for ledger in PaymentDomain::ALL {
            let listed = match self.connector.list_order_reference(&self.account, number, ledger).await {
                Ok(listed) => listed,
                // An account may be refused the ledgers that it does not have; one of them is its own.
                Err(error @ Error::Refused(_)) => {
                    refusal = Some(error);
                    continue;
                }
                Err(error) => return Err(error),
            };
            match self.find_in(payment, attempt, &listed).await? {
                Found::Answer(answer, details) => return Ok(Found::Answer(answer, details)),
                Found::Nothing(_) => answered += 1,
                Found::Undecided => is_complete = false,
            }
        }
        match (is_complete, refusal) {
            (false, _) => Ok(Found::Undecided),
            (true, Some(error)) if answered == 0 => Err(error),
            (true, _) => Ok(Found::Nothing(None)),
        }
    }

    /// An order that is listed and cannot be read may be the one: any refusal to read it is an error.
    async fn find_in(&self, payment: &Payment, attempt: &Attempt, listed: &OrderReferenceList) -> Result<Found, Error> {
        for order in &listed.order_references {
            let id = order.amazon_order_reference_id.as_str();
            let details = self.connector.get_order_reference_details(&self.account, id, None).await?;
            if is_of_another(&details, payment) {
                continue;
            }
            match self.find_among(attempt, &details.id_list).await? {
                Found::Nothing(_) => {}
                found => return Ok(found),
            }
        }
        // What is not on this page may be on the next.
        Ok(if listed.has_more() { Found::Undecided } else { Found::Nothing(None) })
    }
}

/// Whether an order is another payment's, perhaps of another shop with the same account that has used the same number.
fn is_of_another(details: &OrderReferenceDetails, payment: &Payment) -> bool {
    let named = details.seller_order_attributes.as_ref().and_then(|order| order.custom_information.as_deref());
    named.is_some_and(|named| named != payment.id.as_str())
}
