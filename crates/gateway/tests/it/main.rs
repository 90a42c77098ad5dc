//! The gateway's doors over HTTP, and what works behind them.

mod house;
mod shop_server;

mod crypt_decrypt;
mod doors;
mod hostile;
mod ipn;
mod notices;
mod pages;
mod read_trx;
mod serve;
