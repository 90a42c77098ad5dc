//! PostgreSQL's protocol as far as a wire understands it: where a message ends, which want an
//! answer, and where that ends.

use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes that are read at once.
const READ: usize = 1 << 14;

/// A message that the server answers, and is then ready for the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Who connects, and to what.
    Start,
    Commit,
    Other,
}

/// A stream of bytes, message by message.
pub struct Messages {
    bytes: Vec<u8>,
    /// Whether the next one says first what it is; only a client's first does not.
    has_kind: bool,
}

/// A whole message: a letter for its kind, its length (which counts itself, and not the letter), and what it says.
pub struct Message {
    bytes: Vec<u8>,
    kind: Option<u8>,
}

impl Messages {
    pub fn of_client() -> Messages {
        Messages { bytes: Vec::new(), has_kind: false }
    }

    pub fn of_server() -> Messages {
        Messages { bytes: Vec::new(), has_kind: true }
    }

    /// Reads what is there; an error at the end.
    pub async fn read(&mut self, from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<()> {
        let mut bytes = [0; READ];
        match from.read(&mut bytes).await? {
            0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.bytes.extend_from_slice(&bytes[..read]);
                Ok(())
            }
        }
    }

    /// The next message, once all of it is there.
    pub fn next(&mut self) -> Option<Message> {
        let start = usize::from(self.has_kind);
        let length = self.bytes.get(start..start + 4)?;
        let length = u32::from_be_bytes(length.try_into().expect("four bytes"));
        let end = start + usize::try_from(length).expect("it fits into memory");
        if self.bytes.len() < end {
            return None;
        }
        let rest = self.bytes.split_off(end);
        let bytes = std::mem::replace(&mut self.bytes, rest);
        let kind = std::mem::replace(&mut self.has_kind, true).then(|| bytes[0]);
        Some(Message { bytes, kind })
    }
}

impl Message {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Of a client's message, whether it wants an answer: a query, or a Sync after several parts.
    pub fn ask(&self) -> Option<Ask> {
        match self.kind {
            None => Some(Ask::Start),
            Some(b'Q') if self.bytes[5..] == *b"COMMIT\0" => Some(Ask::Commit),
            Some(b'Q' | b'S') => Some(Ask::Other),
            Some(_) => None,
        }
    }

    /// Of a server's message, whether an answer is at its end (ReadyForQuery).
    pub fn ends_answer(&self) -> bool {
        self.kind == Some(b'Z')
    }

    /// Makes a COMMIT a ROLLBACK.
    pub fn take_back(&mut self) {
        let words = b"ROLLBACK\0";
        let length = u32::try_from(4 + words.len()).expect("it is short");
        self.bytes = [b"Q".as_slice(), &length.to_be_bytes(), words].concat();
    }
}
