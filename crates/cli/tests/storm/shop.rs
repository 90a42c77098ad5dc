//! The shop: its server, which hears notices, and its books, in which stands what it asked for and what it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use payments::AutomaticAct;
use testkit::dice::Dice;
use tokio::net::TcpListener;
use url::Url;
use wire::Verdict;
use wire::movement::Kind;

use crate::surroundings::Surroundings;

/// The first four pauses between tries are kept however the clock jumps; a shop that is deaf more often may go unheard.
const DEAF_MOST: u64 = 2;

/// By what way the shop was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The gateway's server called.
    Notice,
    /// The buyer's browser brought it.
    Browser,
    /// The answer to a call of the shop.
    Answer,
}

/// One outcome as the shop read it.
#[derive(Debug, Clone)]
pub struct Told {
    pub way: Way,
    pub transaction: String,
    pub verdict: Verdict,
    pub code: u32,
    pub amount: String,
    /// The gateway's number; empty when nothing was attempted.
    pub number: String,
}

/// What the shop wants to be paid.
#[derive(Debug, Clone, Default)]
pub struct Sale {
    pub minor: i64,
    /// The order that is paid under this identifier; a shop that believes a KO tries another identifier for the same.
    pub order: String,
    /// Visits that the buyer began, and charges by call.
    pub tries: u32,
    /// Of `tries`, those on the page.
    pub visits: u32,
    /// A permission for later, and no payment now.
    pub is_only_permission: bool,
    /// A card was chosen whose captures Amazon makes later: what is to be given back before may be refused.
    pub is_late: bool,
}

/// A movement that the shop asked for until it had an answer.
#[derive(Debug, Clone)]
pub struct Moved {
    pub kind: Kind,
    pub transaction: String,
    pub minor: i64,
    /// Whether it was accepted, and else why not.
    pub code: u32,
}

/// A token.
#[derive(Debug, Clone)]
pub struct Permission {
    pub token: String,
    /// Whether the shop was told that it is over.
    pub is_ended: bool,
}

/// The shop's books.
#[derive(Debug, Default)]
pub struct Books {
    pub sales: BTreeMap<String, Sale>,
    /// Sales whose buyer has acted on the payment page.
    pub begun: BTreeSet<String>,
    /// Strings that came and were not decrypted so far.
    pub letters: Vec<(Way, String)>,
    pub told: Vec<Told>,
    pub tokens: BTreeMap<String, String>,
    pub moved: Vec<Moved>,
    pub permissions: Vec<Permission>,
    /// Whether money is taken apart from its authorization.
    pub is_separated: bool,
    /// What the gateway is to do with held money that the shop leaves alone.
    pub automatic: Option<AutomaticAct>,
    /// What no gateway may do.
    pub complaints: Vec<String>,
}

/// The shop. A clone is the same shop.
#[derive(Clone)]
pub struct Shop {
    inner: Arc<Inner>,
}

struct Inner {
    around: Surroundings,
    address: Url,
    books: Mutex<Books>,
    dice: Mutex<Dice>,
    percent: AtomicU64,
    deaf: AtomicU64,
}

impl Shop {
    /// Listens on a port of this machine.
    pub async fn open(around: &Surroundings) -> Shop {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let shop = Shop {
            inner: Arc::new(Inner {
                around: around.clone(),
                address: Url::parse(&address).expect("an address"),
                books: Mutex::default(),
                dice: Mutex::new(Dice::new(around.seed, "shop")),
                percent: AtomicU64::new(0),
                deaf: AtomicU64::new(0),
            }),
        };
        let service = Router::new().fallback(hear).with_state(shop.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        shop
    }

    pub fn url(&self, path: &str) -> String {
        self.inner.address.join(path).expect("an address").into()
    }

    pub fn books(&self) -> MutexGuard<'_, Books> {
        self.inner.books.lock().expect("whole")
    }

    /// From now on so many of a hundred notices meet a deaf shop.
    pub fn blow(&self, percent: u64) {
        self.inner.percent.store(percent, Ordering::SeqCst);
    }

    /// A buyer's browser comes to an address of the shop's, with a string or without.
    pub fn browser_at(&self, address: &str) -> bool {
        let is_ours = address.starts_with(self.inner.address.as_str());
        if is_ours {
            self.letter(Way::Browser, address);
        }
        is_ours
    }

    fn letter(&self, way: Way, address: &str) {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let string = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "b");
        match string {
            Some((_, string)) => self.books().letters.push((way, string.into_owned())),
            None => self.books().complaints.push(format!("{way:?} without a string: {address}")),
        }
    }

    fn mood(&self) -> Mood {
        let mut dice = self.inner.dice.lock().expect("whole");
        let is_deaf = dice.chance(self.inner.percent.load(Ordering::SeqCst));
        let mood = dice.one_of(&[Mood::Refuses, Mood::Breaks, Mood::HearsAndBreaks, Mood::Redirects]);
        match mood {
            _ if !is_deaf => Mood::Hears,
            Mood::Refuses | Mood::Breaks | Mood::HearsAndBreaks
                if self.inner.deaf.fetch_add(1, Ordering::SeqCst) >= DEAF_MOST =>
            {
                Mood::Hears
            }
            mood => mood,
        }
    }
}

/// How the shop takes a notice.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Hears,
    Refuses,
    Breaks,
    HearsAndBreaks,
    Redirects,
}

async fn hear(State(shop): State<Shop>, request: Request) -> Response {
    let around = &shop.inner.around;
    around.pulse.beat();
    let mood = shop.mood();
    around.diary.note("shop", format_args!("a notice: {mood:?}"));
    if matches!(mood, Mood::Hears | Mood::HearsAndBreaks | Mood::Redirects) {
        shop.letter(Way::Notice, &request.uri().to_string());
    }
    match mood {
        Mood::Hears => "<html></html>".into_response(),
        Mood::Refuses => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Redirects => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response(),
        Mood::Breaks | Mood::HearsAndBreaks => {
            let stream = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
            Body::from_stream(stream).into_response()
        }
    }
}
