//! MWS and Login with Amazon over HTTP on loopback: by the connector that a gateway uses, and by hand-made requests.

extern crate pagam_simulator as simulator;

mod bench;
mod cards;
mod door;
mod keeping;
mod login;
mod money;
mod notifications;
mod order;
mod races;
mod receiver;
mod shape;
