//! What somebody who proves nothing can have written into the log: a bounded number of warnings.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;
use wire::path::{CRYPT_DECRYPT, S2S};

use crate::house::{House, encrypt_request, post};
use crate::ipn;

/// More than any place in the program may write in a minute.
const REQUESTS: usize = 200;
const MOST_LINES: usize = 20;

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Log;

    fn make_writer(&'w self) -> Log {
        self.clone()
    }
}

impl Log {
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().expect("whole").clone()).expect("UTF-8");
        text.lines().map(str::to_owned).collect()
    }
}

async fn flooded(body: impl Fn(usize) -> String, path: &str, house: &House) -> Vec<String> {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(Level::WARN).with_ansi(false).with_writer(log.clone());
    let _until_the_end = tracing::subscriber::set_default(subscriber.finish());
    for number in 0..REQUESTS {
        house.send(post(path, ipn::TYPE, body(number))).await;
    }
    log.lines()
}

#[tokio::test]
async fn notifications_of_nobody_write_few_lines() {
    let house = House::new().await;
    let lines = flooded(|number| format!("{{\"Type\":\"{number}\"}}"), ipn::PATH, &house).await;
    assert!(lines.len() <= MOST_LINES, "{} lines for {REQUESTS} notifications", lines.len());
}

#[tokio::test]
async fn calls_and_visits_of_nobody_write_few_lines() {
    let house = House::new().await;
    let away = house.without_store().await;
    let nobody = |number: usize| encrypt_request().write().replace("GESPAY00001", &format!("NOBODY{number:05}"));
    let page = |number: usize| format!("a=NOBODY{number}&b=nonsense{number}");
    for house in [&house, &away] {
        for path in [CRYPT_DECRYPT, S2S] {
            let lines = flooded(nobody, path, house).await;
            assert!(lines.len() <= MOST_LINES, "{path}: {} lines, {:?}", lines.len(), lines.last());
        }
        for path in ["/pagam/AmazonPay.aspx/confirm", "/pagam/AmazonPay.aspx/begin", "/pagam/AmazonPay.aspx/cancel"] {
            let lines = flooded(page, path, house).await;
            assert!(lines.len() <= MOST_LINES, "{path}: {} lines, {:?}", lines.len(), lines.last());
        }
    }
}
