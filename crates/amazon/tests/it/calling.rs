//! What a call looks like on the wire.

mod agreements;
mod money;

use std::sync::Arc;

use amazon::{
    BadEndpoint, Call, Confirm, Connector, Endpoints, Environment, GetAuthorizationDetails, Price, Retry, Secret,
    SetOrderReferenceDetails, Timeouts, http_client, signature,
};

use crate::golden::{AUTHORIZE_CAPTURED, CANCEL, CONFIRM, ORDER_DRAFT, ORDER_OPEN};
use crate::server::{Act, NOW_MS, Request, Server, account, authorize};

const PATH: &str = "/OffAmazonPayments_Sandbox/2013-01-01";

fn value(request: &Request, name: &str) -> Option<String> {
    request.params().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn assert_all_signed(server: &Server, requests: &[Request]) {
    let host = format!("127.0.0.1:{}", server.port);
    for request in requests {
        assert_eq!(request.header("host"), Some(host.as_str()));
        let expected = signature::sign_v2("POST", &host, PATH, &request.params(), &Secret::from("exampleSecretKey"));
        assert_eq!(value(request, "Signature"), Some(expected));
    }
}

/// Each expectation: the place of a request, the name of a parameter of it, and its value.
fn assert_sent(server: &Server, expectations: &[(usize, &str, &str)]) {
    let requests = server.requests();
    assert_all_signed(server, &requests);
    for (at, name, expected) in expectations {
        assert_eq!(value(&requests[*at], name).as_deref(), Some(*expected), "{name}");
    }
}

#[tokio::test]
async fn a_call_carries_what_every_call_carries_and_its_signature_fits() {
    let server = Server::playing([Act::xml(200, AUTHORIZE_CAPTURED)]).await;
    server.connector(Retry::never()).authorize(&account(), &authorize()).await.expect("an answer");
    let request = server.requests().remove(0);
    assert!(request.head.starts_with(&format!("POST {PATH} HTTP/1.1\r\n")), "{}", request.head);
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded; charset=utf-8"));
    let agent = request.header("user-agent").expect("a name");
    assert!(agent.starts_with("Pagam/") && agent.contains(" (Language=Rust; Platform="), "{agent}");
    for (name, expected) in [
        ("AWSAccessKeyId", "AKIAEXAMPLEDEVELOPER"),
        ("Action", "Authorize"),
        ("SellerId", "A2EXAMPLESELLER"),
        ("MWSAuthToken", "amzn.mws.secret-token"),
        ("SignatureMethod", "HmacSHA256"),
        ("SignatureVersion", "2"),
        ("Timestamp", "2015-12-31T23:59:58Z"),
        ("Version", "2013-01-01"),
        ("AmazonOrderReferenceId", "S02-1111111-2222222"),
        ("AuthorizationReferenceId", "order-77"),
        ("AuthorizationAmount.Amount", "24.21"),
        ("AuthorizationAmount.CurrencyCode", "EUR"),
        ("CaptureNow", "true"),
        ("TransactionTimeout", "0"),
    ] {
        assert_eq!(value(&request, name).as_deref(), Some(expected), "{name}");
    }
    assert_all_signed(&server, &[request]);
}

#[tokio::test]
async fn a_merchant_calling_for_himself_sends_no_token() {
    let server = Server::playing([Act::xml(200, AUTHORIZE_CAPTURED)]).await;
    let account = amazon::Account { mws_token: None, ..account() };
    server.connector(Retry::never()).authorize(&account, &authorize()).await.expect("an answer");
    assert_eq!(value(&server.requests()[0], "MWSAuthToken"), None);
}

#[tokio::test]
async fn every_operation_names_itself_and_reads_its_answer() {
    let id = "S02-1111111-2222222";
    let authorization = AUTHORIZE_CAPTURED.replace("Authorize", "GetAuthorizationDetails");
    let draft = ORDER_DRAFT.replace("P02-", "S02-");
    let server = Server::playing([
        Act::xml(200, draft),
        Act::xml(200, CONFIRM),
        Act::xml(200, ORDER_OPEN),
        Act::xml(200, authorization),
        Act::xml(200, CANCEL),
        Act::xml(200, CANCEL.replace("Cancel", "Close")),
        Act::xml(200, CANCEL.replace("CancelOrderReference", "CloseAuthorization")),
    ])
    .await;
    let (connector, account) = (server.connector(Retry::never()), account());
    let set = SetOrderReferenceDetails {
        order_reference_id: id.into(),
        amount: Price::new("24.21", "EUR"),
        seller_order_id: Some("order-77".into()),
        ..SetOrderReferenceDetails::default()
    };
    let confirm = Confirm { order_reference_id: id.into(), amount: Some(set.amount.clone()), ..Confirm::default() };
    connector.set_order_reference_details(&account, &set).await.expect("set");
    connector.confirm_order_reference(&account, &confirm).await.expect("confirmed");
    let order = connector.get_order_reference_details(&account, id, Some("Atza|tok+en")).await.expect("read");
    assert!(order.document.starts_with("<OrderReferenceDetails>") && order.document.contains("Lucia"));
    let authorization_id = "S02-1111111-2222222-A333333";
    connector.get_authorization_details(&account, authorization_id).await.expect("read");
    connector.cancel_order_reference(&account, id, Some("why")).await.expect("cancelled");
    connector.close_order_reference(&account, id, Some("why")).await.expect("closed");
    connector.close_authorization(&account, authorization_id, None).await.expect("closed");
    let requests = server.requests();
    let actions: Vec<_> = requests.iter().filter_map(|request| value(request, "Action")).collect();
    let expected = [
        "SetOrderReferenceDetails",
        "ConfirmOrderReference",
        "GetOrderReferenceDetails",
        "GetAuthorizationDetails",
        "CancelOrderReference",
        "CloseOrderReference",
        "CloseAuthorization",
    ];
    assert_eq!(actions, expected);
    assert_eq!(value(&requests[2], "AccessToken").as_deref(), Some("Atza|tok+en"));
    assert!(requests[2].body.contains("Atza%7Ctok%2Ben"), "the bar is encoded");
    assert_eq!(value(&requests[4], "CancelationReason").as_deref(), Some("why"));
    assert_eq!(value(&requests[5], "ClosureReason").as_deref(), Some("why"));
    assert_eq!(
        GetAuthorizationDetails::from_params(&requests[3].params()).expect("read back").subject(),
        authorization_id
    );
}

#[tokio::test]
async fn calls_can_be_made_from_any_task() {
    let server = Server::playing([Act::xml(200, AUTHORIZE_CAPTURED)]).await;
    let connector = server.connector(Retry { delays_ms: vec![0] });
    let task = tokio::spawn(async move {
        connector.token_info("Atza|x").await.expect_err("not JSON");
        connector.authorize(&account(), &authorize()).await
    });
    task.await.expect("no panic").expect("an answer");
}

#[test]
fn plain_http_to_another_machine_is_refused_at_construction() {
    let http = http_client(Timeouts::default()).expect("a client");
    let endpoints = Endpoints::at("http://example.com".parse().expect("a URL"), Environment::Sandbox);
    let refused = Connector::new(http, endpoints, Arc::new(|| NOW_MS), Retry::never());
    assert!(matches!(refused, Err(BadEndpoint::Insecure(_))));
}
