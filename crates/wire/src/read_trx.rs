//! callReadTrxS2S: the shop reads a transaction: state, movements, and Amazon's order reference with the addresses.

use xml::Element;

use crate::answer::{self, ReadError, Verdict};
use crate::decrypt::write_buyer;
use crate::order_reference::OrderReferenceDetails;
use crate::{Code, S2S_NAMESPACE, soap};

const ROOT: &str = "GestPayS2S";
const TYPE: &str = "QUERYTX";

/// What the shop sends; one of the two identifiers is enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the protocol's")]
pub struct Request {
    pub shop_login: Option<String>,
    pub shop_transaction_id: Option<String>,
    pub bank_transaction_id: Option<String>,
    pub apikey: Option<String>,
}

/// What the gateway answers. For a failed query the identifiers are the request's and the rest is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Whether the payment was authorized; `KO` also when the query failed.
    pub result: Verdict,
    /// The last state-bearing movement, when there is one.
    pub state: Option<State>,
    /// The shop's identifier.
    pub shop_transaction_id: String,
    /// The gateway's number.
    pub bank_transaction_id: String,
    /// Six characters; empty unless authorized.
    pub authorization_code: String,
    /// UIC code.
    pub currency: String,
    /// Circuit or wallet: `AMAZONPAY`.
    pub company: String,
    /// Oldest first.
    pub events: Vec<Event>,
    /// As the shop sent it.
    pub buyer_name: String,
    /// As the shop sent it.
    pub buyer_email: String,
    /// Of the query or of the payment; 0 when neither failed.
    pub error_code: Code,
    /// In the shop's language.
    pub error_description: String,
    /// Amazon's order reference without namespace, as XML.
    pub order_reference_details: Option<String>,
}

/// `TransactionState`, and `eventtype`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// `AUT`: authorized, or refused.
    Authorized,
    /// `MOV`: settled.
    Settled,
    /// `PRE`: settlement booked.
    Booked,
    /// `CAN`: cancelled.
    Cancelled,
    /// `REQ`: refund requested; an event only.
    RefundRequested,
    /// `STO`: refunded.
    Refunded,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What moved.
    pub kind: State,
    /// With a dot and two decimals.
    pub amount: String,
    /// `dd/MM/yy HH:mm:ss`, Italian time.
    pub date: String,
    /// The acquirer's reference, mostly empty.
    pub arn: String,
    /// Mostly empty.
    pub id: String,
}

impl State {
    const ALL: [State; 6] =
        [State::Authorized, State::Settled, State::Booked, State::Cancelled, State::RefundRequested, State::Refunded];

    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Authorized => "AUT",
            State::Settled => "MOV",
            State::Booked => "PRE",
            State::Cancelled => "CAN",
            State::RefundRequested => "REQ",
            State::Refunded => "STO",
        }
    }

    fn read(element: &'static str, text: String) -> Result<State, ReadError> {
        let found = State::ALL.into_iter().find(|state| state.as_str() == text);
        found.ok_or(ReadError::Value { element, value: text })
    }
}

impl Request {
    /// Reads the operation's element.
    ///
    /// # Errors
    /// [`xml::Error::Repeated`] when a field stands twice.
    pub fn read(body: Element<'_>) -> Result<Request, xml::Error> {
        let field = |name| body.field(S2S_NAMESPACE, name);
        Ok(Request {
            shop_login: field("shopLogin")?,
            shop_transaction_id: field("shopTransactionId")?,
            bank_transaction_id: field("bankTransactionId")?,
            apikey: field("apikey")?,
        })
    }

    /// The whole SOAP 1.1 message.
    #[must_use]
    pub fn write(&self) -> String {
        soap::request(S2S_NAMESPACE, "callReadTrxS2S", |writer| {
            writer
                .leaf_if("shopLogin", self.shop_login.as_deref())
                .leaf_if("shopTransactionId", self.shop_transaction_id.as_deref())
                .leaf_if("bankTransactionId", self.bank_transaction_id.as_deref())
                .leaf_if("apikey", self.apikey.as_deref());
        })
    }
}

impl Response {
    /// The answer to a query that failed: the request's identifiers, the code, everything else empty.
    #[must_use]
    pub fn failed(request: &Request, code: Code, text: &str) -> Response {
        Response {
            result: Verdict::Ko,
            state: None,
            shop_transaction_id: request.shop_transaction_id.clone().unwrap_or_default(),
            bank_transaction_id: request.bank_transaction_id.clone().unwrap_or_default(),
            authorization_code: String::new(),
            currency: String::new(),
            company: String::new(),
            events: Vec::new(),
            buyer_name: String::new(),
            buyer_email: String::new(),
            error_code: code,
            error_description: text.to_owned(),
            order_reference_details: None,
        }
    }

    /// Whether the query itself failed, so that nothing is said of a payment.
    #[must_use]
    pub fn is_failed_query(&self) -> bool {
        self.result == Verdict::Ko && self.state.is_none() && self.error_code != Code::OK
    }

    /// The inner answer.
    #[must_use]
    pub fn write(&self) -> String {
        let mut writer = answer::open(ROOT, TYPE, self.result);
        writer
            .leaf("TransactionState", self.state.map_or("", State::as_str))
            .leaf("ShopTransactionID", &self.shop_transaction_id)
            .leaf("BankTransactionID", &self.bank_transaction_id)
            .leaf("AuthorizationCode", &self.authorization_code)
            .leaf("Currency", &self.currency)
            .leaf("Country", "")
            .leaf("Company", &self.company)
            .leaf("TDLevel", "")
            .open("Events");
        for event in &self.events {
            writer
                .open("event")
                .leaf("eventtype", event.kind.as_str())
                .leaf("eventamount", &event.amount)
                .leaf("eventdate", &event.date)
                .leaf("eventARN", &event.arn)
                .leaf("eventID", &event.id)
                .close();
        }
        writer.close();
        write_buyer(&mut writer, &self.buyer_name, &self.buyer_email);
        writer.open("RISK").leaf("RiskResponseCode", "").leaf("RiskResponseDescription", "").close();
        writer
            .leaf("ErrorCode", &self.error_code.to_string())
            .leaf("ErrorDescription", &self.error_description)
            .leaf("AlertCode", "")
            .leaf("AlertDescription", "");
        if let Some(details) = &self.order_reference_details {
            writer.raw(details);
        }
        writer.finish()
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// [`ReadError`] when it is none.
    pub fn read(text: &str) -> Result<Response, ReadError> {
        answer::read_inner(text, ROOT, |inner| {
            let value = |name| answer::value(inner, name);
            let buyer = |name| inner.child("Buyer").map(|buyer| answer::value(buyer, name)).unwrap_or_default();
            let state = Some(value("TransactionState")).filter(|state| !state.is_empty());
            let events = inner.child("Events").into_iter().flat_map(Element::children);
            let details = inner.child("OrderReferenceDetails");
            Ok(Response {
                result: Verdict::read(inner)?,
                state: state.map(|state| State::read("TransactionState", state)).transpose()?,
                shop_transaction_id: value("ShopTransactionID"),
                bank_transaction_id: value("BankTransactionID"),
                authorization_code: value("AuthorizationCode"),
                currency: value("Currency"),
                company: value("Company"),
                events: events.filter(|e| e.local() == "event").map(Event::read).collect::<Result<_, _>>()?,
                buyer_name: buyer("BuyerName"),
                buyer_email: buyer("BuyerEmail"),
                error_code: answer::code(inner)?,
                error_description: value("ErrorDescription"),
                order_reference_details: details.map(xml::copy_without_namespace),
            })
        })
    }

    /// Amazon's order reference, typed.
    ///
    /// # Errors
    /// [`ReadError::Xml`] when the element is not well-formed; an answer that was read never gives it.
    pub fn order_reference(&self) -> Result<Option<OrderReferenceDetails>, ReadError> {
        let Some(details) = &self.order_reference_details else { return Ok(None) };
        let document = xml::Document::parse(details, xml::Limits::default())?;
        Ok(Some(OrderReferenceDetails::read(document.root())))
    }
}

impl Event {
    fn read(element: Element<'_>) -> Result<Event, ReadError> {
        Ok(Event {
            kind: State::read("eventtype", answer::value(element, "eventtype"))?,
            amount: answer::value(element, "eventamount"),
            date: answer::value(element, "eventdate"),
            arn: answer::value(element, "eventARN"),
            id: answer::value(element, "eventID"),
        })
    }
}
