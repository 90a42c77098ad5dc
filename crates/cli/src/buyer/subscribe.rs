//! A buyer who allows future payments: the merchant seals the wish himself, because the demo shop is not asked.

use anyhow::{Context, Result};
use data_encoding::HEXLOWER;
use pagam::{Amount, Client, Currency, Lang, Notice, Outcome, Payment, Recurring};
use url::Url;

use super::{Purchase, Step, Walk, said};
use crate::clock::dice;

/// What came of it.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// What Decrypt read from the address that the buyer was sent to.
    pub outcome: Outcome,
    /// What the payment page said of a refusal; else empty.
    pub said: String,
    /// What happened, in order.
    pub steps: Vec<Step>,
}

/// Pays once and allows future payments, or only allows them.
///
/// The buyer does not follow the last address into the shop, which knows of no order; the client
/// reads it instead.
///
/// # Errors
/// When the gateway refuses Encrypt or Decrypt, a page does not answer, or is not what it should
/// be; a refused payment is no error.
pub async fn subscribe(purchase: &Purchase, client: &Client, recurring: Recurring) -> Result<Subscription> {
    let mut walk = Walk::new(purchase)?;
    let amount = Amount::parse(&purchase.amount, Currency::by_iso("EUR").context("the euro")?)?;
    let payment = Payment::builder(amount, transaction_id()).amazon_pay().language(Lang::English);
    let crypted = client.encrypt(&payment.recurring(recurring).build()?).await?;
    walk.step("merchant: Encrypt");
    let door = Url::parse(&client.payment_page_url(&crypted))?;
    let page = walk.browser.get(&door).await?;
    let wallet = walk.sign_in(page).await?;
    let (end, sentence) = walk.pay(wallet).await?;
    let back = end.to.clone().with_context(|| format!("not sent back to the shop: {}", said(&end)))?;
    let outcome = client.outcome_of(&Notice::parse(back.query().unwrap_or_default())?).await?;
    walk.step("merchant: Decrypt");
    Ok(Subscription { outcome, said: sentence, steps: walk.steps })
}

/// A new one each time: the gateway takes an identifier once.
fn transaction_id() -> String {
    let mut bytes = [0; 8];
    dice(&mut bytes);
    format!("pay-{}", HEXLOWER.encode(&bytes))
}
