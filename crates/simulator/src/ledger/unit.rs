//! One unit of work on the ledger: changes are seen at once, and all of them are undone unless they
//! are kept.

use super::tables::{Kept, Tables};

type Undo = Box<dyn FnOnce(&mut Tables) + Send>;

/// One row to write; no value: the row goes.
pub struct Write {
    pub kind: &'static str,
    pub key: String,
    /// The object as JSON.
    pub value: Option<String>,
}

/// Changes that belong together. Dropped without [`Unit::keep`], in a panic too, it puts everything
/// back.
pub struct Unit<'t> {
    tables: &'t mut Tables,
    undo: Vec<Undo>,
    writes: Vec<Write>,
}

impl<'t> Unit<'t> {
    /// Begins with nothing changed.
    pub(super) fn begin(tables: &'t mut Tables) -> Unit<'t> {
        Unit { tables, undo: Vec::new(), writes: Vec::new() }
    }

    /// Keeps an object, new or changed.
    pub fn put<T: Kept>(&mut self, object: T) {
        let key = object.key();
        // Structs of texts and numbers: there is nothing in them that JSON cannot say.
        let value = serde_json::to_string(&object).expect("an object of the ledger is JSON");
        self.writes.push(Write { kind: T::KIND, key: key.clone(), value: Some(value) });
        let before = T::table_mut(self.tables).insert(key.clone(), object);
        self.undo.push(Box::new(move |tables| restore(tables, key, before)));
    }

    pub fn remove<T: Kept>(&mut self, key: &str) {
        if let Some(before) = T::table_mut(self.tables).remove(key) {
            let key = key.to_owned();
            self.writes.push(Write { kind: T::KIND, key: key.clone(), value: None });
            self.undo.push(Box::new(move |tables| restore(tables, key, Some(before))));
        }
    }

    /// What is known, the unit's own changes included.
    pub fn tables(&self) -> &Tables {
        self.tables
    }

    /// A copy of an object, to be changed and put back.
    pub fn find<T: Kept>(&self, key: &str) -> Option<T> {
        T::table(self.tables).get(key).cloned()
    }

    pub(super) fn writes(&self) -> &[Write] {
        &self.writes
    }

    pub(super) fn keep(mut self) {
        self.undo.clear();
    }
}

impl Drop for Unit<'_> {
    fn drop(&mut self) {
        while let Some(undo) = self.undo.pop() {
            undo(self.tables);
        }
    }
}

fn restore<T: Kept>(tables: &mut Tables, key: String, before: Option<T>) {
    let table = T::table_mut(tables);
    match before {
        Some(object) => table.insert(key, object),
        None => table.remove(&key),
    };
}

#[cfg(test)]
mod tests {
    use super::super::{Error, Ledger, PaymentDomain, Seller};

    fn seller(name: &str) -> Seller {
        Seller { id: "A1".to_owned(), name: name.to_owned(), payment_domain: PaymentDomain::default() }
    }

    fn name(ledger: &Ledger) -> Option<&str> {
        ledger.tables().sellers.get("A1").map(|seller| seller.name.as_str())
    }

    fn refused() -> Error {
        Error::TooNew { found: 2, known: 1 }
    }

    #[test]
    fn a_unit_that_fails_leaves_everything_as_it_was() {
        let mut ledger = Ledger::open(None).expect("in memory");
        let failed = ledger.work(|unit| {
            unit.put(seller("first"));
            Err::<(), _>(refused())
        });
        assert!(failed.is_err() && name(&ledger).is_none());
        let kept = ledger.work(|unit| {
            unit.put(seller("second"));
            Ok::<_, Error>(())
        });
        assert!(kept.is_ok());
        let failed = ledger.work(|unit| {
            unit.put(seller("third"));
            unit.remove::<Seller>("A1");
            unit.put(seller("fourth"));
            Err::<(), _>(refused())
        });
        assert!(failed.is_err());
        assert_eq!(name(&ledger), Some("second"));
    }

    #[test]
    fn a_unit_that_panics_leaves_everything_as_it_was() {
        let mut ledger = Ledger::open(None).expect("in memory");
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            ledger.work(|unit| -> Result<(), Error> {
                unit.put(seller("first"));
                panic!("in the middle")
            })
        }));
        assert!(panicked.is_err() && name(&ledger).is_none());
    }

    #[test]
    fn a_unit_sees_its_own_changes() {
        let mut ledger = Ledger::open(None).expect("in memory");
        let seen = ledger.work(|unit| {
            unit.put(seller("first"));
            let seen = unit.find::<Seller>("A1").map(|seller| seller.name);
            unit.remove::<Seller>("A1");
            Ok::<_, Error>((seen, unit.find::<Seller>("A1").is_some()))
        });
        assert_eq!(
            seen.expect("kept"),
            (Some("first".to_owned()), false),
            "a unit finds what it has put and no longer what it has removed"
        );
    }
}
