//! The messages that this crate must write to the letter. Written by hand, after the facts of the protocol.

use xml::{Document, Limits};

pub const ENCRYPT_REQUEST: &str = include_str!("../golden/encrypt.request.xml");
pub const ENCRYPT_OK: &str = include_str!("../golden/encrypt.ok.xml");
pub const ENCRYPT_OK_12: &str = include_str!("../golden/encrypt.ok.soap12.xml");
pub const ENCRYPT_KO: &str = include_str!("../golden/encrypt.ko.xml");
pub const DECRYPT_REQUEST: &str = include_str!("../golden/decrypt.request.xml");
pub const DECRYPT_PAID: &str = include_str!("../golden/decrypt.paid.xml");
pub const DECRYPT_REFUSED: &str = include_str!("../golden/decrypt.refused.xml");
pub const DECRYPT_FAILED: &str = include_str!("../golden/decrypt.failed.xml");
pub const READ_TRX_REQUEST: &str = include_str!("../golden/read_trx.request.xml");
pub const READ_TRX_SETTLED: &str = include_str!("../golden/read_trx.settled.xml");
pub const READ_TRX_NOT_FOUND: &str = include_str!("../golden/read_trx.not_found.xml");
pub const READ_TRX_FAILED: &str = include_str!("../golden/read_trx.failed.xml");
pub const FAULT_11: &str = include_str!("../golden/fault.soap11.xml");
pub const FAULT_12: &str = include_str!("../golden/fault.soap12.xml");

/// Every message, requests first.
pub const ALL: [&str; 14] = [
    ENCRYPT_REQUEST,
    DECRYPT_REQUEST,
    READ_TRX_REQUEST,
    ENCRYPT_OK,
    ENCRYPT_OK_12,
    ENCRYPT_KO,
    DECRYPT_PAID,
    DECRYPT_REFUSED,
    DECRYPT_FAILED,
    READ_TRX_SETTLED,
    READ_TRX_NOT_FOUND,
    READ_TRX_FAILED,
    FAULT_11,
    FAULT_12,
];

/// A golden file ends with a line break that is not on the wire.
pub fn on_the_wire(file: &str) -> &str {
    file.trim_end()
}

/// Hands the operation's element of a request to `read`.
pub fn body_of<T>(request: &str, read: impl FnOnce(xml::Element<'_>) -> T) -> T {
    read(wire::soap::read(Some("text/xml; charset=utf-8"), None, request.as_bytes()).expect("a request").body())
}

/// The element of this name, parsed apart from the crate's own readers.
pub fn names_below(document: &str, local: &str) -> Vec<String> {
    let document = Document::parse(document, Limits::default()).expect("XML");
    document.root().find(local).expect("there").children().map(|child| child.local().to_owned()).collect()
}
