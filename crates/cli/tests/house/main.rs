//! The house's norms as tests: who may lean on whom, how large a file may grow, what a document may point at.

mod arrows;
mod materials;
mod proxies;
mod sources;
mod tidy;
mod variables;
