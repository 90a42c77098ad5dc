//! The language of Axerve Ecommerce Solutions (formerly GestPay), both directions: what the gateway reads the
//! merchant SDK writes, and the other way round.
//!
//! One file per operation holds its request and its answer. Around them: the SOAP envelope, the codes with their
//! texts, currencies and amounts, languages, payment methods, and the WSDLs. Nothing here does I/O.

#![warn(missing_docs)]

pub mod amount;
mod answer;
mod code;
mod currency;
pub mod custom_info;
pub mod decrypt;
pub mod delete;
pub mod delete_token;
pub mod encrypt;
mod field;
mod lang;
pub mod method;
pub mod movement;
pub mod order_reference;
pub mod other;
pub mod pagam;
pub mod path;
mod purchase;
pub mod read_trx;
pub mod refund;
pub mod seal;
pub mod settle;
pub mod soap;
pub mod token;
pub mod update_token;
pub mod wsdl;

pub use answer::{Failure, ReadError, Verdict};
pub use code::{Category, Code};
pub use currency::Currency;
pub use lang::Lang;
pub use purchase::Purchase;

/// Target namespace of WSCryptDecrypt, the same in sandbox and production.
pub const CRYPT_NAMESPACE: &str = "https://ecomm.sella.it/";

/// Target namespace of WSs2s, the same in sandbox and production.
pub const S2S_NAMESPACE: &str = "https://ecomms2s.sella.it/";
