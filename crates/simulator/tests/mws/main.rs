//! MWS and Login with Amazon over HTTP on loopback: by the connector that a gateway uses, and by
//! hand-made requests.

extern crate pagam_simulator as simulator;

mod agreements;
mod attributes;
mod bench;
mod buttons;
mod by_hand;
mod cards;
mod charges;
mod connector;
mod door;
mod keeping;
mod limits;
mod lists;
mod login;
mod money;
mod notifications;
mod order;
mod outcomes;
mod pending;
mod races;
mod receiver;
mod shape;
mod signed;
mod troubles;
