//! Charges from the shop's own server: what the buyer chose on our page, or a permission that he gave before.
//!
//! The try is in the book before anything is sent, and it stays pending until the gateway has said
//! how it ended. So a charge is made once, whatever is pressed twice, breaks off, or starts again
//! in between. Whatever has no answer is charged again under the same identifier or not at all.

use pagam::{Charge, Error, Expected, Lang, Outcome, Status, Token};

use crate::DemoShop;
use crate::book::BookError;
use crate::book::orders::Order;
use crate::book::outcomes::Heard;
use crate::book::tries::Sending;
use crate::result_handler::heard;

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
    /// It may have been made. It is not charged again before the gateway has said what came of it.
    Unknown,
    /// Certainly not: the same identifier is good for another time.
    NotDone(Error),
}

impl DemoShop {
    /// Charges an order under an identifier that the book has given out for it. It goes on to its end when the caller
    /// does not wait: a buyer who closes his browser cuts nothing off.
    pub(crate) async fn charge(&self, order: Order, sending: Sending, source: Source) -> Result<Charged, BookError> {
        let shop = self.clone();
        match tokio::spawn(async move { shop.charge_to_the_end(&order, &sending, source).await }).await {
            Ok(charged) => charged,
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    async fn charge_to_the_end(&self, order: &Order, sending: &Sending, source: Source) -> Result<Charged, BookError> {
        let id = sending.shop_transaction_id.as_str();
        let charge = match source {
            Source::OrderReference(reference) => Charge::with_order_reference(order.amount, id, reference),
            Source::Token(token) => Charge::with_token(order.amount, id, token),
        };
        let answer = match charge.language(Lang::English).build() {
            Ok(charge) => self.client().charge(&charge).await,
            Err(invalid) => Err(invalid.into()),
        };
        match answer {
            Ok(outcome) => self.charged(order, sending, outcome).await,
            Err(error) if error.is_uncertain() => {
                tracing::warn!(order = order.id, shop_transaction_id = id, %error, "A charge may have been made");
                Ok(Charged::Unknown)
            }
            Err(error) => self.not_charged(order, sending, error).await,
        }
    }

    /// The gateway answered. A refusal is about this request: while an earlier one may still be
    /// carried out, it ends nothing.
    async fn charged(&self, order: &Order, sending: &Sending, outcome: Outcome) -> Result<Charged, BookError> {
        let id = sending.shop_transaction_id.clone();
        self.book.answered(sending).await?;
        let is_untried = outcome.bank_transaction_id.is_none();
        match heard(&outcome, &Expected { amount: order.amount, shop_transaction_id: &id }) {
            Heard::Refused { code, .. } if sending.is_doubtful(self.now()) => {
                let why = "refused, while an earlier charge may still be made";
                tracing::warn!(order = order.id, shop_transaction_id = id, %code, why);
                return Ok(Charged::Unknown);
            }
            Heard::Refused { code, .. } if is_untried => self.book.refused_untried(id, code, self.now()).await?,
            heard => self.hear(&order.id, id, heard).await?,
        }
        if outcome.status.is_paid() {
            self.look_at(&order.id).await?;
        }
        Ok(Charged::Known(outcome.status))
    }

    async fn not_charged(&self, order: &Order, sending: &Sending, error: Error) -> Result<Charged, BookError> {
        let id = sending.shop_transaction_id.clone();
        tracing::error!(order = order.id, shop_transaction_id = id, %error, "A charge was not made");
        self.book.answered(sending).await?;
        if sending.is_doubtful(self.now()) {
            return Ok(Charged::Unknown);
        }
        self.book.not_charged(id).await?;
        Ok(Charged::NotDone(error))
    }
}
