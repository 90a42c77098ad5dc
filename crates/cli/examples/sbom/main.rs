//! The software bill of materials of the program `pagam`, as CycloneDX: `cargo run --release -p
//! pagam-cli --example sbom`.
//!
//! It says what is built into the program, from the lock file and what cargo knows. Nothing in it
//! depends on the machine or the hour, so that two of one commit are the same.

mod bom;

fn main() -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(&bom::of_the_workspace()?)?);
    Ok(())
}
