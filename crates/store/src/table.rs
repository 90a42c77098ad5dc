//! A table's columns, listed once: what writes, reads and copies whole rows is made of that list.
//!
//! [`table!`] names each column together with the value that is written into it, so that the two
//! cannot get out of step; the SQL is put together while the program is compiled ([`sql!`]);
//! [`Columns`](crate::row::Columns) checks, in debug builds, that a row is read in the order of the
//! list.

use crate::statement::Value;

/// A table: its columns, those of the key first, then those that an UPDATE leaves alone.
pub(crate) struct Table {
    pub name: &'static str,
    pub keys: usize,
    pub fixed: usize,
    pub columns: &'static [&'static str],
}

/// Declares a table and the function that makes a row of it.
macro_rules! table {
    (
        $table:ident = $name:literal, $access:vis fn $row:ident($($given:ident: $kind:ty),* $(,)?)
        key { $($key:ident: $key_value:expr),* $(,)? }
        $(fixed { $($fixed:ident: $fixed_value:expr),* $(,)? })?
        moving { $($moving:ident: $moving_value:expr),* $(,)? }
    ) => {
        pub(crate) const $table: $crate::table::Table = $crate::table::Table {
            name: $name,
            keys: [$(stringify!($key)),*].len(),
            fixed: [$(stringify!($key),)* $($(stringify!($fixed),)*)?].len(),
            columns: &[$(stringify!($key),)* $($(stringify!($fixed),)*)? $(stringify!($moving),)*],
        };

        $access fn $row($($given: $kind),*) -> Vec<$crate::statement::Value> {
            vec![$($key_value.into(),)* $($($fixed_value.into(),)*)? $($moving_value.into(),)*]
        }
    };
}
pub(crate) use table;

/// The text of an [`Sql`], as a constant.
macro_rules! sql {
    ($sql:expr) => {{
        const SQL: &$crate::table::Sql = &$sql;
        SQL.text()
    }};
}
pub(crate) use sql;

impl Table {
    /// A new row: the parameters are the row. What follows the values is given.
    pub(crate) const fn insert(&self, rest: &str) -> Sql {
        let sql = Sql::new("INSERT INTO ").then(self.name).then(" (").each(self.columns, Form::Name, ", ");
        sql.then(") VALUES (").each(self.columns, Form::Place(1), ", ").then(") ").then(rest)
    }

    /// A new row, or other values in the row of this key: the parameters are the row.
    pub(crate) const fn upsert(&self) -> Sql {
        let (keys, others) = self.columns.split_at(self.keys);
        let sql = self.insert("ON CONFLICT (").each(keys, Form::Name, ", ");
        sql.then(") DO UPDATE SET ").each(others, Form::Excluded, ", ")
    }

    /// Other values in a row, if it is in the version that was read: see [`Table::updated`].
    pub(crate) const fn update(&self) -> Sql {
        self.update_from(self.fixed)
    }

    /// The same for a row whose payment starts over: the fixed columns are written too.
    pub(crate) const fn rewrite(&self) -> Sql {
        self.update_from(self.keys)
    }

    const fn update_from(&self, first: usize) -> Sql {
        let (moving, keys) = (self.columns.split_at(first).1, self.columns.split_at(self.keys).0);
        let sql = Sql::new("UPDATE ").then(self.name).then(" SET ").each(moving, Form::Same(1), ", ").then(" WHERE ");
        let sql = sql.each(keys, Form::Same(moving.len() + 1), " AND ").then(" AND ");
        sql.each(&["version"], Form::Same(moving.len() + keys.len() + 1), "")
    }

    /// The parameters of [`Table::update`].
    pub(crate) fn updated(&self, row: Vec<Value>, version_read: i64) -> Vec<Value> {
        self.updated_from(self.fixed, row, version_read)
    }

    /// The parameters of [`Table::rewrite`].
    pub(crate) fn rewritten(&self, row: Vec<Value>, version_read: i64) -> Vec<Value> {
        self.updated_from(self.keys, row, version_read)
    }

    fn updated_from(&self, first: usize, mut row: Vec<Value>, version_read: i64) -> Vec<Value> {
        let mut parameters = row.split_off(first);
        parameters.extend(row.drain(..self.keys));
        parameters.push(version_read.into());
        parameters
    }

    /// Whole rows; from FROM on it is given.
    pub(crate) const fn select(&self, rest: &str) -> Sql {
        Sql::new("SELECT ").all_of(self).then(rest)
    }
}

pub(crate) struct Sql {
    bytes: [u8; LONGEST],
    length: usize,
}

/// A longer text does not compile.
const LONGEST: usize = 2048;

/// How a column stands in a list.
#[derive(Clone, Copy)]
enum Form<'t> {
    Name,
    Of(&'t str),
    /// `$1`, numbered from here on.
    Place(usize),
    /// `column = $1`, numbered from here on.
    Same(usize),
    Excluded,
}

impl Sql {
    pub(crate) const fn new(text: &str) -> Sql {
        Sql { bytes: [0; LONGEST], length: 0 }.then(text)
    }

    pub(crate) const fn then(mut self, text: &str) -> Sql {
        let mut place = 0;
        while place < text.len() {
            self.bytes[self.length] = text.as_bytes()[place];
            self.length += 1;
            place += 1;
        }
        self
    }

    /// `table.column, table.column ` for every column.
    pub(crate) const fn all_of(self, table: &Table) -> Sql {
        self.each(table.columns, Form::Of(table.name), ", ").then(" ")
    }

    pub(crate) const fn text(&'static self) -> &'static str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("it is made of texts"),
        }
    }

    const fn each(self, columns: &[&str], form: Form<'_>, between: &str) -> Sql {
        let (mut sql, mut place) = (self, 0);
        while place < columns.len() {
            let column = columns[place];
            sql = if place > 0 { sql.then(between) } else { sql };
            sql = match form {
                Form::Name => sql.then(column),
                Form::Of(table) => sql.then(table).then(".").then(column),
                Form::Place(first) => sql.place(first + place),
                Form::Same(first) => sql.then(column).then(" = ").place(first + place),
                Form::Excluded => sql.then(column).then(" = excluded.").then(column),
            };
            place += 1;
        }
        sql
    }

    /// `$number`, which has at most two digits.
    const fn place(self, number: usize) -> Sql {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let sql = self.then("$");
        let sql = if number >= 10 { sql.then(DIGITS[number / 10]) } else { sql };
        sql.then(DIGITS[number % 10])
    }
}

#[cfg(test)]
mod tests {
    table! {
        THINGS = "things", fn thing(name: &str, moves: i64)
        key { shop: "SHOP", thing: name }
        fixed { made_at: 7 }
        moving { version: moves, colour: Some("blue"), is_heavy: true }
    }

    #[test]
    fn statements_and_their_parameters_are_made_of_one_list() {
        assert_eq!(
            sql!(THINGS.insert("ON CONFLICT DO NOTHING")),
            "INSERT INTO things (shop, thing, made_at, version, colour, is_heavy) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT DO NOTHING"
        );
        assert!(sql!(THINGS.upsert()).ends_with(
            "$6) ON CONFLICT (shop, thing) DO UPDATE SET made_at = excluded.made_at, version = excluded.version, \
             colour = excluded.colour, is_heavy = excluded.is_heavy"
        ));
        assert_eq!(
            sql!(THINGS.update()),
            "UPDATE things SET version = $1, colour = $2, is_heavy = $3 WHERE shop = $4 AND thing = $5 AND version = $6"
        );
        assert_eq!(
            sql!(THINGS.select("FROM things LIMIT 1")),
            "SELECT things.shop, things.thing, things.made_at, things.version, things.colour, things.is_heavy \
             FROM things LIMIT 1"
        );
        let row = thing("T", 5);
        assert_eq!(row.len(), THINGS.columns.len());
        let expected = [5_i64.into(), Some("blue").into(), true.into(), "SHOP".into(), "T".into(), 4_i64.into()];
        assert!(THINGS.updated(row, 4) == expected);
    }
}
