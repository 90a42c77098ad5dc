//! The simulator's pages over HTTP: what buyers and merchants meet, and what is refused.

mod account;
mod agreements;
mod answers;
mod buyer;
mod challenge;
mod frames;
mod gateway;
mod sign_in;
mod visitor;
mod world;

pub(crate) use world::{CLIENT, LIVE_CLIENT, ORIGIN, ORIGIN_OF_SIMULATOR, RETURN_URL, SELLER, router};
