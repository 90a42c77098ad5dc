//! The house's norms as tests: who may lean on whom, and how large a file may grow.

mod arrows;
mod tidy;
