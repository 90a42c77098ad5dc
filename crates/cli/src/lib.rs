//! The program `pagam`: the only place that assembles everything.
//!
//! `up` runs the whole house on one machine, `serve` the gateway alone, `pay` walks a buyer through
//! the real pages, `merchant` does what a merchant's server does, `shop` keeps the shops, `audit`
//! tells who changed them. The clock and the dice of every part come from `clock`.

pub mod audit;
pub mod author;
pub mod buyer;
pub mod clock;
pub mod command;
pub mod database;
pub mod environment;
pub mod keys;
pub mod merchant;
pub mod migrate;
pub mod open_files;
pub mod pay;
pub mod private;
pub mod serve;
pub mod shop;
pub mod talk;
pub mod tls;
pub mod up;
