//! What is logged of a call: what Amazon's support asks for, and nothing secret or personal.

use std::cell::RefCell;
use std::io::Write;

use amazon::Retry;

use crate::golden::{AGREEMENT_OPEN, ORDER_OPEN};
use crate::server::{Act, REQUEST_ID, Server, account};

thread_local! {
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the log of each thread, that is of each test, apart.
struct OfThisThread;

impl Write for OfThisThread {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One subscriber for the process: one set for a single thread would depend on which test met a log line first.
fn listen() {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(|| OfThisThread)
        .finish();
    tracing::subscriber::set_global_default(subscriber).expect("set once, here");
    tracing::callsite::rebuild_interest_cache();
}

#[tokio::test]
async fn the_log_has_request_id_and_timestamp_and_nothing_secret_or_personal() {
    listen();
    let server = Server::playing([
        Act::xml(200, ORDER_OPEN),
        Act::refusal(401, "AccessDenied"),
        Act::xml(200, AGREEMENT_OPEN),
        Act::CloseAfterReading,
    ])
    .await;
    let (connector, account) = (server.connector(Retry::never()), account());
    let id = "S02-1111111-2222222";
    connector.get_order_reference_details(&account, id, Some("Atza|secret-access")).await.expect("read");
    connector.get_order_reference_details(&account, id, Some("Atza|secret-access")).await.expect_err("refused");
    let agreement = "C02-5555555-6666666";
    connector.get_billing_agreement_details(&account, agreement, Some("Atza|secret-access")).await.expect("read");
    connector.token_info("Atza|secret-access").await.expect_err("broken");
    let text = LOGGED.with_borrow(|logged| String::from_utf8_lossy(logged).into_owned());
    let answers: Vec<&str> = text.lines().filter(|line| line.contains("Amazon answered")).collect();
    assert_eq!(answers.len(), 3, "{text}");
    for line in &answers {
        assert!(line.contains(REQUEST_ID) && line.contains("2026-03-02T09:15:00.250Z"), "{line}");
    }
    assert!(answers[1].contains("http_status=401"), "{text}");
    for secret in ["secret-token", "exampleSecretKey", "secret-access", "Lucia", "Corso", "lucia@"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
