//! The language as others see it: golden messages of our own, the reference's recordings, properties, the WSDLs.

mod decrypt;
mod encrypt;
mod golden;
mod properties;
mod read_trx;
mod reference;
mod soap;
mod wsdl;
