//! The language as others see it: golden messages of our own, the reference's recordings, properties, the WSDLs.

mod decrypt;
mod encrypt;
mod golden;
mod movement;
mod other;
mod pagam;
mod properties;
mod read_trx;
mod reference;
mod soap;
mod token;
mod wsdl;
