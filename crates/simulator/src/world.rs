//! The simulated Amazon as its doors see it: one ledger behind one lock, a clock and dice. The
//! pages use only what is public here; MWS and Login with Amazon use the ledger's units.
//!
//! Nothing here waits: a call takes the lock, works, writes through and gives the lock back.

mod agreements;
mod by_hand;
mod choices;
mod consent;
mod ids;
mod merchants;
mod orders;
mod settle;
mod shelf;
mod switches;
mod views;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::faults::Switches;
use crate::ledger::{Ledger, Tables, Unit};
use crate::notifications::{self, Outbox};
use crate::{Clock, Error, Random, Settings};

pub use by_hand::Act;
pub(crate) use choices::is_agreement;
pub use orders::NewOrder;
pub use settle::{Confirmation, Verdict};
pub use shelf::CARDS;
pub use views::{
    AddressView, AgreementView, BuyerView, CardView, ChoiceView, ClientView, MovementView, OrderView, PermissionView,
    SellerView, Ticket,
};

/// The password of every seeded buyer.
pub const PASSWORD: &str = "amazon";

/// The simulated Amazon. Shared by all doors.
pub struct World {
    settings: Settings,
    clock: Clock,
    random: Random,
    ledger: Mutex<Ledger>,
    switches: Mutex<Switches>,
    outbox: Outbox,
}

impl World {
    pub(crate) fn new(ledger: Ledger, settings: Settings, clock: Clock, random: Random) -> Arc<World> {
        let outbox = Outbox::of(ledger.tables());
        let mut switches = Switches::default();
        switches.enforce_quotas(settings.quotas);
        let (ledger, switches) = (Mutex::new(ledger), Mutex::new(switches));
        Arc::new(World { settings, clock, random, ledger, switches, outbox })
    }

    /// Where buyers and merchants reach this simulator, as they write it.
    #[must_use]
    pub fn public_url(&self) -> &str {
        self.settings.public_url.as_str()
    }

    /// UTC milliseconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    fn switches(&self) -> MutexGuard<'_, Switches> {
        self.switches.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    pub(crate) fn random(&self) -> &Random {
        &self.random
    }

    /// Does `work` as one durable unit, and owes the merchants in the same unit what they are to be
    /// told of it.
    pub(crate) fn work<T, E: From<Error>>(&self, work: impl FnOnce(&mut Unit<'_>) -> Result<T, E>) -> Result<T, E> {
        let (answer, owed) = self.lock().work(|unit| {
            let before = notifications::last_change(unit);
            let answer = work(unit)?;
            Ok::<_, E>((answer, notifications::enrol(self, unit, before)))
        })?;
        self.outbox.add(&owed);
        Ok(answer)
    }

    pub(crate) fn read<T>(&self, read: impl FnOnce(&Tables) -> T) -> T {
        read(self.lock().tables())
    }

    /// A lock that was held in a panic is as good as any: the unit put everything back.
    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn dice<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    pub(crate) fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.dice()).into_uuid().to_string()
    }
}
