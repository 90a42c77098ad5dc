//! Notifications from the body of a request to what Amazon wrote, with certificates that are fetched.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use amazon::notification::{Genuine, Trust, Verifier};
use amazon::{NotificationError, Timeouts, http_client};
use serde_json::{Value, json};

use crate::authority::{Authority, Service, envelope};
use crate::server::{Act, NOW_MS, Server};

const YEAR_MS: i64 = 366 * 24 * 3_600_000;

/// A verifier whose Amazon is a server of the test.
struct Bench {
    verifier: Verifier,
    server: Server,
    now: Arc<AtomicI64>,
}

impl Bench {
    async fn playing(authority: &Authority, acts: Vec<Act>) -> Bench {
        let server = Server::playing(acts).await;
        let place = format!("http://127.0.0.1:{}/", server.port).parse().expect("a URL");
        let trust = Trust::stand_in(place, &authority.pem()).expect("a trust");
        let http = http_client(Timeouts { connect_ms: 5_000, call_ms: 5_000 }).expect("a client");
        let now = Arc::new(AtomicI64::new(NOW_MS));
        let clock = Arc::clone(&now);
        let verifier = Verifier::new(http, trust, Arc::new(move || clock.load(Ordering::Relaxed)));
        Bench { verifier, server, now }
    }

    /// One whose certificate is served.
    async fn serving(authority: &Authority, service: &Service) -> Bench {
        Bench::playing(authority, vec![pem(&service.pem)]).await
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.server.port)
    }

    fn envelope(&self) -> Value {
        envelope(&self.at("/SimpleNotificationService-0.pem"))
    }

    async fn verify(&self, body: &str) -> Result<Genuine, NotificationError> {
        self.verifier.verify(body.as_bytes()).await
    }
}

fn pem(text: &str) -> Act {
    Act::text(200, "application/x-pem-file", text)
}

fn is_untrusted<T>(result: &Result<T, NotificationError>) -> bool {
    matches!(result, Err(NotificationError::CertificateNotTrusted(_)))
}

#[tokio::test]
async fn a_genuine_one_is_taken_and_its_certificate_fetched_once() {
    let authority = Authority::new();
    let service = authority.service("sns.amazonaws.com", 2015, 2017);
    let bench = Bench::serving(&authority, &service).await;
    let body = service.signed(bench.envelope());
    for _ in 0..3 {
        let Ok(Genuine::Notification(told)) = bench.verify(&body).await else { panic!("not taken") };
        assert_eq!(told.reference_id, "7b6f3c1e-0000-4000-8000-000000000001a2example");
        assert_eq!(told.about.order_reference_id(), Some("S02-1111111-2222222"));
    }
    assert_eq!(bench.server.requests().len(), 1);
}

#[tokio::test]
async fn one_letter_changed_in_any_signed_field_is_a_forgery() {
    let authority = Authority::new();
    let service = authority.service("sns.amazonaws.com", 2015, 2017);
    let bench = Bench::serving(&authority, &service).await;
    let mut with_subject = bench.envelope();
    with_subject["Subject"] = json!("a subject");
    let genuine = service.signed(with_subject);
    assert!(bench.verify(&genuine).await.is_ok());
    for field in ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Signature"] {
        let mut changed: Value = serde_json::from_str(&genuine).expect("JSON");
        let value = changed[field].as_str().expect("a text");
        let last = if value.ends_with('0') { "1" } else { "0" };
        // The last letters of base64 are padding: the first one is changed there.
        let other = match field {
            "Signature" if value.starts_with('A') => format!("B{}", &value[1..]),
            "Signature" => format!("A{}", &value[1..]),
            _ => format!("{}{last}", &value[..value.len() - 1]),
        };
        changed[field] = json!(other);
        assert_eq!(bench.verify(&changed.to_string()).await, Err(NotificationError::Forged), "{field}");
    }
    let mut without: Value = serde_json::from_str(&genuine).expect("JSON");
    without["Subject"] = Value::Null;
    assert_eq!(bench.verify(&without.to_string()).await, Err(NotificationError::Forged));
}

#[tokio::test]
async fn a_certificate_of_another_root_name_or_time_is_not_trusted() {
    let authority = Authority::new();
    for service in [
        Authority::new().service("sns.amazonaws.com", 2015, 2017),
        authority.service("sns.amazonaws.com", 2013, 2015),
        authority.service("sns.amazonaws.com", 2017, 2019),
        authority.service("evil.example", 2015, 2017),
        authority.service("sns.eu-west-1.amazonaws.com", 2015, 2017),
    ] {
        let bench = Bench::serving(&authority, &service).await;
        assert!(is_untrusted(&bench.verify(&service.signed(bench.envelope())).await), "{}", service.pem);
    }
}

#[tokio::test]
async fn a_certificate_that_expires_after_it_was_fetched_is_not_trusted_any_more() {
    let authority = Authority::new();
    let service = authority.service("sns.amazonaws.com", 2015, 2017);
    let bench = Bench::serving(&authority, &service).await;
    let body = service.signed(bench.envelope());
    assert!(bench.verify(&body).await.is_ok());
    bench.now.fetch_add(2 * YEAR_MS, Ordering::Relaxed);
    assert!(is_untrusted(&bench.verify(&body).await));
    // It is fetched again, and still is what it was.
    assert!(is_untrusted(&bench.verify(&body).await));
    assert_eq!(bench.server.requests().len(), 2);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_fetched_now_can_be_later() {
    let authority = Authority::new();
    let service = authority.service("sns.amazonaws.com", 2015, 2017);
    let down = [
        Act::CloseBeforeReading,
        Act::CloseAfterReading,
        Act::text(503, "text/plain", "later"),
        Act::text(404, "text/plain", "no such file"),
        Act::CloseInBody { status: 200, body: service.pem.clone() },
    ];
    let acts: Vec<Act> = down.iter().cloned().chain([pem(&service.pem)]).collect();
    let bench = Bench::playing(&authority, acts).await;
    let body = service.signed(bench.envelope());
    for act in down {
        let error = bench.verify(&body).await.expect_err("it is not there");
        assert!(matches!(error, NotificationError::CertificateNotFetched(_)) && error.is_passing(), "{act:?} {error}");
    }
    assert!(bench.verify(&body).await.is_ok());
}

#[tokio::test]
async fn what_is_no_certificate_or_too_large_is_not_trusted() {
    let authority = Authority::new();
    let service = authority.service("sns.amazonaws.com", 2015, 2017);
    let broken = service.pem.replacen("MII", "MIJ", 1);
    for act in [pem(""), pem("<html>"), pem(&broken), Act::Endless { bytes: 1 << 20 }] {
        let bench = Bench::playing(&authority, vec![act.clone()]).await;
        assert!(is_untrusted(&bench.verify(&service.signed(bench.envelope())).await), "{act:?}");
    }
}

#[tokio::test]
async fn nothing_is_fetched_for_what_is_malformed_or_foreign() {
    let authority = Authority::new();
    let service = authority.service("sns.amazonaws.com", 2015, 2017);
    let bench = Bench::serving(&authority, &service).await;
    for body in ["", "{}", "[]", "null", "<xml/>", "{\"Type\":\"Notification\"}", &"[".repeat(100_000)] {
        assert!(matches!(bench.verify(body).await, Err(NotificationError::Malformed(_))));
    }
    let mut odd = bench.envelope();
    odd["Type"] = json!("UnsubscribeConfirmation");
    assert!(matches!(bench.verify(&service.signed(odd)).await, Err(NotificationError::Malformed(_))));
    for url in ["https://evil.example/x.pem", &bench.at("/x.html"), &bench.at("/x.pem?y"), "http://127.0.0.1:1/x.pem"] {
        let foreign = Err(NotificationError::ForeignAddress((*url).to_owned()));
        assert_eq!(bench.verify(&service.signed(envelope(url))).await, foreign);
    }
    for topic in ["arn:aws:sns:eu-west-1:111122223333:A1G8446IYHA4MRA2EXAMPLESELLER", "291180941288", ""] {
        let mut foreign = bench.envelope();
        foreign["TopicArn"] = json!(topic);
        let refused = Err(NotificationError::ForeignTopic(topic.to_owned()));
        assert_eq!(bench.verify(&service.signed(foreign)).await, refused);
    }
    assert!(bench.server.requests().is_empty());
}

#[tokio::test]
async fn a_subscription_is_confirmed_at_the_notification_service_alone() {
    let authority = Authority::new();
    let service = authority.service("sns.amazonaws.com", 2015, 2017);
    let acts = vec![pem(&service.pem), Act::text(503, "text/plain", "later"), Act::text(200, "text/xml", "<done/>")];
    let bench = Bench::playing(&authority, acts).await;
    let invitation = |address: &str| {
        let mut envelope = bench.envelope();
        envelope["Type"] = json!("SubscriptionConfirmation");
        envelope["Token"] = json!("0123abcd");
        envelope["SubscribeURL"] = json!(address);
        service.signed(envelope)
    };
    let body = invitation(&bench.at("/?Action=ConfirmSubscription&Token=0123abcd"));
    let Ok(Genuine::Subscription(subscription)) = bench.verify(&body).await else { panic!("not taken") };
    let later = bench.verifier.confirm(&subscription).await.expect_err("not now");
    assert!(later.is_passing(), "{later}");
    assert_eq!(bench.verifier.confirm(&subscription).await, Ok(()));
    assert!(bench.server.requests()[2].head.starts_with("GET /?Action=ConfirmSubscription&Token=0123abcd "));
    let elsewhere = "https://evil.example/?Action=ConfirmSubscription".to_owned();
    assert_eq!(bench.verify(&invitation(&elsewhere)).await, Err(NotificationError::ForeignAddress(elsewhere)));
}
