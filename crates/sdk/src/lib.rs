//! Take Amazon Pay, and the other methods of Axerve Ecommerce Solutions (formerly GestPay), in a
//! web shop.
//!
//! The buyer pays on the gateway's page. A shop does four things:
//!
//! 1. **Encrypt** the order ([`Client::encrypt`]) and send the buyer to [`Client::payment_page_url`].
//! 2. Take the **notice** ([`Notice`]), which comes twice: from the gateway's server, and with the buyer's browser,
//!    in any order, both at once, and again.
//! 3. **Decrypt** it ([`Client::outcome_of`]), compare, and act once.
//! 4. Read the buyer's **addresses** ([`Client::read_trx`]): Amazon Pay brings them, no form needed.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use pagam::{Amount, Client, Payment};
//!
//! let client = Client::builder("GESPAY00001").api_key(std::env::var("PAGAM_API_KEY")?).sandbox().build()?;
//! let payment = Payment::builder(Amount::euro_cents(2421), "order-42-1").amazon_pay().build()?;
//! let crypted = client.encrypt(&payment).await?;
//! println!("303 See Other, Location: {}", client.payment_page_url(&crypted));
//! # Ok(())
//! # }
//! ```
//!
//! # The result handler
//!
//! Most shops lose money here, or ship for nothing. One function serves the redirect and the
//! server-to-server call, because both bring the same two parameters and neither can be trusted or
//! counted on:
//!
//! ```
//! use pagam::{Amount, Client, Error, Expected, Lookup, Notice, Status};
//!
//! /// The shop's own orders. Every method is one transaction of its database.
//! trait Orders {
//!     /// The amount that was asked for under this identifier.
//!     fn amount_of(&self, shop_transaction_id: &str) -> Option<Amount>;
//!     /// `UPDATE orders SET paid = 1 WHERE … AND paid = 0`: true for exactly one caller, ever.
//!     fn mark_paid(&self, shop_transaction_id: &str) -> bool;
//!     /// `UPDATE orders SET refused = … WHERE … AND paid = 0`: a late refusal never undoes a payment.
//!     fn mark_refused(&self, shop_transaction_id: &str, why: pagam::Code);
//!     fn ship(&self, shop_transaction_id: &str);
//!     fn call_a_person(&self, what: &str);
//! }
//!
//! /// Answers the HTTP status. To the gateway's server any 2xx is "told"; after anything else it comes again.
//! async fn result(client: &Client, orders: &impl Orders, query: &str) -> u16 {
//!     let Ok(notice) = Notice::parse(query) else { return 400 };
//!     let outcome = match client.outcome_of(&notice).await {     // looks at `a`, then Decrypt
//!         Ok(outcome) => outcome,
//!         Err(error) if error.is_passing() => return 503,          // the gateway will tell us again
//!         Err(_) => return 400,
//!     };
//!     let id = outcome.shop_transaction_id.as_str();
//!     let Some(amount) = orders.amount_of(id) else { return 404 };
//!     match outcome.status {
//!         Status::Pending => {}                                    // XX: wait for another notice
//!         Status::Refused { code } => orders.mark_refused(id, code),
//!         Status::Paid => match outcome.check(&Expected { amount, shop_transaction_id: id }) {
//!             Ok(()) if orders.mark_paid(id) => orders.ship(id),
//!             Ok(()) => {}                                         // a repeat: done before
//!             Err(mismatch) => orders.call_a_person(&mismatch.to_string()),
//!         },
//!     }
//!     200                                                          // with `<html></html>`
//! }
//!
//! /// For orders that nobody has heard of for a while: ask instead of waiting.
//! async fn reconcile(client: &Client, orders: &impl Orders, id: &str) -> Result<(), Error> {
//!     let Some(transaction) = client.read_trx(Lookup::ShopTransaction(id)).await? else { return Ok(()) }; // never paid
//!     let Some(amount) = orders.amount_of(id) else { return Ok(()) };
//!     let as_expected = transaction.check(&Expected { amount, shop_transaction_id: id }).is_ok();
//!     if transaction.is_paid() && as_expected && orders.mark_paid(id) {
//!         orders.ship(id);
//!     }
//!     Ok(())
//! }
//! # // The recipe runs: a payment is shipped once, a repeat is not, another shop's notice is refused unasked.
//! # struct One(std::cell::Cell<(bool, u32)>);
//! # impl Orders for One {
//! #     fn amount_of(&self, id: &str) -> Option<Amount> { (id == "order-42-1").then(|| Amount::euro_cents(2421)) }
//! #     fn mark_paid(&self, _: &str) -> bool { let (was, n) = self.0.get(); self.0.set((true, n)); !was }
//! #     fn mark_refused(&self, _: &str, _: pagam::Code) {}
//! #     fn ship(&self, _: &str) { let (paid, n) = self.0.get(); self.0.set((paid, n + 1)); }
//! #     fn call_a_person(&self, what: &str) { panic!("{what}") }
//! # }
//! # const ANSWER: &str = "<Envelope><Body><GestPayCryptDecrypt><TransactionType>DECRYPT</TransactionType>\
//! #     <TransactionResult>OK</TransactionResult><ShopTransactionID>order-42-1</ShopTransactionID>\
//! #     <BankTransactionID>7</BankTransactionID><AuthorizationCode>0013R4</AuthorizationCode>\
//! #     <Currency>242</Currency><Amount>24.21</Amount><ErrorCode>0</ErrorCode><ErrorDescription/>\
//! #     </GestPayCryptDecrypt></Body></Envelope>";
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! #         let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! #         let base = format!("http://{}", listener.local_addr()?);
//! #         let router = axum::Router::new().fallback(|| async { ANSWER });
//! #         let server = tokio::spawn(async move { axum::serve(listener, router).await });
//! #         let client = Client::builder("GESPAY00001").base_url(base).build()?;
//! #         let orders = One(std::cell::Cell::new((false, 0)));
//! #         assert_eq!(result(&client, &orders, "a=GESPAY00001&b=x").await, 200);
//! #         assert_eq!(result(&client, &orders, "a=GESPAY00001&b=x").await, 200);
//! #         assert_eq!(result(&client, &orders, "a=GESPAY00002&b=x").await, 400);
//! #         assert_eq!(orders.0.get(), (true, 1), "two notices pay the order once");
//! #         assert!(reconcile(&client, &orders, "order-42-1").await.is_err(), "not the right service");
//! #         server.abort();
//! #         Ok(())
//! #     })
//! # }
//! ```
//!
//! # Money afterwards
//!
//! A shop that keeps authorization and settlement apart takes the money when it ships
//! ([`Client::settle`]), or lets it go ([`Client::delete`]). Either kind gives back with
//! [`Client::refund`]. [`Client::charge`] needs no page: it takes the order reference of the
//! widgets on the shop's own page, or the [`Token`] that a [recurring](PaymentBuilder::recurring)
//! payment left.
//!
//! These calls are sent **once**, and given [longer](MONEY_TIMEOUT) than the gateway needs. A
//! refusal (`KO`) is certain: nothing was done. What has no answer may have been done, and the
//! error says so ([`Error::is_uncertain`]). So write down what you want before you ask for it, and
//! under which name (`shopTransactionId`, [`SettlementId`]). After an uncertain end, or a crash,
//! send the same again under the same name, never under another one.
//!
//! That a settlement or a refund is accepted does not mean that the money has moved. It has when
//! [`Client::read_trx`] says so: a settlement ends with `MOV` ([`State::Settled`]), or goes back to
//! `AUT`; a refund is `REQ` until it is `STO` ([`State::Refunded`]).
//!
//! ```
//! use pagam::{Amount, Client, Error, Lookup, Refund, SettlementId};
//!
//! /// A row of the shop's own table, committed before anything is sent: `SettlementId::generate()` made its name.
//! struct Return<'r> {
//!     order: &'r str,
//!     amount: Amount,
//!     name: SettlementId,
//! }
//!
//! /// Asks for the refund. `false`: not accepted so far, so call this again later, with the same row.
//! async fn ask(client: &Client, row: &Return<'_>) -> Result<bool, Error> {
//!     let refund = Refund::new(Lookup::ShopTransaction(row.order), row.amount, row.name.clone());
//!     match client.refund(&refund).await {
//!         Ok(()) => Ok(true),
//!         Err(error) if error.is_uncertain() || error.is_passing() => Ok(false), // busy, not reached, no answer
//!         // This request did nothing (error.cause() says why). Of an earlier one without an answer, ask read_trx.
//!         Err(error) => Err(error),
//!     }
//! }
//!
//! /// Whether Amazon has given back so much in all, in minor units. Ask every now and then until it is true.
//! async fn has_arrived(client: &Client, row: &Return<'_>, in_all: i64) -> Result<bool, Error> {
//!     let found = client.read_trx(Lookup::ShopTransaction(row.order)).await?;
//!     Ok(found.and_then(|found| found.refunded()).is_some_and(|refunded| refunded.minor() >= in_all))
//! }
//! ```
//!
//! # Identifiers
//!
//! For Amazon Pay a `shopTransactionId` is at most 32 of `[A-Za-z0-9_-]` and can be tried once:
//! give each try of an order its own (`order-42-1`, `order-42-2` after a refusal). While a try has
//! no outcome, ask Encrypt again under the **same** identifier: two tabs of the buyer are then one
//! payment for the gateway, never two.
//!
//! # Errors
//!
//! [`Error`] says who is to blame and what it means for the money, [`Cause`] whose trouble a
//! refusal is: a buyer is sent to another card for [`Cause::Declined`] alone. [`Code`] has every
//! code of the service with its text in Italian and English and its category. Match on codes, never
//! on texts.

#![warn(missing_docs)]

/// The README's example is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod address;
mod amount;
mod builder;
mod cause;
mod charge;
mod client;
mod endpoints;
mod error;
mod exchange;
mod invalid;
mod movement;
mod notice;
mod order;
mod outcome;
mod payment;
mod settlement_id;
mod token;
mod transaction;

pub use address::Address;
pub use amount::Amount;
pub use builder::ClientBuilder;
pub use cause::Cause;
pub use charge::{Charge, ChargeBuilder};
pub use client::Client;
pub use endpoints::Endpoints;
pub use error::{Error, Refusal, Transport};
pub use exchange::MONEY_TIMEOUT;
pub use invalid::{Invalid, without_forbidden};
pub use movement::{Refund, Settlement};
pub use notice::{CryptedString, Notice};
pub use outcome::{Expected, Mismatch, Outcome, Status, Widget};
pub use payment::{Payment, PaymentBuilder, Recurring};
pub use settlement_id::SettlementId;
pub use token::Token;
pub use transaction::{Event, Lookup, Transaction};
pub use wire::order_reference::{self, OrderReferenceDetails};
pub use wire::read_trx::{EventKind, State};
pub use wire::{Category, Code, Currency, Lang};
