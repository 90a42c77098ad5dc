//! The gateway's doors over HTTP, and what works behind them.

/// The tests of `amazon` have a notification service of their own; this door is tested with the same one.
#[path = "../../../amazon/tests/it/authority.rs"]
mod authority;
mod house;
mod shop_server;
mod web_service;

mod admission;
mod amazon_side;
mod answered;
mod automatic;
mod charging;
mod contested;
mod crossed;
mod crypt_decrypt;
mod deleting;
mod doors;
mod elsewhere;
mod everywhere;
mod flood;
mod hostile;
mod ipn;
mod janitor;
mod late_truth;
mod log_flood;
mod meaning;
mod notices;
mod other;
mod pages;
mod paying;
mod read_trx;
mod recurring;
mod refunding;
mod serve;
mod settling;
mod sharing;
mod slow;
mod tokens;
mod told;
mod values;
mod visits;
mod waiting;
