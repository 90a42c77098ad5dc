//! The description of both services, complete: what it does not list, clients that build requests from it lose.
//!
//! Written from a table of fields (`wsdl/fields.txt`) once, kept, and given out with one replacement: the address.

mod table;
mod write;

use std::sync::LazyLock;

use crate::path::Service;

static CRYPT_DECRYPT: LazyLock<[String; 3]> = LazyLock::new(|| prepare(Service::CryptDecrypt));
static S2S: LazyLock<[String; 3]> = LazyLock::new(|| prepare(Service::S2s));

/// Stands for the address while a description is kept; no field and no namespace holds it.
const ADDRESS: &str = "\u{1}";

/// The description of WSCryptDecrypt at an address.
#[must_use]
pub fn crypt_decrypt(address: &str) -> String {
    at(&CRYPT_DECRYPT, address)
}

/// The description of WSs2s at an address.
#[must_use]
pub fn s2s(address: &str) -> String {
    at(&S2S, address)
}

/// The operations of a service, in the order of its description.
pub fn operations(service: Service) -> impl Iterator<Item = &'static str> {
    table::of(service).operations.iter().map(|operation| operation.name)
}

fn prepare(service: Service) -> [String; 3] {
    let text = write::description(service, table::of(service), ADDRESS);
    let mut pieces = text.split(ADDRESS).map(str::to_owned);
    // The address stands twice: once for each version of SOAP.
    std::array::from_fn(|_| pieces.next().unwrap_or_default())
}

fn at(pieces: &[String; 3], address: &str) -> String {
    let mut escaped = String::with_capacity(address.len());
    xml::escape(address, &mut escaped);
    pieces.join(&escaped)
}
