//! From bytes to text: the encoding named by a byte order mark, the XML declaration, or the HTTP header.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::Error;

/// Decodes a document.
///
/// A byte order mark wins; then `charset` (from the media type); then the XML declaration; else UTF-8.
/// ISO-8859-1 is read as its superset windows-1252, as browsers do.
///
/// # Errors
/// [`Error::UnknownEncoding`] for a label that is not known, [`Error::Encoding`] when the bytes do not fit.
pub fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, Error> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[mark..]);
    }
    let label = charset.map(str::to_owned).or_else(|| declared(bytes));
    let encoding = match label {
        None => UTF_8,
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or(Error::UnknownEncoding(label))?,
    };
    decode_as(encoding, bytes)
}

fn decode_as<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Result<Cow<'b, str>, Error> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Error::Encoding(encoding.name()))
}

/// The encoding of the XML declaration, when the first bytes are one in ASCII.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(200)];
    let head = head.trim_ascii_start();
    if !head.starts_with(b"<?xml") {
        return None;
    }
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let after = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    after[1..].split_once(quote).map(|(label, _)| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_declaration_names_the_encoding() {
        let bytes = b"<?xml version='1.0' encoding = 'ISO-8859-1'?><a>citt\xe0</a>";
        assert_eq!(decode(bytes, None).expect("latin").split_once("?>").expect("declared").1, "<a>città</a>");
    }

    #[test]
    fn the_media_type_wins_over_the_declaration() {
        let bytes = "<?xml version='1.0' encoding='ISO-8859-1'?><a>città</a>".as_bytes();
        assert!(decode(bytes, Some("utf-8")).expect("utf-8").contains("città"));
    }

    #[test]
    fn bytes_that_do_not_fit_are_refused() {
        assert_eq!(decode(b"<a>\xe0</a>", None), Err(Error::Encoding("UTF-8")));
        assert!(matches!(decode(b"<a/>", Some("klingon")), Err(Error::UnknownEncoding(_))));
    }
}
