//! What the tests of several crates share. Only ever a dev-dependency, and used by integration tests
//! alone: in a crate's unit tests its types would be others than the kit's.
//!
//! What one test program needs by itself stays there.

pub mod clock;
pub mod dice;
pub mod gate;
pub mod ledger;
pub mod seed;
