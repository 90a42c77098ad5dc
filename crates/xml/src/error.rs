//! What can be wrong with a document; the sender of the document is to blame for all of it.

/// Why a document was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not text in the encoding that the document or its sender names.
    #[error("the document is not valid {0}")]
    Encoding(&'static str),
    /// The encoding is one that is not read here.
    #[error("the encoding {0:?} is not supported")]
    UnknownEncoding(String),
    /// Not well-formed XML. `offset` counts bytes of the decoded text from 0.
    #[error("not well-formed at offset {offset}: {why}")]
    Malformed {
        /// Bytes of the decoded text before the fault.
        offset: u64,
        /// What the parser met.
        why: String,
    },
    /// The document has a DTD; none is ever read.
    #[error("a document type declaration is refused")]
    DocumentType,
    /// A reference to an entity other than the five of XML or a character.
    #[error("the entity &{0}; is unknown")]
    Entity(String),
    /// More depth, elements, attributes or namespaces than [`crate::Limits`] allows.
    #[error("the document has too many {0}")]
    TooMany(&'static str),
    /// A field that may stand once stands twice: taking either would be a guess.
    #[error("the element {0:?} is given more than once")]
    Repeated(String),
    /// A field holds elements where text belongs: what is around them is no value.
    #[error("the element {0:?} must hold nothing but text")]
    NotText(String),
}
