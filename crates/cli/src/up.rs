//! `pagam up`: gateway, simulator of Amazon and demo shop on one machine, in one process.
//!
//! Each part is what runs in production, with its own database file and its own port; they speak to each other
//! over loopback only. [`House`] is the same thing for tests.

mod house;
mod local;
mod own_host;
mod ports;
pub mod running;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use serde_json::json;

pub use house::{House, Options};
pub use local::{Local, SHOP_LOGIN, api_key, keep_api_key};
pub use own_host::at_own_host;
pub use ports::FIRST_PORT;

use crate::clock::Stopwatch;

/// Where the data is kept when nothing else is said.
pub const DIR: &str = ".pagam";

/// What `pagam up` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam up                  ports 2420 to 2422, data in ./.pagam
  pagam up --port 0         any free ports
  pagam up --ephemeral      nothing is kept

Ctrl-C stops it; started again, it goes on where it was.")]
pub struct UpArgs {
    /// First of three ports in a row; 0 picks free ones
    #[arg(long, default_value_t = FIRST_PORT, env = "PAGAM_PORT")]
    port: u16,
    /// Keep nothing: all data in memory, new secrets
    #[arg(long)]
    ephemeral: bool,
    /// Where the data is kept
    #[arg(long, default_value = DIR, env = "PAGAM_DIR")]
    dir: PathBuf,
    /// Let the simulator refuse calls above Amazon's quotas, and the gateway keep to them
    #[arg(long)]
    quotas: bool,
    /// Print where everything is as one line of JSON
    #[arg(long)]
    json: bool,
}

/// Runs the house until Ctrl-C or SIGTERM.
///
/// # Errors
/// When a port is taken, another `pagam up` has the folder, or its files cannot be used.
pub async fn up(args: UpArgs) -> Result<()> {
    let watch = Stopwatch::start();
    let options = Options {
        port: args.port,
        dir: (!args.ephemeral).then_some(args.dir.clone()),
        quotas: args.quotas,
        ..Options::default()
    };
    let house = House::start(options).await?;
    let ready_ms = watch.elapsed().as_millis();
    match args.json {
        true => {
            let at = house.running();
            println!(
                "{}",
                json!({"gateway": at.gateway, "simulator": at.simulator, "shop": at.shop, "shop_login": SHOP_LOGIN,
                       "api_key": house.local().api_key, "counter_password": house.local().counter_password,
                       "ready_ms": ready_ms})
            );
        }
        false => print!("{}", welcome(&house, &args, ready_ms)),
    }
    stop_asked().await;
    if std::io::stderr().is_terminal() {
        eprintln!("\n  Stopping.");
    }
    house.stop().await;
    Ok(())
}

fn welcome(house: &House, args: &UpArgs, ready_ms: u128) -> String {
    let at = house.running();
    let place = |url: &url::Url| url.as_str().trim_end_matches('/').to_owned();
    let (gateway, simulator, shop) = (place(&at.gateway), place(&at.simulator), place(&at.shop));
    let kept =
        if args.ephemeral { "in memory, gone when stopped".to_owned() } else { format!("{}", args.dir.display()) };
    // Under `cargo run` the program is not on the PATH: print what can be typed.
    let pagam = if std::env::var_os("CARGO").is_some() { "cargo run --release --" } else { "pagam" };
    let where_it_is = match (args.ephemeral, args.dir == Path::new(DIR)) {
        (true, _) => format!(" --shop {shop}"),
        (false, true) => String::new(),
        (false, false) => format!(" --dir {}", args.dir.display()),
    };
    let (key, counter) = (&house.local().api_key, &house.local().counter_password);
    format!(
        "
  Pagam {version}: Amazon Pay through Axerve, on this machine.
  Affiliated with neither. No money moves.

  Shop        {shop}    buy something here
  Gateway     {gateway}    SOAP services, payment page
  Amazon      {simulator}    the simulator, with Seller Central

  Shop login  {SHOP_LOGIN}
  API key     {key}
  Counter     {shop}/counter    password {counter}
  Buyers      marco.rossi@example.it, anna.schmidt@example.de
  Password    amazon
  Data        {kept}

  Ready in {ready_ms} ms. Ctrl-C stops it.
  Try in another terminal: {pagam} pay{where_it_is}

",
        version = env!("CARGO_PKG_VERSION"),
    )
}

/// Waits for Ctrl-C, or the SIGTERM of a service manager.
pub async fn stop_asked() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
