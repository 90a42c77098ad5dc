//! Reads and writes XML by (namespace, local name), safely.
//!
//! Everything that speaks XML in Pagam reads a [`Document`] and writes with a [`Writer`]: the SOAP doors,
//! the connector to Amazon, the simulator, the merchant SDK. This crate is the only one that knows which
//! XML library is underneath. It never resolves entities beyond the five of XML, never reads a DTD, never
//! opens a file or an address, and its work is bounded by [`Limits`].

#![warn(missing_docs)]

mod decode;
mod document;
mod error;
mod name;
mod writer;

pub use decode::decode;
pub use document::{Document, Element, Limits};
pub use error::Error;
pub use writer::{Writer, copy_without_namespace, escape};
