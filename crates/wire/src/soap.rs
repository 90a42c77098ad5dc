//! The SOAP envelope, versions 1.1 and 1.2, as the services' framework reads and writes it.

mod fault;

use xml::{Document, Element, Limits, Writer};

pub use fault::Fault;

/// Namespace of a SOAP 1.1 envelope.
pub const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// Namespace of a SOAP 1.2 envelope.
pub const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";

const XSI: (&str, &str) = ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
const XSD: (&str, &str) = ("xmlns:xsd", "http://www.w3.org/2001/XMLSchema");

/// Which SOAP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// 1.1
    V11,
    /// 1.2
    V12,
}

/// A request that was read: its version and its operation.
#[derive(Debug)]
pub struct Envelope {
    version: Version,
    document: Document,
}

impl Version {
    /// The media type of answers in this version.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Version::V11 => "text/xml; charset=utf-8",
            Version::V12 => "application/soap+xml; charset=utf-8",
        }
    }

    /// The envelope's namespace.
    #[must_use]
    pub fn namespace(self) -> &'static str {
        match self {
            Version::V11 => SOAP_11,
            Version::V12 => SOAP_12,
        }
    }
}

/// Reads a request.
///
/// `content_type` is the header as sent; its charset is honoured. `soap_action` is the header of SOAP 1.1; it is
/// compared with the operation only when it is there and not empty. The operation is told by the body's element.
///
/// # Errors
/// A [`Fault`] to be answered.
pub fn read(content_type: Option<&str>, soap_action: Option<&str>, bytes: &[u8]) -> Result<Envelope, Fault> {
    let media = Media::of(content_type).ok_or(Fault::MediaType)?;
    let text = xml::decode(bytes, media.charset.as_deref()).map_err(Fault::Unreadable)?;
    let document = Document::parse(&text, Limits::default()).map_err(Fault::Unreadable)?;
    let root = document.root();
    let version = match (root.local(), root.namespace()) {
        ("Envelope", SOAP_11) => Version::V11,
        ("Envelope", SOAP_12) => Version::V12,
        _ => return Err(Fault::NoEnvelope),
    };
    understand(root, version)?;
    let operation = operation(root, version)?;
    let action = media.action.as_deref().or(soap_action).map(|action| action.trim().trim_matches('"').trim());
    if let Some(action) = action.filter(|action| !action.is_empty()) {
        let expected = format!("{}{}", operation.namespace(), operation.local());
        if action != expected {
            return Err(Fault::Action(action.to_owned()));
        }
    }
    Ok(Envelope { version, document })
}

/// The one element of the one body.
fn operation(root: Element<'_>, version: Version) -> Result<Element<'_>, Fault> {
    let body = root.only(version.namespace(), "Body").map_err(Fault::Unreadable)?.ok_or(Fault::NoEnvelope)?;
    let mut operations = body.children();
    let operation = operations.next().ok_or(Fault::NoEnvelope)?;
    if operations.next().is_some() { Err(Fault::ManyOperations) } else { Ok(operation) }
}

/// Refuses the first header that the service would have to understand: it knows none.
fn understand(root: Element<'_>, version: Version) -> Result<(), Fault> {
    let namespace = version.namespace();
    let Some(header) = root.only(namespace, "Header").map_err(Fault::Unreadable)? else { return Ok(()) };
    let (role, for_us): (_, &[&str]) = match version {
        Version::V11 => ("actor", &["", "http://schemas.xmlsoap.org/soap/actor/next"]),
        Version::V12 => (
            "role",
            &[
                "",
                "http://www.w3.org/2003/05/soap-envelope/role/next",
                "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
            ],
        ),
    };
    let said = |entry: Element<'_>, name| entry.attribute(namespace, name).unwrap_or_default().trim().to_owned();
    let refused = header.children().find(|&entry| {
        matches!(said(entry, "mustUnderstand").as_str(), "1" | "true") && for_us.contains(&said(entry, role).as_str())
    });
    refused.map_or(Ok(()), |entry| Err(Fault::NotUnderstood(entry.local().to_owned())))
}

impl Envelope {
    /// The version to answer in.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The operation's element: its name says which, its children are the fields.
    ///
    /// # Panics
    /// Never: [`read`] found it.
    #[must_use]
    pub fn body(&self) -> Element<'_> {
        operation(self.document.root(), self.version).expect("an envelope is only made with an operation in it")
    }

    /// Namespace and local name of the operation.
    #[must_use]
    pub fn operation(&self) -> (&str, &str) {
        (self.body().namespace(), self.body().local())
    }
}

/// The answer around an inner result, on one line, as the service puts it.
#[must_use]
pub fn respond(version: Version, namespace: &str, operation: &str, inner: &str) -> String {
    let mut writer = Writer::document();
    writer
        .open_with("soap:Envelope", &[("xmlns:soap", version.namespace()), XSI, XSD])
        .open("soap:Body")
        .open_with(&format!("{operation}Response"), &[("xmlns", namespace)])
        .open(&format!("{operation}Result"))
        .raw(inner);
    writer.finish()
}

/// A SOAP 1.1 request with fields in schema order; absent ones are left out.
pub(crate) fn request(namespace: &str, operation: &str, fields: impl FnOnce(&mut Writer)) -> String {
    let mut writer = Writer::document();
    writer
        .open_with("soap:Envelope", &[("xmlns:soap", SOAP_11)])
        .open("soap:Body")
        .open_with(operation, &[("xmlns", namespace)]);
    fields(&mut writer);
    writer.finish()
}

/// What says that an element which must stand in the message has no value.
pub(crate) const NIL: [(&str, &str); 2] = [XSI, ("xsi:nil", "true")];

/// The methods in `paymentTypes`, which both services take.
///
/// # Errors
/// [`xml::Error::Repeated`] when the list stands twice.
pub(crate) fn payment_types(body: Element<'_>, namespace: &str) -> Result<Vec<String>, xml::Error> {
    let types = body.only(namespace, "paymentTypes")?;
    let types = types.into_iter().flat_map(Element::children).filter(|found| found.is(namespace, "paymentType"));
    Ok(types.map(|found| found.text().trim().to_owned()).filter(|text| !text.is_empty()).collect())
}

/// The other direction; nothing when there are none.
pub(crate) fn write_payment_types(writer: &mut Writer, methods: &[String]) {
    if methods.is_empty() {
        return;
    }
    writer.open("paymentTypes");
    for method in methods {
        writer.leaf("paymentType", method);
    }
    writer.close();
}

struct Media {
    charset: Option<String>,
    action: Option<String>,
}

impl Media {
    /// What a media type says, when it is one that a SOAP request may have.
    fn of(content_type: Option<&str>) -> Option<Media> {
        let mut parts = content_type?.split(';').map(str::trim);
        let kind = parts.next()?.to_ascii_lowercase();
        if !matches!(kind.as_str(), "text/xml" | "application/soap+xml" | "application/xml") {
            return None;
        }
        let mut media = Media { charset: None, action: None };
        for (key, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"').to_owned();
            match key.trim().to_ascii_lowercase().as_str() {
                "charset" => media.charset = Some(value).filter(|charset| !charset.is_empty()),
                "action" => media.action = Some(value),
                _ => {}
            }
        }
        Some(media)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(namespace: &str) -> String {
        format!(
            "<e:Envelope xmlns:e='{namespace}'><e:Body><t:Encrypt xmlns:t='https://ecomm.sella.it/'/></e:Body></e:Envelope>"
        )
    }

    #[test]
    fn both_versions_are_read() {
        for (namespace, kind, version) in [
            (SOAP_11, "text/xml;charset=UTF-8", Version::V11),
            (SOAP_12, "application/soap+xml; action=\"https://ecomm.sella.it/Encrypt\"", Version::V12),
        ] {
            let read = read(Some(kind), None, envelope(namespace).as_bytes()).expect("fine");
            assert_eq!(
                (read.version(), read.operation()),
                (version, ("https://ecomm.sella.it/", "Encrypt")),
                "the version and the operation are read from the envelope"
            );
        }
    }

    #[test]
    fn an_action_is_checked_only_when_it_says_something() {
        let text = envelope(SOAP_11);
        let read = |action| read(Some("text/xml"), action, text.as_bytes()).map(|_| ());
        assert_eq!(read(Some("\"https://ecomm.sella.it/Encrypt\"")), Ok(()));
        assert_eq!(read(Some("\"\"")), Ok(()));
        assert_eq!(
            read(Some("\"https://ecomm.sella.it/Decrypt\"")),
            Err(Fault::Action("https://ecomm.sella.it/Decrypt".into()))
        );
    }

    #[test]
    fn what_is_no_request_is_a_fault() {
        let read = |kind, text: &str| read(kind, None, text.as_bytes()).map(|_| ()).expect_err("a fault");
        assert_eq!(read(Some("application/json"), "{}"), Fault::MediaType);
        assert_eq!(read(None, "<a/>"), Fault::MediaType);
        assert_eq!(read(Some("text/xml"), "<a/>"), Fault::NoEnvelope);
        assert!(matches!(read(Some("text/xml"), "<a"), Fault::Unreadable(_)));
        let empty = format!("<e:Envelope xmlns:e='{SOAP_11}'><e:Body/></e:Envelope>");
        assert_eq!(read(Some("text/xml"), &empty), Fault::NoEnvelope);
    }
}
