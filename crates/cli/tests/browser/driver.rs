//! Starts chromedriver and Chromium for one journey and ends both, whatever the journey does.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use pagam_cli::clock::now_ms;
use pagam_cli::up::{House, Options};
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::console::complaints;

/// For one command to the browser.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often a driver is started for a journey.
const STARTS: u32 = 5;

/// A screen to look at the pages with.
#[derive(Debug, Clone, Copy)]
pub enum Screen {
    /// 1280 × 900.
    Desktop,
    /// 390 × 844, touch, two pixels to a dot.
    Phone,
}

/// What a journey has: the house and a browser.
pub struct Stage {
    /// The running house.
    pub house: House,
    /// The browser.
    pub driver: WebDriver,
    /// Named pictures are kept under this word.
    pub journey: &'static str,
    /// How far the clock of the house is ahead.
    ahead_ms: Arc<AtomicI64>,
}

/// Runs one journey in a house of its own and a browser of its own.
pub async fn journey<F>(name: &'static str, screen: Screen, walk: F)
where
    F: AsyncFnOnce(&Stage) -> WebDriverResult<()>,
{
    let ahead_ms = Arc::new(AtomicI64::new(0));
    let ahead = Arc::clone(&ahead_ms);
    let now = Arc::new(move || now_ms() + ahead.load(Ordering::SeqCst));
    let house = House::start(Options { port: 0, now, ..Options::default() }).await.expect("the house starts");
    let (mut chromedriver, port, output) = start_chromedriver().await;
    // Its words are read to the end, or it would block on a full pipe.
    let reader = tokio::spawn(drain(output));
    let profile = std::env::temp_dir().join(format!("pagam-browser-{}-{name}", std::process::id()));
    let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
    let driver = WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities(screen, &profile));
    let driver = driver.client(http).connect().await;
    let stage = Stage { house, driver: driver.expect("chromium starts"), journey: name, ahead_ms };
    let outcome = AssertUnwindSafe(walk(&stage)).catch_unwind().await;
    if !matches!(outcome, Ok(Ok(()))) {
        stage.picture("failed").await;
        if let Ok(source) = stage.driver.source().await {
            eprintln!("the page when {name} failed:\n{source}");
        }
    }
    let Stage { house, driver, .. } = stage;
    let complaints = complaints(&driver).await;
    let quit = driver.quit().await;
    chromedriver.kill().await.expect("chromedriver ends");
    reader.await.expect("its output ends");
    house.stop().await;
    drop(std::fs::remove_dir_all(profile));
    match outcome {
        Ok(result) => result.expect("the journey"),
        Err(panic) => std::panic::resume_unwind(panic),
    }
    quit.expect("chromium ends");
    let complaints = complaints.expect("chromium tells what its console holds");
    assert!(complaints.is_empty(), "the console of {name} complains: {complaints:#?}");
}

impl Stage {
    /// Sets the clock of the house forward.
    pub fn pass_minutes(&self, minutes: i64) {
        self.ahead_ms.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// Keeps a picture of the page, when pictures are wanted.
    pub async fn picture(&self, page: &str) {
        let Some(folder) = std::env::var_os("PAGAM_SCREENSHOTS").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).expect("the folder of pictures");
        let file = folder.join(format!("{}-{page}.png", self.journey));
        self.driver.screenshot(&file).await.expect("a picture");
    }
}

/// It takes a free port of one kind of address and then wants the same of the other kind, which
/// somebody else may have: then it ends, and another one has better luck.
async fn start_chromedriver() -> (Child, u16, Lines<BufReader<ChildStdout>>) {
    for _ in 0..STARTS {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver is installed: ./test does it");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        while let Some(line) = lines.next_line().await.expect("text") {
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                let port = port.trim_end_matches('.').parse().expect("a port");
                return (child, port, lines);
            }
        }
        child.wait().await.expect("it has ended");
    }
    panic!("{STARTS} times chromedriver ended before it told its port");
}

async fn drain(mut lines: Lines<BufReader<ChildStdout>>) {
    while let Ok(Some(_)) = lines.next_line().await {}
}

fn capabilities(screen: Screen, profile: &std::path::Path) -> Capabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let profile = format!("--user-data-dir={}", profile.display());
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=it-IT",
        "--window-size=1280,900",
        &profile,
    ] {
        capabilities.add_arg(argument).expect("an argument");
    }
    capabilities.set_browser_log_level(LoggingPrefsLogLevel::All).expect("a level");
    if let Screen::Phone = screen {
        let phone = serde_json::json!({
            "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true, "mobile": true },
            "userAgent": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) \
                          Chrome/140.0.0.0 Mobile Safari/537.36",
        });
        capabilities.add_experimental_option("mobileEmulation", phone).expect("an option");
    }
    capabilities.into()
}
