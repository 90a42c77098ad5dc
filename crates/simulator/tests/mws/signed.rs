//! The requests that the connector is held to, byte for byte and signed by another program, at the
//! simulator's door.

use std::sync::Arc;

use simulator::{Seed, SeedClient, SeedSeller, Settings, Simulator};

use crate::bench::{SANDBOX, dice};

const GOLDEN: &str = include_str!("../../../amazon/tests/golden/requests.txt");
const HOST: &str = "mws-eu.amazonservices.com";
/// 2015-12-31T23:59:58Z, when they were signed.
const NOW_MS: i64 = 1_451_606_398_000;

/// The address of a simulator that knows the seller of the requests, and none of the objects that
/// they are about.
async fn simulator() -> url::Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = url::Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("a URL");
    let settings = Settings { public_url: base.clone(), quotas: false };
    let simulator = Simulator::open(None, settings, Arc::new(|| NOW_MS), dice()).expect("a simulator");
    let seller = SeedSeller {
        id: "A2EXAMPLESELLER".into(),
        name: "Bottega".into(),
        access_key: "AKIAEXAMPLEDEVELOPER".into(),
        secret_key: "exampleSecretKey".into(),
        mws_token: "amzn.mws.secret-token".into(),
        sandbox: Some(SeedClient::default()),
        production: None,
    };
    simulator.seed(&Seed::new(seller)).expect("seeded");
    let router = simulator.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    base.join(SANDBOX).expect("an address")
}

type Pairs<'t> = Vec<(&'t str, &'t str)>;

fn golden() -> Vec<Pairs<'static>> {
    let blocks = GOLDEN.split("\n\n").filter(|block| !block.starts_with('#'));
    blocks.map(|block| block.lines().map(|line| line.split_once('=').expect("a parameter")).collect()).collect()
}

/// Status and code of the answer; the code is empty when it is no refusal.
async fn answered(at: &url::Url, params: &Pairs<'_>) -> (u16, String) {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish();
    let http = amazon::http_client(amazon::Timeouts::default()).expect("a client");
    let request = http.post(at.clone()).header("Host", HOST).header("User-Agent", "Tests/1.0");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(body);
    let response = request.send().await.expect("an answer");
    let (status, body) = (response.status().as_u16(), response.text().await.expect("text"));
    let code = body.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    (status, code.map_or(String::new(), |(code, _)| code.to_owned()))
}

#[tokio::test]
async fn every_request_is_let_in_and_read() {
    let at = simulator().await;
    for params in golden() {
        let value = |name: &str| params.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let expected = match () {
            () if value("QueryId").is_some() => (200, ""),
            () if value("AmazonBillingAgreementId").is_some() => (404, "InvalidBillingAgreementId"),
            () if value("AmazonOrderReferenceId").is_some() => (404, "InvalidOrderReferenceId"),
            () => (404, "InvalidTransactionId"),
        };
        let answer = answered(&at, &params).await;
        assert_eq!(
            (answer.0, answer.1.as_str()),
            expected,
            "the signature is taken, and only what is asked for is not there: {:?}",
            value("Action")
        );
    }
}

#[tokio::test]
async fn one_letter_changed_in_any_value_is_noticed() {
    let at = simulator().await;
    for params in golden() {
        for place in 0..params.len() {
            let (name, value) = params[place];
            if ["Action", "AWSAccessKeyId", "SellerId", "Timestamp", "Version"].contains(&name) {
                continue;
            }
            let longer = format!("{value}x");
            let mut changed = params.clone();
            changed[place] = (name, &longer);
            let (status, code) = answered(&at, &changed).await;
            assert!((400..500).contains(&status), "{name}: {status}");
            let refusals =
                ["SignatureDoesNotMatch", "InvalidParameterValue", "AccessDenied", "InvalidParameterCombination"];
            assert!(refusals.contains(&code.as_str()), "{name}: {code}");
        }
    }
}
