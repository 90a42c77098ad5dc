//! The long answer of callReadTrxS2S: what became of a transaction, in the documented order.

use xml::{Element, Writer, copy_without_namespace};

use crate::Code;
use crate::answer::{self, ReadError, Verdict};
use crate::order_reference::OrderReferenceDetails;

/// What became of a transaction. Amounts are in the events only.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// Whether it was authorized; [`Verdict::Xx`] while that is not known.
    pub result: Verdict,
    /// Where it stands; none while nothing is known.
    pub state: Option<State>,
    /// The shop's identifier.
    pub shop_transaction_id: String,
    /// The gateway's number.
    pub bank_transaction_id: String,
    /// Empty unless authorized.
    pub authorization_code: String,
    /// UIC code.
    pub currency: String,
    /// Of the card's issuer; empty for Amazon Pay.
    pub country: String,
    /// Circuit or wallet, `AMAZONPAY`.
    pub company: String,
    /// Level of card security.
    pub td_level: String,
    /// Oldest first.
    pub events: Vec<Event>,
    /// As given to Encrypt.
    pub buyer_name: String,
    /// As given to Encrypt.
    pub buyer_email: String,
    /// In `RISK`.
    pub risk_response_code: String,
    /// In `RISK`.
    pub risk_response_description: String,
    /// [`Code::OK`] when authorized.
    pub error_code: Code,
    /// Its text in the shop's language.
    pub error_description: String,
    /// A risk alert, 2000 to 2004, or empty.
    pub alert_code: String,
    /// Its text.
    pub alert_description: String,
    /// The element of this name as XML in no namespace, written as it is. Amazon Pay only.
    pub order_reference_details: Option<String>,
}

/// One movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `eventtype`.
    pub kind: EventKind,
    /// `eventamount`, with the currency's decimals.
    pub amount: String,
    /// `eventdate`, `dd/MM/yy HH:mm:ss` in Italian local time.
    pub date: String,
    /// `eventARN`, the acquirer's reference; mostly empty.
    pub arn: String,
    /// `eventID`; mostly empty.
    pub id: String,
}

/// `TransactionState`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// `AUT`: authorized and not settled, or refused.
    Authorized,
    /// `MOV`: settled.
    Settled,
    /// `PRE`: settlement accepted, to be executed the following night.
    Booked,
    /// `CAN`: deleted.
    Cancelled,
    /// `STO`: refunded, in whole or in part.
    Refunded,
}

/// `eventtype`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// One that is a state as well.
    State(State),
    /// `REQ`: a refund was asked for.
    RefundRequested,
    /// `CHB`: the buyer's bank has taken money back. Axerve documents no word for it; this one is Pagam's.
    ChargedBack,
    /// Any other; only ever read.
    Other(String),
}

impl State {
    /// As on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Authorized => "AUT",
            State::Settled => "MOV",
            State::Booked => "PRE",
            State::Cancelled => "CAN",
            State::Refunded => "STO",
        }
    }

    fn of(text: &str) -> Option<State> {
        let all = [State::Authorized, State::Settled, State::Booked, State::Cancelled, State::Refunded];
        all.into_iter().find(|state| state.as_str() == text)
    }
}

impl From<State> for EventKind {
    fn from(state: State) -> EventKind {
        EventKind::State(state)
    }
}

impl EventKind {
    /// As on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            EventKind::State(state) => state.as_str(),
            EventKind::RefundRequested => "REQ",
            EventKind::ChargedBack => "CHB",
            EventKind::Other(text) => text,
        }
    }

    fn of(text: String) -> EventKind {
        match State::of(&text) {
            Some(state) => EventKind::State(state),
            None if text == "REQ" => EventKind::RefundRequested,
            None if text == "CHB" => EventKind::ChargedBack,
            None => EventKind::Other(text),
        }
    }
}

impl std::fmt::Debug for Report {
    /// Without what tells who the buyer is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("result", &self.result)
            .field("state", &self.state)
            .field("shop_transaction_id", &self.shop_transaction_id)
            .field("bank_transaction_id", &self.bank_transaction_id)
            .field("currency", &self.currency)
            .field("events", &self.events)
            .field("error_code", &self.error_code)
            .finish_non_exhaustive()
    }
}

impl Report {
    /// A report of which nothing but the result and its code is known yet.
    #[must_use]
    pub fn new(result: Verdict, error_code: Code) -> Report {
        Report {
            result,
            state: None,
            shop_transaction_id: String::new(),
            bank_transaction_id: String::new(),
            authorization_code: String::new(),
            currency: String::new(),
            country: String::new(),
            company: String::new(),
            td_level: String::new(),
            events: Vec::new(),
            buyer_name: String::new(),
            buyer_email: String::new(),
            risk_response_code: String::new(),
            risk_response_description: String::new(),
            error_code,
            error_description: String::new(),
            alert_code: String::new(),
            alert_description: String::new(),
            order_reference_details: None,
        }
    }

    /// What Amazon says of the order reference, typed: the addresses, the buyer, the total.
    ///
    /// # Errors
    /// [`ReadError::Xml`] when the text is no XML; never for a report that was read.
    pub fn order_reference(&self) -> Result<Option<OrderReferenceDetails>, ReadError> {
        self.order_reference_details.as_deref().map(OrderReferenceDetails::parse).transpose()
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer
            .leaf("TransactionState", self.state.map_or("", State::as_str))
            .leaf("ShopTransactionID", &self.shop_transaction_id)
            .leaf("BankTransactionID", &self.bank_transaction_id)
            .leaf("AuthorizationCode", &self.authorization_code)
            .leaf("Currency", &self.currency)
            .leaf("Country", &self.country)
            .leaf("Company", &self.company)
            .leaf("TDLevel", &self.td_level)
            .open("Events");
        for event in &self.events {
            event.write(writer);
        }
        writer
            .close()
            .open("Buyer")
            .leaf("BuyerName", &self.buyer_name)
            .leaf("BuyerEmail", &self.buyer_email)
            .close()
            .open("RISK")
            .leaf("RiskResponseCode", &self.risk_response_code)
            .leaf("RiskResponseDescription", &self.risk_response_description)
            .close()
            .leaf("ErrorCode", &self.error_code.to_string())
            .leaf("ErrorDescription", &self.error_description)
            .leaf("AlertCode", &self.alert_code)
            .leaf("AlertDescription", &self.alert_description);
        if let Some(details) = &self.order_reference_details {
            writer.raw(details);
        }
    }

    pub(super) fn read(inner: Element<'_>, result: Verdict, error_code: Code) -> Result<Report, ReadError> {
        let value = |name| answer::value(inner, name);
        let within = |outer, name| inner.child(outer).map_or_else(String::new, |found| answer::value(found, name));
        let events = inner.child("Events").into_iter().flat_map(Element::children);
        Ok(Report {
            result,
            state: state(&value("TransactionState"))?,
            shop_transaction_id: value("ShopTransactionID"),
            bank_transaction_id: value("BankTransactionID"),
            authorization_code: value("AuthorizationCode"),
            currency: value("Currency"),
            country: value("Country"),
            company: value("Company"),
            td_level: value("TDLevel"),
            events: events.filter(|event| event.local() == "event").map(Event::read).collect(),
            buyer_name: within("Buyer", "BuyerName"),
            buyer_email: within("Buyer", "BuyerEmail"),
            risk_response_code: within("RISK", "RiskResponseCode"),
            risk_response_description: within("RISK", "RiskResponseDescription"),
            error_code,
            error_description: value("ErrorDescription"),
            alert_code: value("AlertCode"),
            alert_description: value("AlertDescription"),
            order_reference_details: inner.child("OrderReferenceDetails").map(copy_without_namespace),
        })
    }
}

impl Event {
    fn write(&self, writer: &mut Writer) {
        writer
            .open("event")
            .leaf("eventtype", self.kind.as_str())
            .leaf("eventamount", &self.amount)
            .leaf("eventdate", &self.date)
            .leaf("eventARN", &self.arn)
            .leaf("eventID", &self.id)
            .close();
    }

    fn read(event: Element<'_>) -> Event {
        let value = |name| answer::value(event, name);
        Event {
            kind: EventKind::of(value("eventtype")),
            amount: value("eventamount"),
            date: value("eventdate"),
            arn: value("eventARN"),
            id: value("eventID"),
        }
    }
}

fn state(text: &str) -> Result<Option<State>, ReadError> {
    match text {
        "" => Ok(None),
        text => {
            let unknown = || ReadError::Value { element: "TransactionState", value: text.to_owned() };
            State::of(text).map(Some).ok_or_else(unknown)
        }
    }
}
