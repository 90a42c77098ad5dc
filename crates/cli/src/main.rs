//! The program `pagam`: reads the command line and hands over.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;
use pagam_cli::command::Command;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Amazon Pay through Axerve Ecommerce Solutions, whole, on one machine and in production.
///
/// Not affiliated with Axerve or Amazon.
#[derive(Debug, Parser)]
#[command(
    name = "pagam",
    version,
    after_help = "First steps:
  pagam up        gateway, simulator of Amazon and demo shop, in one go
  pagam pay       a buyer without a screen buys there
  pagam read …    what became of it: state, movements, addresses

Exit codes: 0 done, 1 failed (a payment: not paid), 2 wrong usage or configuration, 3 nothing answers,
4 nobody knows whether money moved"
)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let line = Line::parse();
    pagam_cli::command::run(line.command)
}
