//! The simulator as the program sees it: open, seed, serve, stop.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::map_response;
use axum::response::Response;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};

use crate::ledger::Ledger;
use crate::notifications::{self, Manner, Postman};
use crate::{Clock, Error, Random, Seed, Settings, World, audit, login, mws, pages, seed};

/// How often the background does what is due.
const ROUND: Duration = Duration::from_secs(30);

/// What every answer says, unless its door says something else: browsers believe its media type,
/// and nobody keeps it.
async fn careful(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// An Amazon on this machine. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Simulator {
    world: Arc<World>,
    postman: Postman,
}

impl Simulator {
    /// Opens the file, or starts empty in memory.
    ///
    /// # Errors
    /// When the file cannot be opened, is of a newer program or makes no sense.
    pub fn open(path: Option<&Path>, settings: Settings, clock: Clock, random: Random) -> Result<Simulator, Error> {
        let world = World::new(Ledger::open(path)?, settings, clock, random);
        Ok(Simulator { world, postman: Postman::new() })
    }

    /// Fills it, or updates secrets, origins and URLs of what it was filled with. Objects stay.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn seed(&self, seed: &Seed) -> Result<(), Error> {
        seed::sow(&self.world, seed)
    }

    /// Everything it answers: MWS, Login with Amazon, the widgets, Seller Central, the auditors'
    /// ledger.
    pub fn router(&self) -> Router {
        let world = &self.world;
        mws::router(Arc::clone(world))
            .merge(login::router(Arc::clone(world)))
            .merge(audit::router(Arc::clone(world)))
            .merge(notifications::router(Arc::clone(world)))
            .merge(pages::router(Arc::clone(world)))
            .layer(map_response(careful))
    }

    /// What the pages see, for tests and programs in the same process.
    #[must_use]
    pub fn world(&self) -> &Arc<World> {
        &self.world
    }

    /// The auditors' ledger, as `GET /_simulator/ledger` answers it.
    ///
    /// # Errors
    /// When the file cannot be written: looking may find that something was due.
    pub fn ledger(&self) -> Result<serde_json::Value, Error> {
        audit::ledger(&self.world)
    }

    /// Every notification and what became of it, as `GET /_simulator/notifications` answers it.
    #[must_use]
    pub fn notifications(&self) -> serde_json::Value {
        notifications::ledger(&self.world)
    }

    /// From now on notifications are sent in this manner; those under way stay as they are.
    pub fn notify_in(&self, manner: Manner) {
        *self.world.outbox().manner() = manner;
    }

    /// Sends every notification that is due by the clock and not being sent, in the order
    /// of what happened. The answer is how many were sent: none when nothing was due. May be
    /// dropped at any await: what is not written down is due again.
    pub async fn deliver_notifications(&self) -> usize {
        self.postman.deliver(&self.world, None).await
    }

    /// The same in an order that the dice choose, some of them twice.
    pub async fn deliver_notifications_in_disorder(&self, dice: &Random) -> usize {
        self.postman.deliver(&self.world, Some(dice)).await
    }

    /// Does what falls due, sends notifications and forgets old sessions, until
    /// `shutdown` is ready.
    pub fn run_background<S: Future<Output = ()> + Send>(
        &self,
        shutdown: S,
    ) -> impl Future<Output = ()> + Send + use<S> {
        let world = Arc::clone(&self.world);
        let sending = notifications::run(Arc::clone(&self.world), self.postman.clone());
        let rounds = async move {
            let mut shutdown = pin!(shutdown);
            while tokio::time::timeout(ROUND, shutdown.as_mut()).await.is_err() {
                let world = Arc::clone(&world);
                let round =
                    tokio::task::spawn_blocking(move || world.ripen_all().and_then(|()| world.forget_old())).await;
                match round {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::error!(%error, "Background round failed"),
                    Err(error) => tracing::error!(%error, "Background round panicked"),
                }
            }
        };
        async move {
            tokio::select! {
                () = rounds => {}
                () = sending => {}
            }
        }
    }
}
