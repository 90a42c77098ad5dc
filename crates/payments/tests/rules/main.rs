//! The rules of money, stage by stage and move by move, against a model written apart from them.

mod agreements;
mod identifiers;
mod model;
mod money;
mod reports;
mod table;
mod walks;
