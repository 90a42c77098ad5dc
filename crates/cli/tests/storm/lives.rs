//! The gateway and its lives. Each life is a runtime of its own, which the storm drives poll by
//! poll: to kill the gateway is to drop the runtime with all that is under way in it, wherever it
//! waits, and to open the same database again.

mod database;
mod messages;
mod wire;

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, LOCATION};
use gateway::{Doors, Gateway, Settings};
use payments::UtcMs;
use store::{Author, Store};
use testkit::dice::Dice;
use tokio::runtime::{Builder, Handle, Runtime};
use tower::ServiceExt;

use self::database::{Database, wait};
use self::wire::{Breaks, Weather};
use crate::mutation::Mutation;
use crate::place::Place;
use crate::surroundings::Surroundings;

pub use self::database::BREATH;

/// How often the notices are looked after in a gateway whose janitor is gone.
const ALONE: Duration = Duration::from_secs(1);

/// Where the gateway lives and dies.
pub struct Lives {
    around: Surroundings,
    settings: Settings,
    shop: store::Shop,
    mutation: Option<Mutation>,
    lived: u64,
    breaks: Arc<Breaks>,
    life: Option<Life>,
    line: Line,
    is_out: bool,
    outages: u64,
    /// The last to go.
    place: Place,
}

struct Life {
    runtime: Runtime,
    gateway: Gateway,
    /// The way to a database on a server.
    database: Option<Database>,
}

/// What the gateway is asked by shops and browsers. A clone is the same line; it stays when the gateway does not.
#[derive(Clone, Default)]
pub struct Line {
    at: Arc<Mutex<Option<(Handle, Doors)>>>,
    /// Whether a fault is made a KO.
    says_ko: bool,
}

/// A request that can be sent any number of times.
#[derive(Debug, Clone)]
pub struct Message {
    pub path: String,
    /// Content type and body; nothing: it is a GET.
    pub body: Option<(&'static str, String)>,
    /// The access token that the browser holds.
    pub token: Option<String>,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answered {
    pub status: u16,
    pub location: String,
    pub text: String,
}

/// No answer came: nobody knows what was done.
#[derive(Debug, Clone, Copy)]
pub struct Silence;

impl Lives {
    pub fn new(around: &Surroundings, place: Place, settings: Settings, shop: store::Shop) -> Lives {
        Lives {
            around: around.clone(),
            settings,
            shop,
            mutation: None,
            lived: 0,
            breaks: Arc::default(),
            life: None,
            line: Line::default(),
            is_out: false,
            outages: 0,
            place,
        }
    }

    pub fn broken_by(mut self, mutation: Option<Mutation>) -> Lives {
        self.mutation = mutation;
        self.line.says_ko = mutation.is_some_and(Mutation::says_ko);
        self
    }

    pub fn line(&self) -> Line {
        self.line.clone()
    }

    /// How often it was killed so far.
    pub fn kills(&self) -> u64 {
        self.lived.saturating_sub(1)
    }

    /// What broke on the way to a database on a server.
    pub fn breaks(&self) -> &Breaks {
        &self.breaks
    }

    /// A new life on the database as it stands.
    pub fn begin(&mut self) {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).event_interval(1).build();
        let runtime = runtime.expect("a runtime");
        let (store, database) = self.open();
        let gateway = wait(&runtime, self.gateway(store), || meanwhile(database.as_ref()));
        if self.lived == 0 {
            self.mutation.iter().for_each(|mutation| mutation.break_store(&self.place));
        }
        // Where something is broken on purpose no wire breaks: what is found is to come of the one thing.
        database.iter().filter(|_| self.mutation.is_none()).for_each(Database::rise);
        let has_janitor = self.mutation.is_none_or(Mutation::has_janitor);
        let alone = gateway.clone();
        match has_janitor {
            true => drop(runtime.spawn(alone.run_background(std::future::pending()))),
            false => drop(runtime.spawn(async move {
                loop {
                    drop(alone.notices().deliver_due().await);
                    drop(tokio::time::timeout(ALONE, std::future::pending::<()>()).await);
                }
            })),
        }
        *self.line.at.lock().expect("whole") = Some((runtime.handle().clone(), gateway.doors()));
        self.lived += 1;
        self.life = Some(Life { runtime, gateway, database });
    }

    /// Opens the database, and the way to it where it is on a server.
    fn open(&self) -> (Store, Option<Database>) {
        let Some(schema) = self.place.schema() else {
            return (Store::open(&self.place.file()).expect("the file opens"), None);
        };
        let weather = Weather::new(&self.around, self.lived, self.mutation, &self.breaks);
        let database = Database::reach(&self.place, schema, weather);
        (database.open(), Some(database))
    }

    async fn gateway(&self, store: Store) -> Gateway {
        let random = Dice::new(self.around.seed, &format!("gateway {}", self.lived)).random();
        if self.lived == 0 {
            let author = Author::new("storm", "storm");
            store.put_shop(&self.shop, &author, UtcMs(0)).await.expect("the shop is kept");
        }
        let clock = self.around.wall.for_gateway();
        Gateway::new(self.settings.clone(), store, clock, random).await.expect("a gateway")
    }

    /// The end, wherever everything is just now.
    pub fn kill(&mut self) {
        self.line.at.lock().expect("whole").take();
        if let Some(Life { runtime, gateway, database }) = self.life.take() {
            drop(runtime);
            drop(gateway);
            database.into_iter().for_each(Database::die);
        }
    }

    /// Lets one thing happen.
    pub fn turn(&self) {
        if let Some(life) = &self.life {
            life.runtime.block_on(tokio::task::yield_now());
            life.database.iter().for_each(Database::turn);
        }
    }

    /// Whether the database is out of reach from now on. One on a server is found again by the next
    /// life; a file can be read, and refuses what the gateway writes about payments until it is
    /// back.
    pub fn cut_off(&mut self, is_out: bool) {
        self.life.iter().flat_map(|life| &life.database).for_each(|database| database.cut_off(is_out));
        if self.is_out != is_out {
            self.is_out = is_out;
            self.outages += u64::from(is_out);
            self.around.diary.note("storm", format_args!("the database is out of reach: {is_out}"));
            self.place.refuse_writes(is_out);
        }
    }

    /// How often the database was out of reach so far.
    pub fn outages(&self) -> u64 {
        self.outages
    }

    /// Whether the database owes an answer.
    pub fn is_database_awaited(&self) -> bool {
        self.life.as_ref().and_then(|life| life.database.as_ref()).is_some_and(Database::is_awaited)
    }

    /// Moves the time by which the gateway waits, though nothing has happened meanwhile.
    pub fn wait(&self, span: Duration) {
        if let Some(life) = &self.life {
            life.runtime.block_on(tokio::time::advance(span));
        }
    }

    /// Asks the store of the living gateway.
    pub fn ask<T>(&self, question: impl AsyncFnOnce(&Store) -> T) -> T {
        let life = self.life.as_ref().expect("the gateway lives when it is asked");
        life.wait(question(life.gateway.store()))
    }

    /// Asks the living gateway, and nothing goes wrong.
    pub fn answer(&self, message: &Message) -> Answered {
        let life = self.life.as_ref().expect("the gateway lives when it is asked");
        life.wait(self.line().send(message.clone())).expect("the gateway lives")
    }
}

impl Life {
    /// Until there is an answer, whatever it takes meanwhile; the clock by which the gateway waits does not move.
    fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        wait(&self.runtime, answer, || meanwhile(self.database.as_ref()))
    }
}

fn meanwhile(database: Option<&Database>) {
    match database {
        Some(database) => database.turn(),
        None => std::thread::park_timeout(BREATH),
    }
}

impl Line {
    /// Sends, and waits for the answer, which a kill takes away.
    pub async fn send(&self, message: Message) -> Result<Answered, Silence> {
        self.send_until(message, std::future::pending()).await
    }

    /// The same, unless `end` comes before the whole answer: then the caller hangs up.
    pub async fn send_until(&self, message: Message, end: impl Future<Output = ()>) -> Result<Answered, Silence> {
        let (handle, doors) = self.at.lock().expect("whole").clone().ok_or(Silence)?;
        let says_ko = self.says_ko && message.is_charge();
        let mut answered = handle.spawn(async move {
            let response = doors.oneshot(message.request()).await.expect("the router always answers");
            let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
            let (status, location) = (response.status().as_u16(), location.to_owned());
            let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            Answered { status, location, text: String::from_utf8_lossy(&bytes).into_owned() }
        });
        tokio::select! {
            answered = &mut answered => {
                let answered = answered.map_err(|_| Silence)?;
                Ok(if says_ko && answered.status == 500 { Answered::ko() } else { answered })
            }
            () = end => {
                answered.abort();
                Err(Silence)
            }
        }
    }

    /// The answer comes, and the caller hangs up at its head: the body is dropped unread.
    pub async fn send_and_hang_up(&self, message: Message) -> Result<Answered, Silence> {
        let (handle, doors) = self.at.lock().expect("whole").clone().ok_or(Silence)?;
        let unread = async move { drop(doors.oneshot(message.request()).await) };
        drop(handle.spawn(unread).await);
        Err(Silence)
    }
}

impl Answered {
    /// As a gateway would say that surely nothing was done.
    fn ko() -> Answered {
        let failure = ::wire::Failure { code: ::wire::Code::SYSTEM, text: "No.".to_owned() };
        let text = ::wire::pagam::Response::refused(&::wire::pagam::Request::default(), failure).write();
        Answered { status: 200, location: String::new(), text }
    }
}

impl Message {
    fn is_charge(&self) -> bool {
        self.body.as_ref().is_some_and(|(_, text)| text.contains("callPagamS2S"))
    }

    pub fn get(path: impl Into<String>) -> Message {
        Message { path: path.into(), body: None, token: None }
    }

    pub fn form(path: &str, form: String) -> Message {
        Message { path: path.to_owned(), body: Some(("application/x-www-form-urlencoded", form)), token: None }
    }

    pub fn soap(path: &str, envelope: String) -> Message {
        Message { path: path.to_owned(), body: Some(("text/xml; charset=utf-8", envelope)), token: None }
    }

    /// From a browser whose buyer is signed in.
    pub fn signed_in(self, token: String) -> Message {
        Message { token: Some(token), ..self }
    }

    fn request(self) -> Request<Body> {
        let request = match &self.body {
            None => Request::get(&self.path),
            Some((kind, _)) => Request::post(&self.path).header(CONTENT_TYPE, *kind),
        };
        let mut request = request.header(ACCEPT_LANGUAGE, "en").header("sec-fetch-site", "same-origin");
        if let Some(token) = self.token {
            let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
            request = request.header(COOKIE, format!("amazon_Login_accessToken={token}"));
        }
        let body = self.body.map_or(Body::empty(), |(_, text)| Body::from(text));
        let mut request = request.body(body).expect("a request");
        let peer = std::net::SocketAddr::from(([192, 0, 2, 1], 4711));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    }
}
