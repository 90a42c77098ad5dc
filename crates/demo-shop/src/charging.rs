//! Charges from the shop's own server: what the buyer chose on our page, or a permission that he gave before.
//!
//! The try is in the book before anything is sent, and it stays pending until the gateway has said how it ended. So a
//! charge is made once, whatever is pressed twice, breaks off, or starts again in between.

use pagam::{Charge, Error, Expected, Lang, Status, Token};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::orders::Order;
use crate::book::tries::Heard;
use crate::settle::heard;

/// What is charged.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// Amazon's order reference of the widgets on our page.
    OrderReference(String),
    /// The buyer's permission.
    Token(Token),
}

/// How a charge ended.
#[derive(Debug)]
pub(crate) enum Charged {
    /// The gateway said how, and it is in the book.
    Known(Status),
    /// It may have been made. Nobody charges again before the gateway has said what came of it.
    Unknown,
    /// Certainly not: the same identifier is good for another time.
    NotDone(Error),
}

impl DemoShop {
    /// Charges an order under an identifier that the book has given out for it. It goes on to its end when the caller
    /// does not wait: a buyer who closes his browser cuts nothing off.
    pub(crate) async fn charge(&self, order: Order, id: String, source: Source) -> Result<Charged, BookError> {
        let shop = self.clone();
        match tokio::spawn(async move { shop.charge_to_the_end(&order, id, source).await }).await {
            Ok(charged) => charged,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    async fn charge_to_the_end(&self, order: &Order, id: String, source: Source) -> Result<Charged, BookError> {
        let charge = match source {
            Source::OrderReference(reference) => Charge::with_order_reference(order.amount, &id, reference),
            Source::Token(token) => Charge::with_token(order.amount, &id, token),
        };
        let answer = match charge.language(Lang::English).build() {
            Ok(charge) => self.client().charge(&charge).await,
            Err(invalid) => Err(invalid.into()),
        };
        match answer {
            Ok(outcome) => {
                let expected = Expected { amount: order.amount, shop_transaction_id: &id };
                let is_untried = outcome.bank_transaction_id.is_none();
                match heard(&outcome, &expected) {
                    Heard::Refused(code) if is_untried => self.book.refused_untried(id, code, self.now()).await?,
                    heard => self.hear(&order.id, id, heard).await?,
                }
                Ok(Charged::Known(outcome.status))
            }
            Err(error) if error.is_uncertain() => {
                tracing::warn!(order = order.id, shop_transaction_id = id, %error, "a charge may have been made");
                Ok(Charged::Unknown)
            }
            Err(error) => {
                tracing::error!(order = order.id, shop_transaction_id = id, %error, "a charge was not made");
                self.book.not_charged(id).await?;
                Ok(Charged::NotDone(error))
            }
        }
    }
}
