//! What the storm came across: a storm in which nobody paid has shown nothing.

use std::fmt::{self, Display, Formatter};
use std::ops::AddAssign;

use wire::Verdict;
use wire::movement::Kind;

use crate::lives::Lives;
use crate::place::Engine;
use crate::shop::Books;

/// Counts of one seed, or of many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub seeds: u64,
    pub kills: u64,
    /// Times that the database was out of reach.
    pub outages: u64,
    /// Times that Amazon refused the whole account, or cut calls off.
    pub troubles: u64,
    /// What the seller did by hand at Amazon.
    pub hands: u64,
    /// Charges of an order that was refused before under another identifier.
    pub orders_again: u64,
    /// Money that Amazon has taken, in cents.
    pub taken_minor: i64,
    pub told_paid: u64,
    pub told_refused: u64,
    pub told_pending: u64,
    pub settled: u64,
    pub refunded: u64,
    pub deleted: u64,
    pub tokens: u64,
    pub tokens_ended: u64,
    /// COMMITs that never reached a server; those that did, and whose answer nobody heard; and
    /// whatever else broke on the way.
    pub commits_lost: u64,
    pub commits_unheard: u64,
    pub breaks: u64,
    /// Questions that did not reach a server while nothing did.
    pub unreached: u64,
    /// Of `kills`, those while a server owed an answer.
    pub kills_amid: u64,
}

impl Tally {
    pub fn of(books: &Books, lives: &Lives) -> Tally {
        let [commits_lost, commits_unheard, breaks, kills_amid, unreached] = lives.breaks().counts();
        let told = |verdict: Verdict| count(books.told.iter().filter(|told| told.verdict == verdict));
        let moved = |kind: Kind| count(books.moved.iter().filter(|moved| moved.kind == kind && moved.code == 0));
        Tally {
            seeds: 1,
            kills: lives.kills(),
            outages: lives.outages(),
            orders_again: count(books.sales.iter().filter(|(id, sale)| **id != sale.order)),
            troubles: 0,
            hands: 0,
            taken_minor: 0,
            told_paid: told(Verdict::Ok),
            told_refused: told(Verdict::Ko),
            told_pending: told(Verdict::Xx),
            settled: moved(Kind::Settle),
            refunded: moved(Kind::Refund),
            deleted: moved(Kind::Delete),
            tokens: count(books.permissions.iter()),
            tokens_ended: count(books.permissions.iter().filter(|permission| permission.is_ended)),
            commits_lost,
            commits_unheard,
            breaks,
            kills_amid,
            unreached,
        }
    }

    /// What never happened, though it should have been tried.
    pub fn missing(&self, engine: Engine) -> Vec<&'static str> {
        let all = [
            ("a kill", self.kills),
            ("an outage of the database", self.outages),
            ("a trouble of the whole account", self.troubles),
            ("a movement by hand", self.hands),
            ("an order that was charged again after a KO", self.orders_again),
            ("a payment", self.told_paid),
            ("a refusal", self.told_refused),
            ("a pending payment", self.told_pending),
            ("a settlement", self.settled),
            ("a refund", self.refunded),
            ("a deletion", self.deleted),
            ("the end of a token", self.tokens_ended),
        ];
        let on_the_way = [
            ("a COMMIT that did not arrive", self.commits_lost),
            ("a COMMIT whose answer was not heard", self.commits_unheard),
            ("another break of a connection", self.breaks),
            ("a server out of reach", self.unreached),
            ("a kill while the server owed an answer", self.kills_amid),
        ];
        let on_the_way = on_the_way.into_iter().filter(|_| engine == Engine::Postgres);
        all.into_iter().chain(on_the_way).filter(|(_, count)| *count == 0).map(|(what, _)| what).collect()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.seeds += other.seeds;
        self.kills += other.kills;
        self.outages += other.outages;
        self.troubles += other.troubles;
        self.hands += other.hands;
        self.orders_again += other.orders_again;
        self.taken_minor += other.taken_minor;
        self.told_paid += other.told_paid;
        self.told_refused += other.told_refused;
        self.told_pending += other.told_pending;
        self.settled += other.settled;
        self.refunded += other.refunded;
        self.deleted += other.deleted;
        self.tokens += other.tokens;
        self.tokens_ended += other.tokens_ended;
        self.commits_lost += other.commits_lost;
        self.commits_unheard += other.commits_unheard;
        self.breaks += other.breaks;
        self.kills_amid += other.kills_amid;
        self.unreached += other.unreached;
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} seeds, {} kills, {} outages, {} troubles at Amazon, {} acts by hand; told {} times OK, {} KO, {} XX; {} orders charged again after a KO; {} settlements, \
             {} refunds, {} deletions, {} tokens, {} of them ended; {} cents taken",
            self.seeds,
            self.kills,
            self.outages,
            self.troubles,
            self.hands,
            self.told_paid,
            self.told_refused,
            self.told_pending,
            self.orders_again,
            self.settled,
            self.refunded,
            self.deleted,
            self.tokens,
            self.tokens_ended,
            self.taken_minor
        )?;
        match self.commits_lost + self.commits_unheard + self.breaks + self.kills_amid + self.unreached {
            0 => Ok(()),
            _ => write!(
                f,
                "; {} COMMITs did not arrive, {} were not heard of, {} other breaks, {} questions without a server, {} kills \
                 before an answer",
                self.commits_lost, self.commits_unheard, self.breaks, self.unreached, self.kills_amid
            ),
        }
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> u64 {
    of.count() as u64
}
