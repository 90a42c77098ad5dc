//! Merchants who charge the tokens of their buyers, each time under another identifier: as fast as
//! answers come, or by a timetable.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use pagam_cli::buyer::{Purchase, subscribe};
use pagam_cli::clock::Stopwatch;

use crate::bare::per_second;
use crate::http::{Connection, Request};

/// Buyers at once who allow later charges.
const BUYERS: usize = 8;
const PATH: &str = "/gestpay/gestpayws/WSs2s.asmx";

/// A shop with tokens to charge.
pub struct Merchant {
    login: String,
    key: String,
    tokens: Vec<String>,
    charged: AtomicU64,
}

/// Connections that charge at the same time, of some merchants at some gateways.
pub struct Callers {
    pub merchants: Arc<[Merchant]>,
    pub gateways: Vec<SocketAddr>,
    pub at_once: usize,
}

/// When charges are due, and whose.
#[derive(Clone, Copy)]
pub struct Timetable {
    /// A second.
    pub rate: f64,
    pub span: Duration,
    /// From the number of a charge to the place of its merchant.
    pub whose: fn(u64) -> usize,
}

impl Merchant {
    /// A merchant with so many tokens, for each of which a buyer has walked the pages.
    pub async fn with_tokens(client: &pagam::Client, key: &str, purchase: &Purchase, many: usize) -> Result<Merchant> {
        let token = async |_| {
            let allowed = subscribe(purchase, client, pagam::Recurring::OnlyRecurring).await?;
            anyhow::Ok(allowed.outcome.token.context("a token")?.as_str().to_owned())
        };
        let tokens = stream::iter(0..many).map(token).buffer_unordered(BUYERS).try_collect().await?;
        Ok(Merchant { login: client.shop_login().to_owned(), key: key.to_owned(), tokens, charged: AtomicU64::new(0) })
    }

    /// The next charge: its identifier, and the request.
    pub fn next(&self, gateway: SocketAddr) -> (String, Request) {
        let number = self.charged.fetch_add(1, Ordering::Relaxed);
        let turn = usize::try_from(number).unwrap_or_default() % self.tokens.len();
        // Merchants may share an account at Amazon, which takes a name once.
        let id = format!("{}-{number:08}", self.login);
        let request = wire::pagam::Request {
            shop_login: Some(self.login.clone()),
            uic_code: Some("242".into()),
            amount: Some("0.01".into()),
            shop_transaction_id: Some(id.clone()),
            token_value: Some(self.tokens[turn].clone()),
            payment_types: vec![wire::method::AMAZON_PAY.into()],
            apikey: Some(self.key.clone()),
            ..wire::pagam::Request::default()
        };
        (id, Request::soap(gateway, PATH, &request.write()))
    }

    /// Charges once; the identifier.
    pub async fn charge(&self, gateway: SocketAddr, connection: &mut Connection) -> Result<String> {
        let (id, request) = self.next(gateway);
        connection.call(&request).await?;
        let answer = connection.text();
        ensure!(answer.contains("<TransactionResult>OK"), "not paid: {answer}");
        Ok(id)
    }
}

impl Callers {
    /// Charges as fast as answers come, the merchants in turn; how many a second, and how many in all.
    pub async fn charge_for(&self, span: Duration) -> Result<(f64, u64)> {
        let watch = Stopwatch::start();
        let next = Arc::new(AtomicU64::new(0));
        let callers: Vec<_> = (0..self.at_once)
            .map(|place| {
                let (merchants, gateway) = (Arc::clone(&self.merchants), self.gateway(place));
                let next = Arc::clone(&next);
                tokio::spawn(async move {
                    let mut connection = Connection::open(gateway).await?;
                    while watch.elapsed() < span {
                        let turn = usize::try_from(next.fetch_add(1, Ordering::Relaxed))?;
                        merchants[turn % merchants.len()].charge(gateway, &mut connection).await?;
                    }
                    anyhow::Ok(())
                })
            })
            .collect();
        for caller in callers {
            caller.await??;
        }
        let charges = next.load(Ordering::Relaxed);
        Ok((per_second(charges, watch.elapsed()), charges))
    }

    /// Charges by a timetable, whether answers come or not: the place of each charge's merchant,
    /// and how long it took from when it was due to when it was answered.
    pub async fn charge_by(&self, timetable: Timetable) -> Result<Vec<(usize, Duration)>> {
        let next = Arc::new(AtomicU64::new(0));
        let watch = Stopwatch::start();
        let callers: Vec<_> = (0..self.at_once)
            .map(|place| {
                let (merchants, gateway) = (Arc::clone(&self.merchants), self.gateway(place));
                let next = Arc::clone(&next);
                tokio::spawn(async move {
                    let mut connection = Connection::open(gateway).await?;
                    let mut charged = Vec::new();
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let due = timetable.due(number);
                        if due > timetable.span {
                            return anyhow::Ok(charged);
                        }
                        tokio::time::sleep(due.saturating_sub(watch.elapsed())).await;
                        let whose = (timetable.whose)(number);
                        merchants[whose].charge(gateway, &mut connection).await?;
                        charged.push((whose, watch.elapsed().saturating_sub(due)));
                    }
                })
            })
            .collect();
        let mut charged = Vec::new();
        for caller in callers {
            charged.extend(caller.await??);
        }
        ensure!(!charged.is_empty(), "no charge was due");
        Ok(charged)
    }

    fn gateway(&self, place: usize) -> SocketAddr {
        self.gateways[place % self.gateways.len()]
    }
}

impl Timetable {
    #[expect(clippy::cast_precision_loss, reason = "a timetable of seconds")]
    fn due(&self, number: u64) -> Duration {
        Duration::from_secs_f64(number as f64 / self.rate)
    }
}

/// The time, in milliseconds, that so many hundredths of some times do not exceed.
pub fn percentile(took: &mut [Duration], hundredth: usize) -> f64 {
    took.sort();
    took.get(took.len().saturating_sub(1) * hundredth / 100).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}
