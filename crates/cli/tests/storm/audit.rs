//! The auditor. Reads Amazon's ledger, the shop's books and what callReadTrxS2S says, and nothing
//! of the gateway's rules.

mod automatic;
mod ledger;
mod orders;
mod word;

use std::collections::BTreeMap;

use serde_json::Value;
use testkit::ledger::{Charge, Ledger};
use wire::Verdict;
use wire::movement::Kind;
use wire::read_trx::State;

use self::ledger::Judged;
use self::word::Word;
use crate::lives::Message;
use crate::shop::{Books, Sale, Told, Way};

/// What is not done though nothing goes wrong any more.
#[derive(Debug, Default)]
pub struct Left {
    pub asked: Vec<String>,
    pub closing: Vec<String>,
    pub open: Vec<String>,
    pub automatic: Vec<String>,
    pub is_notice_due: bool,
    /// The agreements behind the shop's tokens, which only the gateway knows.
    pub agreements: BTreeMap<String, String>,
    pub stories: usize,
    pub is_gate_busy: bool,
}

impl Left {
    pub fn is_nothing(&self) -> bool {
        self.findings().is_empty()
    }

    fn findings(&self) -> Vec<String> {
        let mut findings = Vec::new();
        let mut of = |what: &str, list: &[String]| findings.extend(list.iter().map(|one| format!("{what}: {one}")));
        of("Amazon still owes an answer", &self.asked);
        of("an agreement is still not closed", &self.closing);
        of("a visit is still open", &self.open);
        of("an automatic operation is still to come", &self.automatic);
        if self.is_notice_due {
            findings.push("a notice is still due".to_owned());
        }
        if self.stories > 0 || self.is_gate_busy {
            findings.push(format!("{} stories have no end; the gate is busy: {}", self.stories, self.is_gate_busy));
        }
        findings
    }
}

/// One transaction from all sides.
struct Case<'c> {
    id: &'c str,
    sale: &'c Sale,
    charges: Vec<&'c Charge>,
    word: Word,
    told: Vec<&'c Told>,
    books: &'c Books,
}

/// Everything that is wrong. `ask` puts a question to the gateway and gives its answer.
pub fn findings(ledger: &Value, books: &Books, left: &Left, ask: impl Fn(&Message) -> String) -> Vec<String> {
    let ledger = Ledger::read(ledger);
    let mut findings = left.findings();
    findings.extend(books.complaints.iter().cloned());
    for (id, sale) in &books.sales {
        let case = Case {
            id,
            sale,
            charges: ledger.charges().filter(|charge| charge.seller_order_id == *id).collect(),
            word: Word::read(&ask(&crate::stories::read(id))),
            told: books.told.iter().filter(|told| told.transaction == *id).collect(),
            books,
        };
        let wrong = [
            case.of_charges(),
            case.of_money(),
            case.of_outcome(),
            case.of_hearing(),
            case.of_moves(),
            case.of_automatic(),
        ];
        findings.extend(wrong.concat().into_iter().map(|what| format!("{id}: {what}; {}", case.told_in_short())));
    }
    findings.extend(orders::paid_twice(&ledger, books));
    let strange = ledger.charges().filter(|charge| !books.sales.contains_key(&charge.seller_order_id));
    findings.extend(strange.map(|charge| format!("nobody asked for {charge:?}")));
    for permission in books.permissions.iter().filter(|permission| permission.is_ended) {
        match left.agreements.get(&permission.token) {
            None => findings.push("the gateway has forgotten a token".to_owned()),
            Some(agreement) if ledger.agreement(agreement).is_some_and(|it| it.state != "Closed") => {
                findings.push(format!("{agreement}: the token is deleted and the agreement is open"));
            }
            Some(_) => {}
        }
    }
    findings
}

/// What Amazon has taken of all buyers.
pub fn taken_minor(ledger: &Value) -> i64 {
    Ledger::read(ledger).charges().map(|charge| charge.captured_minor).sum()
}

impl Case<'_> {
    /// At Amazon alone: charged once, of the right amount, and never more taken than promised.
    fn of_charges(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let approved: Vec<_> = self.charges.iter().filter(|charge| charge.is_approved()).collect();
        if approved.len() > 1 {
            wrong.push(format!("charged {} times: {approved:?}", approved.len()));
        }
        for charge in &self.charges {
            if charge.is_pending() {
                wrong.push(format!("Amazon has not decided: {charge:?}"));
            }
            if charge.amount_minor != self.sale.minor {
                wrong.push(format!("another amount than {}: {charge:?}", self.sale.minor));
            }
            // The seller may give back by hand what the shop has given back already.
            let asked_back = charge.refunded_minor - charge.refunded_by_hand_minor;
            if charge.captured_minor > charge.amount_minor || asked_back > charge.captured_minor {
                wrong.push(format!("more than there was: {charge:?}"));
            }
        }
        wrong
    }

    /// The gateway's word and Amazon's ledger, to the cent.
    fn of_money(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let total = |of: fn(&Charge) -> i64| self.charges.iter().map(|charge| of(charge)).sum::<i64>();
        let (captured, refunded) = (total(|charge| charge.captured_minor), total(|charge| charge.refunded_minor));
        let (by_hand, back_by_hand) =
            (total(|charge| charge.captured_by_hand_minor), total(|charge| charge.refunded_by_hand_minor));
        // What the seller did by hand may be seen or not; nothing tells the gateway of it.
        if !(captured - by_hand..=captured).contains(&self.word.captured_minor) {
            wrong.push(format!("Amazon has taken {captured}, the gateway says {}", self.word.captured_minor));
        }
        if !(refunded - back_by_hand..=refunded).contains(&self.word.refunded_minor) {
            wrong.push(format!("Amazon has given back {refunded}, the gateway says {}", self.word.refunded_minor));
        }
        if let Some(told) = self.word.authorized_minor
            && told != if self.sale.is_only_permission { 0 } else { self.sale.minor }
        {
            wrong.push(format!("the gateway says that {told} was authorized, not {}", self.sale.minor));
        }
        if let Some(state) = self.word.state.filter(|_| !self.is_touched()) {
            let open = self.charges.iter().any(|charge| charge.is_open());
            let fits = match state {
                State::Authorized => captured == 0,
                State::Settled => captured > 0 && refunded == 0,
                State::Booked => false,
                State::Cancelled => captured == 0 && !open,
                State::Refunded => refunded > 0,
            };
            if !fits {
                wrong.push(format!("the gateway says {state:?} of {:?}", self.charges));
            }
        }
        wrong
    }

    fn is_touched(&self) -> bool {
        self.charges.iter().any(|charge| charge.is_touched())
    }

    /// Paid, and Amazon has promised the money; or not, and Amazon holds nothing.
    fn of_outcome(&self) -> Vec<String> {
        let approved = self.charges.iter().filter(|charge| charge.is_approved()).count();
        // What the seller takes by hand of a payment that comes to nothing is between him and the buyer.
        let taken = |charge: &Charge| charge.captured_minor > charge.captured_by_hand_minor;
        let holds = self.charges.iter().any(|charge| charge.is_open() || taken(charge));
        match self.word.verdict {
            Some(Verdict::Ok) if self.sale.is_only_permission && !holds => Vec::new(),
            Some(Verdict::Ok) if approved == 0 => vec!["paid, and Amazon has promised nothing".to_owned()],
            Some(Verdict::Ko) if holds => vec![format!("refused, and Amazon holds {:?}", self.charges)],
            Some(Verdict::Xx) => vec!["left undecided".to_owned()],
            None if !self.charges.is_empty() => vec![format!("the gateway knows nothing of {:?}", self.charges)],
            Some(Verdict::Ok | Verdict::Ko) | None => Vec::new(),
        }
    }

    /// The shop has heard what is true, and nothing else.
    fn of_hearing(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let of_the_payment = |told: &&&Told| told.number == self.word.number && !told.number.is_empty();
        let finals: Vec<_> =
            self.told.iter().filter(of_the_payment).filter(|told| told.verdict != Verdict::Xx).collect();
        if let Some(verdict) = self.word.verdict.filter(|verdict| *verdict != Verdict::Xx) {
            if finals.is_empty() {
                wrong.push(format!("{verdict:?}, and the shop never heard it"));
            }
            wrong.extend(
                finals
                    .iter()
                    .filter(|told| told.verdict != verdict)
                    .map(|told| format!("{verdict:?}, and told {told:?}")),
            );
        }
        for told in &self.told {
            if told.number != self.word.number {
                // Of another visit only its end may be told, and no money.
                let is_given_up = told.verdict == Verdict::Ko && told.number.is_empty() && self.sale.visits > 0;
                if !is_given_up {
                    wrong.push(format!("told of another payment than number {}: {told:?}", self.word.number));
                }
                if self.sale.tries == 1 && self.word.verdict.is_some() {
                    wrong.push(format!("one try and two stories: {told:?}"));
                }
            }
            if wire::amount::parse(&told.amount, wire::Currency::EUR) != Ok(self.sale.minor) {
                wrong.push(format!("another amount than {}: {told:?}", self.sale.minor));
            }
        }
        let was_left = self.word.verdict.is_none() && self.sale.visits > 0 && self.books_know_visit();
        if was_left && self.told.is_empty() {
            wrong.push("the visit is over, and the shop never heard of it".to_owned());
        }
        wrong
    }

    /// Whether a buyer acted on the page: then the end of the visit must be told.
    fn books_know_visit(&self) -> bool {
        self.books.begun.contains(self.id)
    }

    /// What was accepted happened, once; what was refused did not.
    fn of_moves(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let accepted = |kind: Kind| {
            let of_kind = move |moved: &&crate::shop::Moved| moved.transaction == self.id && moved.kind == kind;
            self.books.moved.iter().filter(of_kind).filter(|moved| moved.code == 0)
        };
        let refunded: i64 = self.charges.iter().map(|charge| charge.refunded_minor).sum();
        let captured: i64 = self.charges.iter().map(|charge| charge.captured_minor).sum();
        let given: i64 = accepted(Kind::Refund).map(|moved| moved.minor).sum();
        let back_by_hand: i64 = self.charges.iter().map(|charge| charge.refunded_by_hand_minor).sum();
        let is_declined = self.charges.iter().any(|charge| charge.has_declined_refund);
        let missing_is_explained = self.sale.is_late || is_declined || self.is_touched();
        if given < refunded - back_by_hand || (given > refunded && !missing_is_explained) {
            wrong.push(format!("the shop has given back {given}, Amazon {refunded}"));
        }
        if let Some(settled) = accepted(Kind::Settle).next()
            && captured != settled.minor
            && self.word.state != Some(State::Cancelled)
            && !self.is_touched()
            && !(captured == 0 && self.charges.iter().any(|charge| charge.has_declined_capture))
        {
            wrong.push(format!("the shop has settled {}, Amazon has taken {captured}", settled.minor));
        }
        let may_settle = !self.books.is_separated
            || self.books.automatic == Some(payments::AutomaticAct::Settle)
            || accepted(Kind::Settle).next().is_some();
        if captured > 0 && !may_settle && !self.is_touched() {
            wrong.push(format!("no settlement was accepted, and Amazon has taken {captured}"));
        }
        let is_deleted = accepted(Kind::Delete).next().is_some() && !self.is_touched();
        if is_deleted && (captured > 0 || self.charges.iter().any(|it| it.is_open())) {
            wrong.push(format!("the shop has deleted {:?}", self.charges));
        }
        wrong
    }

    fn told_in_short(&self) -> String {
        let told = self.told.iter().map(|told| {
            let way = match told.way {
                Way::Notice => "notice",
                Way::Browser => "browser",
                Way::Answer => "answer",
            };
            format!("{way} {:?} {} {}", told.verdict, told.code, told.number)
        });
        format!("told [{}]", told.collect::<Vec<_>>().join(", "))
    }
}
