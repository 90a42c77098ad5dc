//! A gateway for these tests: answers what it was told to, over real HTTP on loopback.

mod money;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use wire::read_trx::{Event, Report, State as Movement};
use wire::{Code, Verdict, decrypt, encrypt, pagam, read_trx, soap};

use money::Reply;
pub use money::{Charging, Moving};

pub const SHOP: &str = "GESPAY00001";

/// What it was told, and what it was asked.
#[derive(Default)]
pub struct Told {
    pub down: bool,
    pub outcomes: BTreeMap<String, decrypt::Outcome>,
    pub reports: BTreeMap<String, Report>,
    pub encrypted: Vec<encrypt::Request>,
    pub decrypted: usize,
    pub read: usize,
    /// What becomes of the next charges; they are paid when nothing is said.
    pub charging: VecDeque<Charging>,
    pub charged: Vec<pagam::Request>,
    /// Identifiers that were tried.
    pub used: BTreeSet<String>,
    /// What becomes of the next movements; they are made when nothing is said.
    pub moving: VecDeque<Moving>,
    /// Operation, name and amount of each movement that was asked for.
    pub moved: Vec<(String, String, String)>,
    /// Tokens that were to be deleted.
    pub ended: Vec<String>,
    /// Whether tokens are unknown.
    pub tokens_are_gone: bool,
}

#[derive(Clone, Default)]
pub struct Gateway {
    told: Arc<Mutex<Told>>,
}

impl Gateway {
    /// Serves; the address is the client's base.
    pub async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        base
    }

    pub fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on `b` decrypts to this.
    pub fn outcome(&self, b: &str, id: &str, amount: &str, verdict: Verdict) {
        let code = if verdict == Verdict::Ko { Code::ABANDONED } else { Code::OK };
        let mut outcome = decrypt::Outcome::new(verdict, code);
        outcome.shop_transaction_id = id.into();
        outcome.bank_transaction_id = "117".into();
        outcome.currency = "242".into();
        outcome.amount = amount.into();
        self.told().outcomes.insert(b.into(), outcome);
    }

    /// From now on `b` decrypts to this, with a token.
    pub fn outcome_with_token(&self, b: &str, id: &str, amount: &str, token: &str) {
        self.outcome(b, id, amount, Verdict::Ok);
        self.told().outcomes.get_mut(b).expect("told").token = Some(token.into());
    }

    /// From now on callReadTrxS2S finds this.
    pub fn report(&self, id: &str, amount: &str, details: Option<&str>) {
        let mut report = report(id, Verdict::Ok, Code::OK);
        report.state = Some(Movement::Settled);
        report.events = vec![event(Movement::Authorized, amount), event(Movement::Settled, amount)];
        report.order_reference_details = details.map(str::to_owned);
        self.told().reports.insert(id.into(), report);
    }

    /// From now on callReadTrxS2S finds a payment that is authorized, and not settled.
    pub fn report_authorized(&self, id: &str, amount: &str) {
        self.report(id, amount, None);
        self.back_to_authorized(id);
    }

    /// From now on the transaction is authorized, and nothing has come after that.
    pub fn back_to_authorized(&self, id: &str) {
        let mut told = self.told();
        let report = told.reports.get_mut(id).expect("a transaction");
        report.state = Some(Movement::Authorized);
        report.events.truncate(1);
    }

    /// What Amazon has done with the money of a transaction: its last movement, in the report from
    /// now on.
    pub fn moves(&self, id: &str, state: Movement, amount: &str) {
        let mut told = self.told();
        let report = told.reports.get_mut(id).expect("a transaction");
        report.state = Some(state);
        report.events.push(event(state, amount));
    }

    /// From now on callReadTrxS2S finds a payment that is not decided.
    pub fn report_pending(&self, id: &str, details: Option<&str>) {
        let mut report = report(id, Verdict::Xx, Code::OK);
        report.order_reference_details = details.map(str::to_owned);
        self.told().reports.insert(id.into(), report);
    }
}

fn report(id: &str, verdict: Verdict, code: Code) -> Report {
    let mut report = Report::new(verdict, code);
    report.shop_transaction_id = id.into();
    report.bank_transaction_id = "117".into();
    report.currency = "242".into();
    report.company = "AMAZONPAY".into();
    report
}

fn event(kind: Movement, amount: &str) -> Event {
    let date = "24/11/26 04:05:06".into();
    Event { kind: kind.into(), amount: amount.into(), date, arn: String::new(), id: String::new() }
}

const FAULT: &str = "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault>\
    <faultcode>soap:Server</faultcode><faultstring>Server was unable to process request.</faultstring><detail/>\
    </soap:Fault></soap:Body></soap:Envelope>";

/// A German address with an empty first line, and an Irish one without a postcode.
pub const DETAILS: &str = "<OrderReferenceDetails><Destination><DestinationType>Physical</DestinationType>\
    <PhysicalDestination><Name>Anna Schmidt</Name><AddressLine1/><AddressLine2>Meininger Strasse 58</AddressLine2>\
    <City>Neunkirchen</City><PostalCode>66538</PostalCode><CountryCode>DE</CountryCode><Phone>0682 1</Phone>\
    </PhysicalDestination></Destination><BillingAddress><PhysicalAddress><Name>Sean O'Brien</Name>\
    <AddressLine1>12 Main Street</AddressLine1><City>Dingle</City><StateOrRegion>Co. Kerry</StateOrRegion>\
    <CountryCode>IE</CountryCode></PhysicalAddress></BillingAddress></OrderReferenceDetails>";

async fn answer(State(gateway): State<Gateway>, headers: HeaderMap, body: Bytes) -> Response {
    let mut told = gateway.told();
    if told.down {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    let envelope = soap::read(content_type, None, &body).expect("the SDK sends SOAP");
    let (namespace, operation) = envelope.operation();
    let inner = match operation {
        "Encrypt" => {
            let request = encrypt::Request::read(envelope.body()).expect("an Encrypt");
            let sealed = request.shop_transaction_id.clone().unwrap_or_default().replace('-', "_");
            told.encrypted.push(request);
            encrypt::Response::Ok(sealed).write()
        }
        "Decrypt" => {
            told.decrypted += 1;
            let request = decrypt::Request::read(envelope.body()).expect("a Decrypt");
            match told.outcomes.get(&request.crypted_string.unwrap_or_default()) {
                Some(outcome) => decrypt::Response::Outcome(Box::new(outcome.clone())).write(),
                None => decrypt::Response::Failed(failure(Code::SYSTEM)).write(),
            }
        }
        "callReadTrxS2S" => {
            told.read += 1;
            let request = read_trx::Request::read(envelope.body()).expect("a callReadTrxS2S");
            match told.reports.get(request.shop_transaction_id.as_deref().unwrap_or_default()) {
                Some(report) => read_trx::Response::Report(Box::new(report.clone())).write(),
                None => read_trx::Response::failed(&request, Code::NOT_FOUND, "").write(),
            }
        }
        _ => match money::answer(&mut told, operation, &envelope) {
            Reply::Inner(answer) => answer,
            Reply::Lost => return (StatusCode::INTERNAL_SERVER_ERROR, FAULT).into_response(),
            Reply::Busy(seconds) => {
                let pause = [("retry-after", seconds.to_string())];
                return (StatusCode::SERVICE_UNAVAILABLE, pause, FAULT).into_response();
            }
        },
    };
    soap::respond(envelope.version(), namespace, operation, &inner).into_response()
}

fn failure(code: Code) -> wire::Failure {
    wire::Failure { code, text: "Errore di Sistema".into() }
}
