//! The rules of money, stage by stage and move by move, against a model written apart from them.

mod identifiers;
mod model;
mod reports;
mod table;
mod walks;
