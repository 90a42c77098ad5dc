//! The steps that bring a database up to date, the same for every engine.
//!
//! While a program is being replaced its old and its new version work on one database. So a step is
//! one of two kinds: most expand (a table, an index, a column that may be null or has a default),
//! and older programs do not notice; what takes something away waits until nobody needs it any
//! more, and somebody says so. SQL names its columns, so that new ones do not disturb it.

use std::ops::Range;

use crate::error::Error;

/// A step: its name, its SQL, its kind.
pub(crate) type Migration = (&'static str, &'static str, Kind);

/// What a step does to programs that do not know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Expand,
    /// They cannot work any more: the step adds a line to the table `needs`.
    Contract,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// As far as older programs do not notice.
    Expand,
    /// All: no older program runs.
    Contract,
}

/// Oldest first; a file, once released, is never edited.
pub(crate) const MIGRATIONS: [Migration; 8] = [
    ("0001_payments", include_str!("../migrations/0001_payments.sql"), Kind::Expand),
    ("0002_notices", include_str!("../migrations/0002_notices.sql"), Kind::Expand),
    ("0003_shops", include_str!("../migrations/0003_shops.sql"), Kind::Expand),
    ("0004_money", include_str!("../migrations/0004_money.sql"), Kind::Expand),
    ("0005_many_gateways", include_str!("../migrations/0005_many_gateways.sql"), Kind::Expand),
    ("0006_order_claims", include_str!("../migrations/0006_order_claims.sql"), Kind::Expand),
    ("0007_shop_settings", include_str!("../migrations/0007_shop_settings.sql"), Kind::Expand),
    ("0008_visits", include_str!("../migrations/0008_visits.sql"), Kind::Expand),
];

/// Which steps a database has seen.
pub(crate) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migrations (version BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (version))";

/// The last step that a database has seen, and how many a program must know.
pub(crate) const SEEN: &str = "SELECT COALESCE(MAX(version), 0) FROM migrations";
pub(crate) const NEEDED: &str = "SELECT COALESCE(MAX(steps), 0) FROM needs";

/// A step that brings a database up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number and what it is about, for example `0001_payments`.
    pub name: &'static str,
    /// Whether the database has seen it.
    pub is_done: bool,
    /// Whether it must wait until no program runs any more that does not know it.
    pub contracts: bool,
}

/// All steps of this program, of which a database has seen so many.
pub(crate) fn steps(seen: usize) -> Vec<Step> {
    let step = |(place, (name, _, kind)): (usize, Migration)| Step {
        name,
        is_done: place < seen,
        contracts: kind == Kind::Contract,
    };
    MIGRATIONS.into_iter().enumerate().map(step).collect()
}

/// Whether a database has seen more steps than this program knows.
pub(crate) fn is_ahead(seen: i64) -> bool {
    usize::try_from(seen).is_ok_and(|seen| seen > MIGRATIONS.len())
}

/// How many of this program's steps a database has seen that has seen so many, and needs so many.
///
/// # Errors
/// [`Error::SchemaTooNew`].
pub(crate) fn known(seen: i64, needed: i64) -> Result<usize, Error> {
    match (usize::try_from(seen), usize::try_from(needed)) {
        (Ok(seen), _) if seen <= MIGRATIONS.len() => Ok(seen),
        (Ok(_), Ok(needed)) if needed <= MIGRATIONS.len() => Ok(MIGRATIONS.len()),
        _ => Err(Error::SchemaTooNew { found: seen, known: i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX) }),
    }
}

/// # Errors
/// [`Error::Contract`] when this program cannot work before older ones are gone.
pub(crate) fn due(steps: &[Migration], seen: usize, extent: Extent) -> Result<Range<usize>, Error> {
    // Nobody works on a database that is not there yet.
    if extent == Extent::Contract || seen == 0 {
        return Ok(seen..steps.len());
    }
    let contracts = |(_, (_, _, kind)): &(usize, &Migration)| *kind == Kind::Contract;
    let Some((end, (name, _, _))) = steps.iter().enumerate().skip(seen).find(contracts) else {
        return Ok(seen..steps.len());
    };
    match steps[end..].iter().any(|(_, _, kind)| *kind == Kind::Expand) {
        true => Err(Error::Contract(name)),
        false => Ok(seen..end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const E: Migration = ("expands", "", Kind::Expand);
    const C: Migration = ("contracts", "", Kind::Contract);

    #[test]
    fn what_takes_something_away_waits_until_it_is_said() {
        let steps = [E, E, E, C, C];
        assert_eq!(due(&steps, 1, Extent::Expand).expect("old programs go on"), 1..3);
        assert_eq!(due(&steps, 3, Extent::Expand).expect("old programs go on"), 3..3);
        assert_eq!(due(&steps, 3, Extent::Contract).expect("they are gone"), 3..5);
        assert_eq!(due(&steps, 0, Extent::Expand).expect("a new database"), 0..5);
    }

    #[test]
    fn a_program_that_needs_a_step_behind_one_that_waits_does_not_start() {
        let steps = [E, C, E];
        assert!(matches!(due(&steps, 1, Extent::Expand), Err(Error::Contract("contracts"))));
        assert_eq!(due(&steps, 1, Extent::Contract).expect("older programs are gone"), 1..3);
        assert_eq!(due(&steps, 2, Extent::Expand).expect("it is done"), 2..3);
    }

    #[test]
    fn a_database_may_be_ahead_while_it_needs_no_more_than_is_known_here() {
        let ours = i64::try_from(MIGRATIONS.len()).expect("few");
        assert_eq!(known(ours - 1, 0).expect("behind"), MIGRATIONS.len() - 1);
        assert_eq!(known(ours + 2, ours).expect("expanded"), MIGRATIONS.len());
        assert!(matches!(known(ours + 2, ours + 1), Err(Error::SchemaTooNew { .. })));
        assert!(known(-1, 0).is_err());
    }
}
