//! `pagam encrypt`: seals a payment and prints where to send the buyer.

use clap::{Args, ValueEnum};
use pagam::{Client, Error, Payment, Recurring};
use serde_json::json;

use super::Answer;
use super::connection::Connection;
use super::order::{Buyer, Money, method};
use super::sheet::{Sheet, Tone};

/// What `pagam encrypt` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam encrypt order-42-1 --amount 24.21
  pagam encrypt sub-7-1 --amount 9.90 --recurring pay-now      and a token for later charges
  pagam encrypt order-42-1 --amount 24.21 --method AMAZONPAY --method CREDITCARD --custom STORE_ID=7
  open \"$(pagam encrypt order-42-1 --amount 24.21 --json | jq -r .page)\"")]
pub struct EncryptArgs {
    /// The shop's identifier (shopTransactionId); each can be tried once
    order: String,
    #[command(flatten)]
    money: Money,
    /// A payment method; may be repeated [default: AMAZONPAY]
    #[arg(long = "method", value_name = "NAME", value_parser = method)]
    methods: Vec<String>,
    /// Ask the buyer for permission to be charged again
    #[arg(long, value_enum)]
    recurring: Option<Agreement>,
    #[command(flatten)]
    buyer: Buyer,
    #[command(flatten)]
    pub(super) connection: Connection,
}

/// `--recurring`
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Agreement {
    /// Pay now, and get a token
    PayNow,
    /// Get a token and pay nothing now
    Only,
}

impl EncryptArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        let crypted = client.encrypt(&self.payment()?).await?;
        let page = client.payment_page_url(&crypted);
        let sheet = Sheet::new(Tone::Good, "Sealed; send the buyer to the page")
            .row("Page", &*page)
            .row("String", crypted.as_str());
        Ok(Answer { is_good: true, sheet, json: json!({"crypted_string": crypted.as_str(), "page": page}) })
    }

    fn payment(&self) -> Result<Payment, pagam::Invalid> {
        let Buyer { buyer_name, buyer_email, language, custom } = &self.buyer;
        let mut builder = Payment::builder(self.money.amount()?, &*self.order).buyer(buyer_name, buyer_email);
        if self.methods.is_empty() {
            builder = builder.amazon_pay();
        }
        for method in &self.methods {
            builder = builder.method(method);
        }
        if let Some(language) = language {
            builder = builder.language(*language);
        }
        for (key, value) in custom {
            builder = builder.custom(key, value);
        }
        match self.recurring {
            Some(Agreement::PayNow) => builder.recurring(Recurring::PayNowAndRecurring),
            Some(Agreement::Only) => builder.recurring(Recurring::OnlyRecurring),
            None => builder,
        }
        .build()
    }
}
