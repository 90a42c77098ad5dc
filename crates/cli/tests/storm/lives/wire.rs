//! The wire between a life's store and its PostgreSQL server. It knows at any moment whether the
//! server owes an answer, and it breaks where the seed wants it to: a question does not arrive, or
//! it does and nobody hears the answer.

use std::io::{ErrorKind, Result};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use testkit::dice::Dice;
use tokio::io::AsyncWriteExt;
use tokio::net::{UnixListener, UnixStream};

use super::messages::{Ask, Message, Messages};
use crate::mutation::Mutation;
use crate::place::Schema;
use crate::surroundings::Surroundings;

/// How many COMMITs of a hundred break in a life.
const PERCENTS: [u64; 4] = [0, 3, 10, 25];
/// So many times as often as anything else that is asked.
const FAVOUR: u64 = 10;
/// How many COMMITs of a hundred a server loses that is broken.
const BROKEN_PERCENT: u64 = 20;

/// Where a wire breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// The question does not arrive.
    Before,
    /// The server is still at it.
    Amid,
    /// The server has done it, and its answer does not arrive.
    After,
}

const CUTS: [Cut; 4] = [Cut::Before, Cut::Amid, Cut::After, Cut::After];

/// What a wire is exposed to.
pub struct Weather {
    around: Surroundings,
    dice: Mutex<Dice>,
    percent: u64,
    /// Whether the server says of a commit that it is made, and forgets it.
    is_forgetful: bool,
    breaks: Arc<Breaks>,
}

/// What broke in all lives of a seed.
#[derive(Debug, Default)]
pub struct Breaks {
    /// COMMITs that did not arrive.
    commits_lost: AtomicU64,
    /// COMMITs that arrived, and whose answer nobody heard.
    commits_unheard: AtomicU64,
    others: AtomicU64,
    /// Times that the gateway was killed while the server owed an answer.
    deaths: AtomicU64,
    /// Questions that were asked while nothing came through.
    unreached: AtomicU64,
}

/// A wire. It ends with the runtime that it was laid in.
pub struct Wire(Arc<Inner>);

struct Inner {
    weather: Weather,
    /// Whether it may break.
    is_up: AtomicBool,
    /// Whether nothing comes through.
    is_out: AtomicBool,
    /// Answers that the server owes, on all connections.
    owed: AtomicU64,
}

impl Weather {
    /// Of a life.
    pub fn new(around: &Surroundings, life: u64, mutation: Option<Mutation>, breaks: &Arc<Breaks>) -> Weather {
        let mut dice = Dice::new(around.seed, &format!("wire {life}"));
        Weather {
            around: around.clone(),
            percent: dice.one_of(&PERCENTS),
            dice: Mutex::new(dice),
            is_forgetful: mutation == Some(Mutation::CommitsForgotten),
            breaks: Arc::clone(breaks),
        }
    }

    fn draw(&self, ask: Ask) -> Option<Cut> {
        let mut dice = self.dice.lock().expect("whole");
        let (hits, spares) = (dice.chance(self.percent), ask != Ask::Commit && dice.below(FAVOUR) > 0);
        let cut = dice.one_of(&CUTS);
        (hits && !spares).then_some(cut)
    }

    fn forgets(&self, ask: Ask) -> bool {
        self.is_forgetful
            && ask == Ask::Commit
            && self.around.is_windy()
            && self.dice.lock().expect("whole").chance(BROKEN_PERCENT)
    }

    fn count(&self, ask: Ask, cut: Cut) {
        self.around.diary.note("wire", format_args!("cut {cut:?} the answer to {ask:?}"));
        let count = match (ask, cut) {
            (Ask::Commit, Cut::Before) => &self.breaks.commits_lost,
            (Ask::Commit, Cut::Amid | Cut::After) => &self.breaks.commits_unheard,
            _ => &self.breaks.others,
        };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

impl Breaks {
    /// COMMITs that did not arrive, those whose answer was not heard, whatever else broke, what did
    /// with the gateway, and what was asked while nothing came through.
    pub fn counts(&self) -> [u64; 5] {
        let all = [&self.commits_lost, &self.commits_unheard, &self.others, &self.deaths, &self.unreached];
        all.map(|count| count.load(Ordering::SeqCst))
    }
}

impl Wire {
    /// A wire from a new socket to the server's, inside a runtime.
    pub fn lay(here: &Path, schema: &Schema, weather: Weather) -> Wire {
        // The last life's is still there.
        drop(std::fs::remove_file(here));
        let listener = UnixListener::bind(here).expect("a socket");
        let inner = Arc::new(Inner {
            weather,
            is_up: AtomicBool::default(),
            is_out: AtomicBool::default(),
            owed: AtomicU64::default(),
        });
        let (there, wire) = (schema.socket(), Arc::clone(&inner));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (there, wire) = (there.clone(), Arc::clone(&wire));
                tokio::spawn(async move {
                    let server = UnixStream::connect(there).await?;
                    Connection { wire, client, server, owed: 0, is_unheard: false }.carry().await
                });
            }
        });
        Wire(inner)
    }

    /// From now on it may break.
    pub fn rise(&self) {
        self.0.is_up.store(true, Ordering::SeqCst);
    }

    /// Whether nothing comes through from now on.
    pub fn cut_off(&self, is_out: bool) {
        self.0.is_out.store(is_out, Ordering::SeqCst);
    }

    /// Whether the server owes an answer.
    pub fn is_awaited(&self) -> bool {
        self.0.owed.load(Ordering::SeqCst) > 0
    }

    /// It ends with a life that was killed.
    pub fn die(&self) {
        self.0.weather.breaks.deaths.fetch_add(u64::from(self.is_awaited()), Ordering::SeqCst);
    }
}

impl Inner {
    /// Where the wire breaks at a question.
    fn cut(&self, ask: Ask) -> Option<Cut> {
        if !self.is_exposed() {
            return None;
        }
        if self.is_out.load(Ordering::SeqCst) {
            self.weather.breaks.unreached.fetch_add(1, Ordering::SeqCst);
            return Some(Cut::Before);
        }
        let cut = self.weather.draw(ask)?;
        self.weather.count(ask, cut);
        Some(cut)
    }

    fn is_exposed(&self) -> bool {
        self.is_up.load(Ordering::SeqCst) && self.weather.around.is_windy()
    }
}

/// One connection.
struct Connection {
    wire: Arc<Inner>,
    client: UnixStream,
    server: UnixStream,
    /// Answers that the server owes on this one.
    owed: u64,
    /// Whether nothing is passed on to the client any more.
    is_unheard: bool,
}

impl Connection {
    /// Carries message by message, until an end hangs up or the wire breaks.
    async fn carry(&mut self) -> Result<()> {
        let (mut asked, mut answered) = (Messages::of_client(), Messages::of_server());
        loop {
            tokio::select! {
                read = asked.read(&mut self.client) => read?,
                read = answered.read(&mut self.server) => read?,
            }
            self.wire.weather.around.pulse.beat();
            while let Some(message) = asked.next() {
                self.ask(message).await?;
            }
            while let Some(message) = answered.next() {
                self.answer(&message).await?;
            }
        }
    }

    async fn ask(&mut self, mut message: Message) -> Result<()> {
        let Some(ask) = message.ask() else { return self.server.write_all(message.bytes()).await };
        let cut = self.wire.cut(ask);
        if cut == Some(Cut::Before) {
            return Err(ErrorKind::BrokenPipe.into());
        }
        if self.wire.weather.forgets(ask) {
            message.take_back();
        }
        self.owed += 1;
        self.wire.owed.fetch_add(1, Ordering::SeqCst);
        self.server.write_all(message.bytes()).await?;
        self.is_unheard |= cut == Some(Cut::After);
        if cut == Some(Cut::Amid) { Err(ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }

    async fn answer(&mut self, message: &Message) -> Result<()> {
        if !self.is_unheard {
            self.client.write_all(message.bytes()).await?;
        }
        if message.ends_answer() {
            self.owed -= 1;
            self.wire.owed.fetch_sub(1, Ordering::SeqCst);
        }
        if self.is_unheard && self.owed == 0 { Err(ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

impl Drop for Connection {
    /// Nobody waits any more for what is owed here.
    fn drop(&mut self) {
        self.wire.owed.fetch_sub(self.owed, Ordering::SeqCst);
    }
}
