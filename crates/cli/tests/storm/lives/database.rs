//! How one life reaches a PostgreSQL server: a runtime of its own for all that the store does
//! there, and a wire. Both end with the life.
//!
//! The runtime is driven poll by poll, as the gateway's is, and its clock stands as long as the
//! server owes an answer: however slow the server is, none of the store's time limits comes to pass
//! for nothing.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use store::Store;
use tokio::runtime::{Builder, Runtime};

use super::wire::{Weather, Wire};
use crate::place::{Place, Schema};

/// Whoever waits for another thread, or for the server, looks again after so long.
pub const BREATH: Duration = Duration::from_micros(20);
/// What passes in a turn while nobody owes anything: the pauses between the store's tries pass in a few turns, its time
/// limits do not.
const STEP: Duration = Duration::from_millis(50);

/// The way to the database.
pub struct Database {
    runtime: Runtime,
    wire: Wire,
    address: String,
}

impl Database {
    /// A wire to the server, and nothing on it.
    pub fn reach(place: &Place, schema: &Schema, weather: Weather) -> Database {
        let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
        let wire = runtime.block_on(async { Wire::lay(&place.folder().join(schema.file_name()), schema, weather) });
        Database { runtime, wire, address: schema.address(place.folder()) }
    }

    /// A store whose work is done here.
    pub fn open(&self) -> Store {
        wait(&self.runtime, Store::connect(&self.address), || self.turn()).expect("the database opens")
    }

    /// From now on the wire may break: a gateway that does not find its database when it starts does not start.
    pub fn rise(&self) {
        self.wire.rise();
    }

    /// Whether nothing comes through from now on.
    pub fn cut_off(&self, is_out: bool) {
        self.wire.cut_off(is_out);
    }

    /// Lets one thing happen.
    pub fn turn(&self) {
        if self.is_awaited() {
            self.runtime.block_on(tokio::task::yield_now());
            std::thread::park_timeout(BREATH);
        } else {
            self.runtime.block_on(tokio::time::advance(STEP));
        }
    }

    /// The end. The server finishes what has arrived there, and takes back what is not committed.
    pub fn die(self) {
        self.wire.die();
        drop(self.runtime);
    }

    /// Whether the server owes an answer.
    pub fn is_awaited(&self) -> bool {
        self.wire.is_awaited()
    }
}

/// Waits in a runtime whose clock is not to move, and does something else between two looks. While
/// `block_on` itself waits, it moves a clock that stands to whatever is to happen next.
pub fn wait<T>(runtime: &Runtime, answer: impl Future<Output = T>, meanwhile: impl Fn()) -> T {
    let mut answer = pin!(answer);
    loop {
        let looked = runtime.block_on(async {
            let looked = futures_util::poll!(answer.as_mut());
            tokio::task::yield_now().await;
            looked
        });
        match looked {
            Poll::Ready(answer) => return answer,
            Poll::Pending => meanwhile(),
        }
    }
}
