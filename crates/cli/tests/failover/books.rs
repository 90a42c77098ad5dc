//! What callers and buyers were told, by the stopwatch; how long nobody was paid around each cut.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use pagam_cli::clock::Stopwatch;

use crate::aloud::say;
use crate::audit::{Told, Verdict};

/// Fewer than a gateway turns away that stops while requests are on their way to it.
const TURNED_AWAY_IN_CALM_MOST: usize = 3;

/// The books of one run. A clone is the same ones.
#[derive(Clone)]
pub struct Books {
    watch: Stopwatch,
    diary: Arc<File>,
    pages: Arc<Mutex<Pages>>,
}

#[derive(Default)]
struct Pages {
    told: Vec<Told>,
    /// When somebody was told that he has paid.
    paid_at: Vec<Duration>,
    troubles: Vec<Trouble>,
    turned_away: Vec<TurnedAway>,
    uncertain: Vec<String>,
}

/// Something that the test did, from then until all was well again.
struct Trouble {
    what: String,
    /// Whether nobody should notice it.
    is_gentle: bool,
    from: Duration,
    until: Option<Duration>,
}

/// A buyer or a caller who got no answer that tells him how it ended.
struct TurnedAway {
    from: Duration,
    until: Duration,
}

impl Books {
    /// Why people were turned away is written into the file.
    pub fn new(diary: &Path) -> Books {
        let diary = File::create(diary).expect("a file");
        Books { watch: Stopwatch::start(), diary: Arc::new(diary), pages: Arc::default() }
    }

    /// Since the start of the run.
    pub fn now(&self) -> Duration {
        self.watch.elapsed()
    }

    pub fn told(&self, told: Told) {
        let now = self.now();
        let mut pages = self.pages();
        if told.verdict == Verdict::Paid {
            pages.paid_at.push(now);
        }
        pages.told.push(told);
    }

    /// Of somebody who began at `from`.
    pub fn turned_away(&self, from: Duration, why: &str) {
        let until = self.now();
        let (began_s, ended_s) = (from.as_secs_f64(), until.as_secs_f64());
        writeln!(&*self.diary, "{began_s:.1} to {ended_s:.1} s: {why}").expect("written");
        self.pages().turned_away.push(TurnedAway { from, until });
    }

    /// A charge of which the caller does not know whether it was made.
    pub fn uncertain(&self, id: &str) {
        self.pages().uncertain.push(id.to_owned());
    }

    /// Something that people notice.
    pub fn begin_trouble(&self, what: String) {
        self.begin(what, false);
    }

    /// Something that nobody should notice.
    pub fn begin_gentle(&self, what: String) {
        self.begin(what, true);
    }

    fn begin(&self, what: String, is_gentle: bool) {
        let from = self.now();
        say(format_args!("{:>6.1} s  {what}", from.as_secs_f64()));
        self.pages().troubles.push(Trouble { what, is_gentle, from, until: None });
    }

    pub fn end_trouble(&self) {
        let until = self.now();
        self.pages().troubles.last_mut().expect("it began").until = Some(until);
    }

    /// How many were told that they have paid.
    pub fn paid(&self) -> usize {
        self.pages().paid_at.len()
    }

    pub fn all_told(&self) -> Vec<Told> {
        self.pages().told.clone()
    }

    pub fn all_uncertain(&self) -> Vec<String> {
        self.pages().uncertain.clone()
    }

    /// A busy machine may be to blame for a few who are turned away though nothing is wrong; for
    /// more it is the gateway.
    pub fn findings(&self) -> Vec<String> {
        let in_calm = self.pages().turned_away_in_calm();
        let many =
            (in_calm > TURNED_AWAY_IN_CALM_MOST).then(|| format!("{in_calm} turned away while nothing was wrong"));
        many.into_iter().collect()
    }

    /// For people.
    pub fn summary(&self) -> String {
        let pages = self.pages();
        let mut lines: Vec<String> = pages.troubles.iter().map(|trouble| pages.told_of(trouble)).collect();
        let (paid, uncertain) = (pages.paid_at.len(), pages.uncertain.len());
        let refused = pages.told.iter().filter(|told| told.verdict == Verdict::Refused).count();
        lines.push(format!("{} turned away while nothing was wrong", pages.turned_away_in_calm()));
        lines.push(format!("told {paid} times paid, {refused} refused; {uncertain} charges had no answer at first"));
        lines.join("\n")
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.pages.lock().expect("whole")
    }
}

impl Pages {
    fn turned_away_in_calm(&self) -> usize {
        let rough = |one: &TurnedAway| self.troubles.iter().any(|trouble| !trouble.is_gentle && trouble.overlaps(one));
        self.turned_away.iter().filter(|one| !rough(one)).count()
    }

    fn told_of(&self, trouble: &Trouble) -> String {
        format!(
            "{:<46} nobody paid for {:>4.1} s, {:>3} turned away, all well after {:>4.1} s",
            trouble.what,
            self.gap(trouble).as_secs_f64(),
            self.turned_away.iter().filter(|one| trouble.overlaps(one)).count(),
            trouble.until.map_or(0.0, |until| (until - trouble.from).as_secs_f64())
        )
    }

    /// The longest time between two who were told that they have paid, from the last one before the trouble to its end.
    fn gap(&self, trouble: &Trouble) -> Duration {
        let mut paid_at = self.paid_at.clone();
        paid_at.sort();
        let until = trouble.until.unwrap_or(Duration::MAX);
        let around = paid_at.windows(2).filter(|pair| pair[1] >= trouble.from && pair[0] < until);
        around.map(|pair| pair[1].min(until) - pair[0]).max().unwrap_or_default()
    }
}

impl Trouble {
    /// Whether it may be why somebody was turned away.
    fn overlaps(&self, one: &TurnedAway) -> bool {
        self.from <= one.until && self.until.is_none_or(|until| one.from <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// A kill from second 10 to 40, and people who were turned away so often from and until these seconds.
    fn books(turned_away: (u64, u64), times: usize) -> Books {
        let books = Books::new(Path::new("/dev/null"));
        let mut pages = books.pages();
        pages.paid_at = [1, 2, 9, 30, 31, 50].map(at).to_vec();
        for (what, is_gentle, from, until) in [("a kill", false, 10, 40), ("a release", true, 45, 48)] {
            pages.troubles.push(Trouble { what: what.into(), is_gentle, from: at(from), until: Some(at(until)) });
        }
        let (from, until) = (at(turned_away.0), at(turned_away.1));
        pages.turned_away.extend((0..times).map(|_| TurnedAway { from, until }));
        drop(pages);
        books
    }

    #[test]
    fn the_gap_is_the_longest_one_around_the_cut() {
        let summary = books((12, 13), 1).summary();
        assert!(summary.contains("nobody paid for 21.0 s,   1 turned away"), "{summary}");
    }

    #[test]
    fn who_is_turned_away_in_calm_or_by_a_release_is_found() {
        for (turned_away, is_wrong) in [((12, 13), false), ((8, 11), false), ((2, 3), true), ((46, 47), true)] {
            let many = TURNED_AWAY_IN_CALM_MOST + 1;
            assert_eq!(!books(turned_away, many).findings().is_empty(), is_wrong, "{turned_away:?}");
            assert_eq!(books(turned_away, many - 1).findings(), [""; 0], "{turned_away:?}");
        }
    }
}
