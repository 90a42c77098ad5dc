//! Sends what is due: once an hour, for two weeks, until it is answered with 200.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, redirect};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::kept::Try;
use super::notary::Signer;
use super::outbox::{Lease, disordered};
use super::{Delivery, envelope};
use crate::{Error, Random, World};

const HOUR_MS: i64 = 60 * 60 * 1000;
const GIVE_UP_AFTER_MS: i64 = 14 * 24 * HOUR_MS;
/// How often it looks after what is due when nothing new is.
const ROUND: Duration = Duration::from_secs(30);
/// As long as the notification service waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
const UNDER_WAY_MOST: usize = 64;

/// Carries notifications to merchants. Cheap to clone.
#[derive(Clone)]
pub struct Postman {
    http: Client,
    places: Arc<Semaphore>,
}

impl Postman {
    /// One that goes straight where it is sent and trusts the public roots.
    pub fn new() -> Postman {
        let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the library offers the versions that it calls safe")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent("Amazon Simple Notification Service Agent")
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .expect("every setting of the client is written here");
        Postman { http, places: Arc::new(Semaphore::new(UNDER_WAY_MOST)) }
    }

    /// Sends all that is due, one after the other; in disorder when there are dice for it. The
    /// answer is how many were sent.
    pub async fn deliver(&self, world: &Arc<World>, dice: Option<&Random>) -> usize {
        let mut leases = Lease::take(world);
        if let Some(dice) = dice {
            leases = disordered(leases, dice);
        }
        let sent = leases.len();
        for lease in leases {
            self.deliver_one(world, &lease).await;
        }
        sent
    }

    async fn deliver_one(&self, world: &Arc<World>, lease: &Lease) {
        if let Err(error) = self.try_one(world, lease.number()).await {
            tracing::error!(%error, number = lease.number(), "Notification not sent or not recorded");
        }
    }

    async fn try_one(&self, world: &Arc<World>, number: u64) -> Result<(), Error> {
        let key = Delivery::key_of(number);
        let found = world.read(|tables| {
            let delivery = tables.deliveries.get(&key)?.clone();
            let url = tables.ipn_url(&delivery.seller_id, delivery.is_sandbox).map(str::to_owned);
            Some((delivery, url))
        });
        let Some((delivery, url)) = found else { return Ok(()) };
        let ended = match &url {
            Some(url) => self.send(world, &delivery, url).await?,
            None => Err("no notification URL is set any more".to_owned()),
        };
        write_down(world, &key, url, ended)
    }

    /// The status of the answer, or why there is none.
    async fn send(&self, world: &Arc<World>, delivery: &Delivery, url: &str) -> Result<Result<u16, String>, Error> {
        let body = signed(world, delivery).await?;
        let request = self
            .http
            .post(url)
            .header("x-amz-sns-message-type", "Notification")
            .header("x-amz-sns-message-id", &delivery.message_id)
            .header("x-amz-sns-topic-arn", &delivery.topic_arn)
            .header("x-amz-sns-subscription-arn", envelope::subscription_arn(delivery))
            .header("content-type", "text/plain; charset=UTF-8")
            .body(body);
        Ok(match request.send().await {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) if error.is_timeout() => Err("no answer in time".to_owned()),
            Err(error) => Err(root_of(&error)),
        })
    }
}

/// The envelope; in a thread of its own, for the arithmetic of version 1 takes milliseconds.
async fn signed(world: &Arc<World>, delivery: &Delivery) -> Result<String, Error> {
    let (world, delivery) = (Arc::clone(world), delivery.clone());
    let work = move || {
        let signer: Arc<Signer> = world.signer()?;
        let version = world.outbox().manner().signature;
        Ok(envelope::write(&delivery, &signer, version, &world.settings().public_url))
    };
    match tokio::task::spawn_blocking(work).await.map_err(tokio::task::JoinError::try_into_panic) {
        Ok(envelope) => envelope,
        Err(Ok(panicked)) => std::panic::resume_unwind(panicked),
        // Given up because the runtime ends, and all that waits with it.
        Err(Err(_)) => std::future::pending().await,
    }
}

/// The try and what follows from it. What was heard once stays heard, whatever became of its copy.
fn write_down(world: &World, key: &str, url: Option<String>, ended: Result<u16, String>) -> Result<(), Error> {
    let now = world.now();
    world.work(|unit| {
        let Some(mut delivery) = unit.find::<Delivery>(key) else { return Ok(()) };
        delivery.tries += 1;
        delivery.is_heard |= ended == Ok(200);
        let goes_on = !delivery.is_heard && url.is_some() && now < delivery.written_at + GIVE_UP_AFTER_MS;
        delivery.due_at = goes_on.then_some(now + HOUR_MS);
        let (status, error) = match ended {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error)),
        };
        delivery.last = Some(Try { at: now, url: url.unwrap_or_default(), status, error });
        unit.put(delivery);
        Ok(())
    })
}

/// The last cause: "Connection refused" says more than that a request was not sent.
fn root_of(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// Sends what is due as long as it is asked to go on: each notification in a task of its own, so
/// that a merchant who does not answer delays no other. Ends when it is dropped; what is under way
/// then is sent again by the next one.
pub async fn run(world: Arc<World>, postman: Postman) {
    let mut under_way = JoinSet::new();
    loop {
        let mut leases = Lease::take(&world);
        if world.outbox().manner().disorder {
            leases = disordered(leases, world.random());
        }
        for lease in leases {
            let (world, postman) = (Arc::clone(&world), postman.clone());
            under_way.spawn(async move {
                let _place = postman.places.acquire().await;
                postman.deliver_one(&world, &lease).await;
            });
        }
        while under_way.try_join_next().is_some() {}
        // Running out of time is no error: it is the round.
        let _ = tokio::time::timeout(ROUND, world.outbox().woken()).await;
    }
}
