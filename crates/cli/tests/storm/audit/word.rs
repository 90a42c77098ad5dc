//! The gateway's word on a transaction: an answer of callReadTrxS2S, added up.

use wire::Verdict;
use wire::read_trx::{EventKind, Response, State};

/// What the gateway says.
#[derive(Debug, Default)]
pub struct Word {
    /// Nothing when the gateway knows of no such transaction.
    pub verdict: Option<Verdict>,
    pub state: Option<State>,
    /// The gateway's number.
    pub number: String,
    /// Nothing unless it is paid.
    pub authorized_minor: Option<i64>,
    pub captured_minor: i64,
    pub refunded_minor: i64,
}

impl Word {
    pub fn read(answer: &str) -> Word {
        let report = match Response::read(answer).expect("an answer") {
            Response::Report(report) => report,
            Response::NotFound(_) => return Word::default(),
            Response::Failed(failure) => panic!("the gateway does not answer in calm: {failure:?}"),
        };
        let minor = |text: &str| wire::amount::parse(text, wire::Currency::EUR).unwrap_or(0);
        let sum = |state: State| {
            let of_kind = report.events.iter().filter(|event| event.kind == EventKind::State(state));
            of_kind.map(|event| minor(&event.amount)).sum()
        };
        Word {
            verdict: Some(report.result),
            state: report.state.filter(|_| report.result == Verdict::Ok),
            number: report.bank_transaction_id.clone(),
            authorized_minor: (report.result == Verdict::Ok).then(|| sum(State::Authorized)),
            captured_minor: sum(State::Settled),
            refunded_minor: sum(State::Refunded),
        }
    }
}
