//! Encrypt and Decrypt against a bare handler.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::post;
use pagam_cli::up::{House, SHOP_LOGIN};

use crate::http::Request;

const CONNECTIONS: usize = 32;
const TURN: Duration = Duration::from_millis(1_500);
const TURNS: usize = 5;
const PATH: &str = "/gestpay/gestpayws/WSCryptDecrypt.asmx";

/// Measures both and prints the ratios.
pub async fn measure(house: &House) -> Result<()> {
    let gateway = address(&house.running().gateway)?;
    let key = &house.local().api_key;
    let encrypt = Request::soap(gateway, PATH, &encrypt_body(key));
    let answer = encrypt.once().await?;
    let sealed = between(&answer, "<CryptDecryptString>", "</CryptDecryptString>")?;
    let notice = pay_once(house).await?;
    let decrypt = Request::soap(gateway, PATH, &decrypt_body(key, &notice));
    println!("seal of an Encrypt: {} characters; of a notice: {}", sealed.len(), notice.len());
    for (name, request) in [("Encrypt", encrypt), ("Decrypt", decrypt)] {
        let bytes = request.once().await?;
        anyhow::ensure!(bytes.contains("<TransactionResult>OK"), "{name} is refused: {bytes}");
        compare(name, &request, bytes).await?;
    }
    Ok(())
}

async fn compare(name: &str, request: &Request, bytes: String) -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let mut bare = request.clone();
    bare.to = listener.local_addr()?;
    let answer = move |_body: Bytes| {
        let bytes = bytes.clone();
        async move { ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], bytes) }
    };
    let server = tokio::spawn(async move { axum::serve(listener, Router::new().route(PATH, post(answer))).await });
    let mut turns = Vec::new();
    for _ in 0..TURNS {
        let bare_rate = bare.rate(CONNECTIONS, TURN).await?;
        let rate = request.rate(CONNECTIONS, TURN).await?;
        turns.push((rate / bare_rate, rate, bare_rate));
    }
    server.abort();
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, rate, bare_rate) = turns[TURNS / 2];
    let (low, high) = (turns[0].0, turns[TURNS - 1].0);
    println!("{name}: {rate:.0}/s, bare handler {bare_rate:.0}/s, ratio {ratio:.2} (turns {low:.2} to {high:.2})");
    Ok(())
}

/// Buys once and gives the string of the outcome, sealed as the notice's is.
async fn pay_once(house: &House) -> Result<String> {
    let receipt = pagam_cli::buyer::buy(&crate::pages::purchase(house, "12.34")).await?;
    let shop = payments::ShopLogin::new(SHOP_LOGIN)?;
    let number = receipt.order.bank_transaction_id.context("paid")?.parse().map(payments::BankTransactionId)?;
    let payment = house.store().payment_by_number(&shop, number).await?.context("stored")?;
    let outcome = payments::Outcome::of(&payment).context("final")?;
    Ok(house.gateway().keyring().seal_outcome(&shop, &outcome))
}

fn encrypt_body(key: &str) -> String {
    let request = wire::encrypt::Request {
        shop_login: Some(SHOP_LOGIN.into()),
        uic_code: Some("242".into()),
        amount: Some("24.21".into()),
        shop_transaction_id: Some("load-0001".into()),
        buyer_name: Some("Marco Rossi".into()),
        buyer_email: Some("marco.rossi@example.it".into()),
        language_id: Some("1".into()),
        custom_info: None,
        payment_types: vec![wire::method::AMAZON_PAY.into()],
        apikey: Some(key.into()),
        ..wire::encrypt::Request::default()
    };
    request.write()
}

fn decrypt_body(key: &str, crypted: &str) -> String {
    let request = wire::decrypt::Request {
        shop_login: Some(SHOP_LOGIN.into()),
        crypted_string: Some(crypted.into()),
        apikey: Some(key.into()),
    };
    request.write()
}

/// Where a server listens.
pub fn address(url: &url::Url) -> Result<SocketAddr> {
    let found = url.socket_addrs(|| None)?;
    found.first().copied().context("an address")
}

fn between(text: &str, start: &str, end: &str) -> Result<String> {
    let (_, after) = text.split_once(start).with_context(|| format!("no {start} in {text}"))?;
    Ok(after.split_once(end).context("an end")?.0.to_owned())
}
