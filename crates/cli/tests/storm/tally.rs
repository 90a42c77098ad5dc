//! What the storm came across: a storm in which nobody paid has shown nothing.

use std::fmt::{self, Display, Formatter};
use std::ops::AddAssign;

use wire::Verdict;
use wire::movement::Kind;

use crate::shop::Books;

/// Counts of one seed, or of many.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub seeds: u64,
    pub kills: u64,
    pub told_paid: u64,
    pub told_refused: u64,
    pub told_pending: u64,
    pub settled: u64,
    pub refunded: u64,
    pub deleted: u64,
    pub tokens: u64,
    pub tokens_ended: u64,
}

impl Tally {
    pub fn of(books: &Books, kills: u64) -> Tally {
        let told = |verdict: Verdict| count(books.told.iter().filter(|told| told.verdict == verdict));
        let moved = |kind: Kind| count(books.moved.iter().filter(|moved| moved.kind == kind && moved.code == 0));
        Tally {
            seeds: 1,
            kills,
            told_paid: told(Verdict::Ok),
            told_refused: told(Verdict::Ko),
            told_pending: told(Verdict::Xx),
            settled: moved(Kind::Settle),
            refunded: moved(Kind::Refund),
            deleted: moved(Kind::Delete),
            tokens: count(books.permissions.iter()),
            tokens_ended: count(books.permissions.iter().filter(|permission| permission.is_ended)),
        }
    }

    /// What never happened, though it should have been tried.
    pub fn missing(&self) -> Vec<&'static str> {
        let Tally { kills, told_paid, told_refused, told_pending, settled, refunded, deleted, tokens_ended, .. } =
            *self;
        let all = [
            ("a kill", kills),
            ("a payment", told_paid),
            ("a refusal", told_refused),
            ("a pending payment", told_pending),
            ("a settlement", settled),
            ("a refund", refunded),
            ("a deletion", deleted),
            ("the end of a token", tokens_ended),
        ];
        all.into_iter().filter(|(_, count)| *count == 0).map(|(what, _)| what).collect()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.seeds += other.seeds;
        self.kills += other.kills;
        self.told_paid += other.told_paid;
        self.told_refused += other.told_refused;
        self.told_pending += other.told_pending;
        self.settled += other.settled;
        self.refunded += other.refunded;
        self.deleted += other.deleted;
        self.tokens += other.tokens;
        self.tokens_ended += other.tokens_ended;
    }
}

impl Display for Tally {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} seeds, {} kills; told {} times OK, {} KO, {} XX; {} settlements, {} refunds, {} deletions, {} tokens, \
             {} of them ended",
            self.seeds,
            self.kills,
            self.told_paid,
            self.told_refused,
            self.told_pending,
            self.settled,
            self.refunded,
            self.deleted,
            self.tokens,
            self.tokens_ended
        )
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> u64 {
    of.count() as u64
}
