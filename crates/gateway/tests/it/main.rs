//! The gateway's doors over HTTP, and what works behind them.

mod house;
mod shop_server;

mod amazon_side;
mod crossed;
mod crypt_decrypt;
mod doors;
mod hostile;
mod ipn;
mod janitor;
mod notices;
mod other;
mod pages;
mod paying;
mod read_trx;
mod serve;
