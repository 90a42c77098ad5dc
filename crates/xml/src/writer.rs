//! Writes XML without indentation, the way the services put it on the wire.

use std::ops::Range;

use crate::Element;

/// Appends elements to a text; names are trusted, texts and values are escaped.
#[derive(Debug)]
pub struct Writer {
    out: String,
    /// Where in `out` the names of the open elements stand.
    open: Vec<Range<usize>>,
}

/// What most messages fit into.
const USUAL_BYTES: usize = 1024;

impl Writer {
    /// Starts a document with an XML declaration for UTF-8.
    #[must_use]
    pub fn document() -> Self {
        let mut writer = Writer::fragment();
        writer.out.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        writer
    }

    /// Starts a piece of a document, without declaration.
    #[must_use]
    pub fn fragment() -> Self {
        Writer { out: String::with_capacity(USUAL_BYTES), open: Vec::with_capacity(8) }
    }

    /// Opens an element.
    pub fn open(&mut self, name: &str) -> &mut Self {
        self.open_with(name, &[])
    }

    /// Opens an element with attributes (namespace declarations are attributes here).
    pub fn open_with(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        let at = self.out.len() + 1;
        self.start(name, attributes);
        self.out.push('>');
        self.open.push(at..at + name.len());
        self
    }

    /// Closes the innermost open element.
    pub fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.out.push_str("</");
            self.out.extend_from_within(name);
            self.out.push('>');
        }
        self
    }

    /// An element with text; `<name></name>` when the text is empty.
    pub fn leaf(&mut self, name: &str, text: &str) -> &mut Self {
        self.start(name, &[]);
        self.out.push('>');
        escape(text, &mut self.out);
        self.end(name);
        self
    }

    /// [`Writer::leaf`] when there is a value, nothing otherwise.
    pub fn leaf_if(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.leaf(name, text),
            None => self,
        }
    }

    /// An element without content, `<name/>`.
    pub fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.start(name, attributes);
        self.out.push_str("/>");
        self
    }

    /// A piece of XML that was written by a [`Writer`] before, taken as it is.
    pub fn raw(&mut self, fragment: &str) -> &mut Self {
        self.out.push_str(fragment);
        self
    }

    /// Closes what is open and gives the text.
    #[must_use]
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            escape(value, &mut self.out);
            self.out.push('"');
        }
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

/// Appends `text` escaped for element content and quoted attributes; characters that XML 1.0 cannot carry are left out.
pub fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let (replacement, length) = match byte {
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'&' => ("&amp;", 1),
            b'"' => ("&quot;", 1),
            b'\r' => ("&#13;", 1),
            // The first byte of U+FFFE and U+FFFF, among others.
            0xEF if text[at..].starts_with(['\u{FFFE}', '\u{FFFF}']) => ("", 3),
            b'\t' | b'\n' | 0x20.. => continue,
            _ => ("", 1),
        };
        out.push_str(&text[from..at]);
        out.push_str(replacement);
        from = at + length;
    }
    out.push_str(&text[from..]);
}

/// The element and all below it as text, with local names only: in no namespace, attributes dropped.
///
/// Amazon's order reference travels this way through callReadTrxS2S.
#[must_use]
pub fn copy_without_namespace(element: Element<'_>) -> String {
    let mut writer = Writer::fragment();
    copy(element, &mut writer);
    writer.finish()
}

fn copy(element: Element<'_>, writer: &mut Writer) {
    match element.children().next() {
        None => {
            writer.leaf(element.local(), element.text());
        }
        Some(_) => {
            writer.open(element.local());
            element.children().for_each(|child| copy(child, writer));
            writer.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Limits};

    #[test]
    fn what_is_written_is_read_back() {
        let mut writer = Writer::document();
        writer
            .open_with("a", &[("xmlns", "u"), ("b", "<\"&>")])
            .leaf("c", "x < y\r\n\u{1}\u{FFFE}\u{FFFD}\u{FFFF}")
            .empty("d", &[]);
        let text = writer.finish();
        let document = Document::parse(&text, Limits::default()).expect("well-formed");
        assert_eq!(document.root().attribute("", "b"), Some("<\"&>"));
        assert_eq!(document.root().child("c").expect("there").text(), "x < y\r\n\u{FFFD}");
    }

    #[test]
    fn a_copy_loses_namespaces_and_keeps_the_order() {
        let document =
            Document::parse("<x:a xmlns:x='u'><x:b> 1&amp; </x:b>\n<x:c/></x:a>", Limits::default()).expect("fine");
        assert_eq!(copy_without_namespace(document.root()), "<a><b> 1&amp; </b><c></c></a>");
    }
}
