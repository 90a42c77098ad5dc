//! SOAP faults. None was ever recorded: these follow the web-service framework of the service's generation.

use xml::Writer;

use super::Version;

/// Why a request is not processed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not a media type of SOAP.
    MediaType,
    /// Larger than the service reads.
    TooLarge,
    /// Came too slowly.
    TooSlow,
    /// Not XML, or XML that is refused.
    Unreadable(xml::Error),
    /// XML without envelope, body or operation.
    NoEnvelope,
    /// A body with more than one operation: doing either would be a guess.
    ManyOperations,
    /// A header that the sender wants understood or the request refused; the service knows no headers.
    NotUnderstood(String),
    /// The action named is not the operation sent.
    Action(String),
    /// An operation that the service does not have.
    UnknownOperation(String),
    /// The service failed; the reference is in its log.
    Internal,
    /// It is not known what became of an operation that moves money: something may have been done.
    /// To most clients a KO would mean "not paid", so this is a failure of the transport: the
    /// caller reads the transaction before trying again.
    OutcomeUnknown,
    /// The shop calls more often than it may; nothing was done.
    TooManyCalls {
        /// After how many seconds it may call again; the header `Retry-After` says the same.
        retry_after_s: u64,
    },
}

impl From<xml::Error> for Fault {
    fn from(error: xml::Error) -> Fault {
        Fault::Unreadable(error)
    }
}

impl Fault {
    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Fault::MediaType => 415,
            Fault::TooLarge => 413,
            Fault::TooSlow => 408,
            Fault::Unreadable(_) | Fault::NoEnvelope | Fault::ManyOperations => 400,
            Fault::NotUnderstood(_)
            | Fault::Action(_)
            | Fault::UnknownOperation(_)
            | Fault::Internal
            | Fault::OutcomeUnknown => 500,
            Fault::TooManyCalls { .. } => 503,
        }
    }

    /// Whether the service, not the sender, is to blame.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self, Fault::Internal | Fault::OutcomeUnknown | Fault::TooManyCalls { .. })
    }

    /// The text for the sender.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Fault::MediaType => "The media type must be text/xml or application/soap+xml.".to_owned(),
            Fault::TooLarge => "The request is too large.".to_owned(),
            Fault::TooSlow => "The request did not arrive in time.".to_owned(),
            Fault::Unreadable(error) => {
                format!("Server was unable to read request. ---> There is an error in XML document: {error}.")
            }
            Fault::NoEnvelope => {
                "Server was unable to read request. ---> There is no SOAP envelope with an operation.".to_owned()
            }
            Fault::ManyOperations => {
                "Server was unable to read request. ---> There is more than one operation in the body.".to_owned()
            }
            Fault::NotUnderstood(name) => format!("SOAP header {name} was not understood."),
            Fault::Action(action) => format!("Server did not recognize the value of HTTP Header SOAPAction: {action}."),
            Fault::UnknownOperation(name) => format!("Server does not know the operation {name}."),
            Fault::Internal => "Server was unable to process request.".to_owned(),
            Fault::OutcomeUnknown => {
                "Server was unable to process request. ---> The outcome is not known: read the transaction before trying \
                 again."
                    .to_owned()
            }
            Fault::TooManyCalls { retry_after_s } => {
                format!("Too many calls; nothing was done. Call again after {retry_after_s} seconds.")
            }
        }
    }

    /// The whole answer.
    #[must_use]
    pub fn to_xml(&self, version: Version) -> String {
        let mut writer = Writer::document();
        writer.open_with("soap:Envelope", &[("xmlns:soap", version.namespace())]).open("soap:Body").open("soap:Fault");
        let text = self.text();
        match version {
            Version::V11 => {
                writer
                    .leaf("faultcode", self.code("soap:Client", "soap:Server"))
                    .leaf("faultstring", &text)
                    .empty("detail", &[]);
            }
            Version::V12 => {
                writer.open("soap:Code").leaf("soap:Value", self.code("soap:Sender", "soap:Receiver")).close();
                writer.open("soap:Reason").open_with("soap:Text", &[("xml:lang", "en")]);
                let mut escaped = String::new();
                xml::escape(&text, &mut escaped);
                writer.raw(&escaped).close().close().empty("soap:Detail", &[]);
            }
        }
        writer.finish()
    }

    fn code(&self, sender: &'static str, service: &'static str) -> &'static str {
        match self {
            Fault::NotUnderstood(_) => "soap:MustUnderstand",
            _ if self.is_ours() => service,
            _ => sender,
        }
    }
}
