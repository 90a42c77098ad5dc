//! A small tree of a whole document, read once, looked up by namespace and local name.

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{QName, ResolveResult};

use crate::{Error, name};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// How much of a document is read before it is refused.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Elements within elements.
    pub depth: usize,
    /// Elements altogether.
    pub elements: usize,
    /// Attributes of one element.
    pub attributes: usize,
    /// Different namespaces altogether: each new one is compared with those before it.
    pub namespaces: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { depth: 32, elements: 10_000, attributes: 32, namespaces: 64 }
    }
}

/// A parsed document; borrow its [`Element`]s from [`Document::root`].
#[derive(Debug)]
pub struct Document {
    namespaces: Vec<String>,
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    namespace: usize,
    local: String,
    attributes: Vec<Attribute>,
    text: String,
    first_child: Option<usize>,
    last_child: Option<usize>,
    next: Option<usize>,
}

#[derive(Debug)]
struct Attribute {
    namespace: usize,
    local: String,
    value: String,
}

/// One element of a [`Document`].
#[derive(Debug, Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document,
    index: usize,
}

impl Document {
    /// Parses decoded text (see [`crate::decode`]).
    ///
    /// Comments and processing instructions are passed over. Text and CDATA of an element are joined.
    ///
    /// # Errors
    /// Any of [`Error`] except the encoding ones.
    pub fn parse(text: &str, limits: Limits) -> Result<Document, Error> {
        Builder::new(limits).read(text)
    }

    /// The outermost element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element { document: self, index: 0 }
    }
}

impl<'d> Element<'d> {
    /// The namespace, empty when the element is in none.
    #[must_use]
    pub fn namespace(self) -> &'d str {
        &self.document.namespaces[self.node().namespace]
    }

    /// The name without prefix.
    #[must_use]
    pub fn local(self) -> &'d str {
        &self.node().local
    }

    /// Whether namespace and local name are these, to the letter.
    #[must_use]
    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.local() == local && self.namespace() == namespace
    }

    /// The text directly in this element, entities resolved, untrimmed.
    #[must_use]
    pub fn text(self) -> &'d str {
        &self.node().text
    }

    /// The children in document order.
    pub fn children(self) -> impl Iterator<Item = Element<'d>> {
        let document = self.document;
        std::iter::successors(self.node().first_child, |&index| document.nodes[index].next)
            .map(move |index| Element { document, index })
    }

    /// The value of an attribute; `namespace` is empty for an unprefixed one.
    #[must_use]
    pub fn attribute(self, namespace: &str, local: &str) -> Option<&'d str> {
        let document = self.document;
        self.node()
            .attributes
            .iter()
            .find(|a| a.local == local && document.namespaces[a.namespace] == namespace)
            .map(|a| a.value.as_str())
    }

    /// Whether `xsi:nil` says that there is no value.
    #[must_use]
    pub fn is_nil(self) -> bool {
        self.attribute(XSI, "nil").is_some_and(|value| matches!(value.trim(), "true" | "1"))
    }

    /// The child of this name.
    ///
    /// # Errors
    /// [`Error::Repeated`] when it is given more than once.
    pub fn only(self, namespace: &str, local: &str) -> Result<Option<Element<'d>>, Error> {
        let mut found = self.children().filter(|child| child.is(namespace, local));
        let first = found.next();
        match found.next() {
            Some(_) => Err(Error::Repeated(local.to_owned())),
            None => Ok(first),
        }
    }

    /// The trimmed text of the child of this name; absent, nil and empty are all `None`.
    ///
    /// # Errors
    /// [`Error::Repeated`] when it is given more than once, [`Error::NotText`] when it holds elements.
    pub fn field(self, namespace: &str, local: &str) -> Result<Option<String>, Error> {
        let Some(child) = self.only(namespace, local)? else { return Ok(None) };
        if child.children().next().is_some() {
            return Err(Error::NotText(local.to_owned()));
        }
        let text = child.text().trim();
        Ok((!child.is_nil() && !text.is_empty()).then(|| text.to_owned()))
    }

    /// The first child of this local name in any namespace.
    #[must_use]
    pub fn child(self, local: &str) -> Option<Element<'d>> {
        self.children().find(|child| child.local() == local)
    }

    /// The trimmed text of the first child of this local name in any namespace; empty when absent.
    #[must_use]
    pub fn child_text(self, local: &str) -> &'d str {
        self.child(local).map_or("", |child| child.text().trim())
    }

    /// The first element of this local name, in any namespace: this one or the nearest below it in document order.
    #[must_use]
    pub fn find(self, local: &str) -> Option<Element<'d>> {
        if self.local() == local { Some(self) } else { self.children().find_map(|child| child.find(local)) }
    }

    fn node(self) -> &'d Node {
        &self.document.nodes[self.index]
    }
}

struct Builder {
    limits: Limits,
    document: Document,
    open: Vec<usize>,
    closed_root: bool,
}

impl Builder {
    fn new(limits: Limits) -> Self {
        let document = Document { namespaces: vec![String::new()], nodes: Vec::with_capacity(32) };
        Builder { limits, document, open: Vec::with_capacity(8), closed_root: false }
    }

    fn read(mut self, text: &str) -> Result<Document, Error> {
        let mut reader = NsReader::from_str(text);
        loop {
            let event = reader.read_event().map_err(|e| malformed(reader.buffer_position(), &e))?;
            match event {
                Event::Start(start) => {
                    let index = self.element(&reader, &start)?;
                    self.open.push(index);
                    if self.open.len() > self.limits.depth {
                        return Err(Error::TooMany("levels"));
                    }
                }
                Event::Empty(start) => {
                    self.element(&reader, &start)?;
                    self.closed_root |= self.open.is_empty();
                }
                Event::End(_) => {
                    self.open.pop();
                    self.closed_root |= self.open.is_empty();
                }
                Event::Text(text) => self.text(&text.xml10_content(), &reader)?,
                Event::CData(text) => self.text(&text.xml10_content(), &reader)?,
                Event::GeneralRef(reference) => {
                    let character =
                        reference.resolve_char_ref().map_err(|e| malformed(reader.buffer_position(), &e))?;
                    let resolved = character.or_else(|| predefined(&reference.xml10_content()));
                    let resolved = resolved.ok_or_else(|| Error::Entity(reference.xml10_content().into_owned()))?;
                    self.text(resolved.encode_utf8(&mut [0; 4]), &reader)?;
                }
                Event::DocType(_) => return Err(Error::DocumentType),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        match self.closed_root && self.open.is_empty() {
            true => Ok(self.document),
            false => Err(Error::Malformed { offset: text.len() as u64, why: "the document ends too early".into() }),
        }
    }

    fn element(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<usize, Error> {
        if self.closed_root {
            return Err(Error::Malformed { offset: reader.buffer_position(), why: "a second root element".into() });
        }
        let index = self.document.nodes.len();
        if index >= self.limits.elements {
            return Err(Error::TooMany("elements"));
        }
        check_name(start.name(), reader)?;
        let (resolved, local) = reader.resolver().resolve_element(start.name());
        let namespace = self.namespace(resolved, reader)?;
        let local = local.into_inner().to_owned();
        let attributes = self.attributes(reader, start)?;
        self.document.nodes.push(Node {
            namespace,
            local,
            attributes,
            text: String::new(),
            first_child: None,
            last_child: None,
            next: None,
        });
        if let Some(&parent) = self.open.last() {
            let before = self.document.nodes[parent].last_child.replace(index);
            match before {
                Some(sibling) => self.document.nodes[sibling].next = Some(index),
                None => self.document.nodes[parent].first_child = Some(index),
            }
        }
        Ok(index)
    }

    fn attributes(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Vec<Attribute>, Error> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|e| malformed(reader.buffer_position(), &e))?;
            if attributes.len() >= self.limits.attributes {
                return Err(Error::TooMany("attributes"));
            }
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            check_name(attribute.key, reader)?;
            let (resolved, local) = reader.resolver().resolve_attribute(attribute.key);
            let namespace = self.namespace(resolved, reader)?;
            let value = attribute
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .map_err(|e| malformed(reader.buffer_position(), &e))?;
            attributes.push(Attribute { namespace, local: local.into_inner().to_owned(), value: value.into_owned() });
        }
        Ok(attributes)
    }

    fn namespace(&mut self, resolved: ResolveResult<'_>, reader: &NsReader<&[u8]>) -> Result<usize, Error> {
        let namespace = match resolved {
            ResolveResult::Unbound => "",
            ResolveResult::Bound(namespace) => namespace.into_inner(),
            ResolveResult::Unknown(prefix) => {
                let why = format!("the prefix {prefix:?} is not declared");
                return Err(Error::Malformed { offset: reader.buffer_position(), why });
            }
        };
        let namespaces = &mut self.document.namespaces;
        if let Some(known) = namespaces.iter().position(|known| known == namespace) {
            return Ok(known);
        }
        if namespaces.len() > self.limits.namespaces {
            return Err(Error::TooMany("namespaces"));
        }
        namespaces.push(namespace.to_owned());
        Ok(namespaces.len() - 1)
    }

    fn text(&mut self, text: &str, reader: &NsReader<&[u8]>) -> Result<(), Error> {
        if has_barred(text) {
            let why = "a character that XML cannot carry".into();
            return Err(Error::Malformed { offset: reader.buffer_position(), why });
        }
        match self.open.last() {
            Some(&index) => self.document.nodes[index].text.push_str(text),
            None if text.trim().is_empty() => {}
            None => {
                return Err(Error::Malformed { offset: reader.buffer_position(), why: "text outside the root".into() });
            }
        }
        Ok(())
    }
}

/// A name that is none would be copied into answers that nobody can read.
fn check_name(name: QName<'_>, reader: &NsReader<&[u8]>) -> Result<(), Error> {
    let name = name.into_inner();
    let mut parts = name.split(':');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    match parts.next().is_none() && name::is_name(first) && second.is_none_or(name::is_name) {
        true => Ok(()),
        false => Err(Error::Malformed { offset: reader.buffer_position(), why: "a name that is none".into() }),
    }
}

/// Whether a character is there that XML 1.0 cannot carry. Looks at bytes: this runs over every message.
fn has_barred(text: &str) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0..=0x08 | 0x0B | 0x0C | 0x0E..=0x1F);
    let may_be_no_character = || text.as_bytes().contains(&0xEF);
    text.as_bytes().iter().any(is_control) || (may_be_no_character() && text.contains(['\u{FFFE}', '\u{FFFF}']))
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn malformed(offset: u64, why: &impl ToString) -> Error {
    Error::Malformed { offset, why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Document, Error> {
        Document::parse(text, Limits::default())
    }

    #[test]
    fn names_are_resolved_and_text_is_joined() {
        let document =
            parse("<p:a xmlns:p='u' xmlns='v'><b c='1'>x&amp;<![CDATA[<y>]]>&#233;</b></p:a>").expect("fine");
        let root = document.root();
        assert!(root.is("u", "a"));
        let b = root.only("v", "b").expect("once").expect("there");
        assert_eq!(
            (b.text(), b.attribute("", "c")),
            ("x&<y>é", Some("1")),
            "escaped text, CDATA and character references are joined, and the attribute is read"
        );
    }

    #[test]
    fn names_that_are_none_are_refused() {
        for text in ["<></>", "<1/>", "<a><b<c/></a>", "<a:b:c xmlns:a='u'/>", "<a =''/>", "<a 1='x'/>", "<:a/>"] {
            assert!(matches!(parse(text), Err(Error::Malformed { .. })), "{text}: {:?}", parse(text).map(|_| ()));
        }
        assert!(parse("<città è='1'/>").is_ok());
    }

    #[test]
    fn a_field_given_twice_is_refused() {
        let document = parse("<a><amount>1</amount><amount>2</amount></a>").expect("fine");
        assert_eq!(document.root().field("", "amount"), Err(Error::Repeated("amount".into())));
    }

    #[test]
    fn a_field_that_holds_elements_is_refused() {
        let document = parse("<a><amount>2<b/>4</amount></a>").expect("fine");
        assert_eq!(document.root().field("", "amount"), Err(Error::NotText("amount".into())));
    }

    #[test]
    fn nil_empty_and_absent_are_no_value() {
        let document = parse(
            "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><b xsi:nil='true'>1</b><c> </c><d> 2\n</d></a>",
        )
        .expect("fine");
        let field = |name| document.root().field("", name).expect("once");
        assert_eq!(
            (field("b"), field("c"), field("e"), field("d")),
            (None, None, None, Some("2".into())),
            "nil, blank and absent are no value, and a value is trimmed"
        );
    }

    #[test]
    fn hostile_documents_are_refused() {
        assert_eq!(parse("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>").err(), Some(Error::DocumentType));
        assert_eq!(parse("<a>&x;</a>").err(), Some(Error::Entity("x".into())));
        assert_eq!(parse(&"<a>".repeat(100)).err(), Some(Error::TooMany("levels")));
        let wide = format!("<a>{}</a>", "<b/>".repeat(20_000));
        assert_eq!(parse(&wide).err(), Some(Error::TooMany("elements")));
        let foreign: String = (0..1_000).map(|i| format!("<b xmlns='{i}'/>")).collect();
        assert_eq!(parse(&format!("<a>{foreign}</a>")).err(), Some(Error::TooMany("namespaces")));
        for malformed in
            ["", "<a>", "<a></b>", "<a/><b/>", "x<a/>", "<p:a/>", "<a>&#0;</a>", "<a>&#xFFFF;</a>", "<a b='1' b='2'/>"]
        {
            assert!(matches!(parse(malformed), Err(Error::Malformed { .. })), "{malformed}");
        }
    }
}
