//! The crate from outside: golden documents, recorded facts, properties, and every way in which a call can end.

extern crate pagam_amazon as amazon;

mod authority;
mod notification;

mod calling;
mod facts;
mod golden;
mod logging;
mod login;
mod moves;
mod properties;
mod quotas;
mod repeating;
mod requests;
mod server;
mod sorting;
