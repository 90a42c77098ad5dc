//! The wire between a life's store and its PostgreSQL server. It knows at any moment whether the server owes an answer, and it
//! breaks where the seed wants it to: a question does not arrive, or it does and nobody hears the answer.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::AsyncWriteExt;
use tokio::net::{UnixListener, UnixStream};

use super::messages::{Ask, Messages};
use crate::dice::Dice;
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
}

/// A wire. It ends with the runtime that it was laid in.
pub struct Wire(Arc<Inner>);

struct Inner {
    weather: Weather,
    is_up: AtomicBool,
    /// Answers that the server owes, on all connections.
    owed: AtomicU64,
}

impl Weather {
    /// Of a life. Where something is broken on purpose no wire breaks: what is found is to come of the one thing.
    pub fn new(around: &Surroundings, life: u64, mutation: Option<Mutation>, breaks: &Arc<Breaks>) -> Weather {
        let mut dice = Dice::new(around.seed, &format!("wire {life}"));
        Weather {
            around: around.clone(),
            percent: if mutation.is_some() { 0 } else { dice.one_of(&PERCENTS) },
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
        ask == Ask::Commit && self.is_forgetful && self.dice.lock().expect("whole").chance(BROKEN_PERCENT)
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
    /// COMMITs that did not arrive, those whose answer was not heard, whatever else broke, and all that did with the gateway.
    pub fn counts(&self) -> [u64; 4] {
        let all = [&self.commits_lost, &self.commits_unheard, &self.others, &self.deaths];
        all.map(|count| count.load(Ordering::SeqCst))
    }
}

impl Wire {
    /// A wire from a new socket to the server's, inside a runtime.
    pub fn lay(here: &Path, schema: &Schema, weather: Weather) -> Wire {
        // The last life's is still there.
        drop(std::fs::remove_file(here));
        let listener = UnixListener::bind(here).expect("a socket");
        let inner = Arc::new(Inner { weather, is_up: AtomicBool::default(), owed: AtomicU64::default() });
        let (there, wire) = (schema.socket(), Arc::clone(&inner));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (there, wire) = (there.clone(), Arc::clone(&wire));
                tokio::spawn(async move { wire.carry(client, UnixStream::connect(there).await?).await });
            }
        });
        Wire(inner)
    }

    /// From now on it may break.
    pub fn rise(&self) {
        self.0.is_up.store(true, Ordering::SeqCst);
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
    /// Carries one connection, message by message, until it breaks.
    async fn carry(&self, mut client: UnixStream, mut server: UnixStream) -> std::io::Result<()> {
        let (mut asked, mut answered) = (Messages::of_client(), Messages::of_server());
        let (mut debt, mut is_unheard) = (Debt { all: &self.owed, own: 0 }, false);
        loop {
            tokio::select! {
                read = asked.read(&mut client) => {
                    read?;
                    while let Some(mut message) = asked.next() {
                        let Some(ask) = message.ask() else {
                            server.write_all(message.bytes()).await?;
                            continue;
                        };
                        let cut = self.cut(ask);
                        if cut == Some(Cut::Before) {
                            return Ok(());
                        }
                        if self.weather.forgets(ask) && self.is_exposed() {
                            message.take_back();
                        }
                        debt.grow();
                        server.write_all(message.bytes()).await?;
                        if cut == Some(Cut::Amid) {
                            return Ok(());
                        }
                        is_unheard |= cut == Some(Cut::After);
                    }
                }
                read = answered.read(&mut server) => {
                    read?;
                    while let Some(message) = answered.next() {
                        if !is_unheard {
                            client.write_all(message.bytes()).await?;
                        }
                        if message.ends_answer() {
                            debt.shrink();
                        }
                    }
                    if is_unheard && debt.own == 0 {
                        return Ok(());
                    }
                }
            }
            self.weather.around.pulse.beat();
        }
    }

    fn cut(&self, ask: Ask) -> Option<Cut> {
        let cut = self.is_exposed().then(|| self.weather.draw(ask)).flatten()?;
        self.weather.count(ask, cut);
        Some(cut)
    }

    fn is_exposed(&self) -> bool {
        self.is_up.load(Ordering::SeqCst) && self.weather.around.is_windy()
    }
}

/// Answers that the server owes on one connection; who hangs up forgives them.
struct Debt<'w> {
    all: &'w AtomicU64,
    own: u64,
}

impl Debt<'_> {
    fn grow(&mut self) {
        self.own += 1;
        self.all.fetch_add(1, Ordering::SeqCst);
    }

    fn shrink(&mut self) {
        self.own -= 1;
        self.all.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Debt<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(self.own, Ordering::SeqCst);
    }
}
