//! Everything the simulator knows: objects in memory, written through to a file. A [`Unit`] is all
//! or nothing.

mod agreements;
mod contract;
mod database;
mod descriptor;
mod domain;
mod moves;
mod object;
mod people;
mod period;
mod ripening;
mod rules;
mod sums;
mod tables;
mod unit;

use std::path::Path;

pub use contract::Contract;
pub use domain::PaymentDomain;
pub use object::{
    AgreementAttributes, Attributes, Authorization, BillingAgreement, Capture, Challenge, Choice, Decline, Due, Fate,
    Limits, Money, Movement, NoMoney, OrderReference, Outcome, Place, Reason, Reference, Refund, Standing, State, Step,
};
pub use people::{Buyer, BuyerAddress, Client, Consent, Developer, Permission, Seller, Session, Token};
pub use rules::{
    ASYNCHRONOUS_MS, AUTHORIZATIONS_MOST, IMMEDIATE_MS, ORDER_MS, REFUNDS_MOST, SINGLE_AMOUNT_MINOR, allowance,
    authorization_ms, minutes,
};
pub use tables::{Kept, Tables};
pub use unit::Unit;

use database::Database;

// What notifications are made of.
pub use object::Change;

/// Why the ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite failed.
    #[error("the simulator's database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A row holds what no simulator writes.
    #[error("the object {kind} {key} makes no sense: {why}")]
    Nonsense {
        kind: String,
        key: String,
        /// What is wrong with it.
        why: String,
    },
    /// The file belongs to a newer simulator.
    #[error("the file has version {found}, this program knows version {known}")]
    TooNew { found: i64, known: i64 },
}

/// All objects and, when they are kept, the file.
pub struct Ledger {
    tables: Tables,
    database: Option<Database>,
}

impl Ledger {
    /// Opens the file and reads it whole, or starts empty in memory.
    ///
    /// # Errors
    /// When the file cannot be opened, is of a newer program or makes no sense.
    pub fn open(path: Option<&Path>) -> Result<Ledger, Error> {
        let mut tables = Tables::default();
        let database = path.map(Database::open).transpose()?;
        if let Some(database) = &database {
            database.read(&mut tables)?;
        }
        Ok(Ledger { tables, database })
    }

    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Does `work` as one unit: kept durably when it answers `Ok`, undone when it answers `Err` or
    /// the file refuses.
    ///
    /// # Errors
    /// Those of `work`, and those of the file.
    pub fn work<T, E: From<Error>>(&mut self, work: impl FnOnce(&mut Unit<'_>) -> Result<T, E>) -> Result<T, E> {
        let mut unit = Unit::begin(&mut self.tables);
        let answer = work(&mut unit)?;
        if let Some(database) = &mut self.database {
            database.write(unit.writes()).map_err(Error::from)?;
        }
        unit.keep();
        Ok(answer)
    }
}
