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
pub const READ_TRX_EVERY_EVENT: &str = include_str!("../golden/read_trx.every_event.xml");
pub const PAGAM_REQUEST: &str = include_str!("../golden/pagam.request.xml");
pub const PAGAM_TOKEN_REQUEST: &str = include_str!("../golden/pagam.token.request.xml");
pub const PAGAM_PAID: &str = include_str!("../golden/pagam.paid.xml");
pub const PAGAM_REFUSED: &str = include_str!("../golden/pagam.refused.xml");
pub const PAGAM_FAILED: &str = include_str!("../golden/pagam.failed.xml");
pub const SETTLE_REQUEST: &str = include_str!("../golden/settle.request.xml");
pub const SETTLE_DONE: &str = include_str!("../golden/settle.done.xml");
pub const SETTLE_FAILED: &str = include_str!("../golden/settle.failed.xml");
pub const DELETE_REQUEST: &str = include_str!("../golden/delete.request.xml");
pub const DELETE_REFUSED: &str = include_str!("../golden/delete.refused.xml");
pub const REFUND_REQUEST: &str = include_str!("../golden/refund.request.xml");
pub const REFUND_DONE: &str = include_str!("../golden/refund.done.xml");
pub const DELETE_TOKEN_REQUEST: &str = include_str!("../golden/delete_token.request.xml");
pub const DELETE_TOKEN_DONE: &str = include_str!("../golden/delete_token.done.xml");
pub const UPDATE_TOKEN_REQUEST: &str = include_str!("../golden/update_token.request.xml");
pub const UPDATE_TOKEN_REFUSED: &str = include_str!("../golden/update_token.refused.xml");
pub const FAULT_11: &str = include_str!("../golden/fault.soap11.xml");
pub const FAULT_12: &str = include_str!("../golden/fault.soap12.xml");

/// Every message, requests first.
pub const ALL: [&str; 31] = [
    ENCRYPT_REQUEST,
    DECRYPT_REQUEST,
    READ_TRX_REQUEST,
    PAGAM_REQUEST,
    PAGAM_TOKEN_REQUEST,
    SETTLE_REQUEST,
    DELETE_REQUEST,
    REFUND_REQUEST,
    DELETE_TOKEN_REQUEST,
    UPDATE_TOKEN_REQUEST,
    ENCRYPT_OK,
    ENCRYPT_OK_12,
    ENCRYPT_KO,
    DECRYPT_PAID,
    DECRYPT_REFUSED,
    DECRYPT_FAILED,
    READ_TRX_SETTLED,
    READ_TRX_NOT_FOUND,
    READ_TRX_FAILED,
    READ_TRX_EVERY_EVENT,
    PAGAM_PAID,
    PAGAM_REFUSED,
    PAGAM_FAILED,
    SETTLE_DONE,
    SETTLE_FAILED,
    DELETE_REFUSED,
    REFUND_DONE,
    DELETE_TOKEN_DONE,
    UPDATE_TOKEN_REFUSED,
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
