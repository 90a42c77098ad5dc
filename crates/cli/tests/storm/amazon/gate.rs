//! Which call to Amazon meets which fault: drawn from the seed. What is late, or comes twice, arrives some ticks
//! later, when the caller has long gone on.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use testkit::dice::Dice;
use testkit::gate::{Call, Fault, Gate, Policy};

use crate::mutation::Mutation;
use crate::surroundings::Surroundings;

/// What is late comes at most so many ticks later.
const LATEST: u64 = 12;

/// What names an attempt, in a call that makes it.
const ATTEMPT: &str = "AuthorizationReferenceId";
/// What it is made on, when that is an agreement.
const AGREEMENT: &str = "AmazonBillingAgreementId";
/// When an attempt that never arrived is long over for everybody.
const OLD_MS: i64 = 3 * 3_600_000;

/// Changes the parameters of a call on its way; says whether it did.
pub type Tamper = Arc<dyn Fn(&mut Vec<(String, String)>) -> bool + Send + Sync>;

/// Makes another answer of Amazon's, given the action.
pub type Twist = Arc<dyn Fn(&str, &str) -> Option<String> + Send + Sync>;

/// The faults, given the ticks after which something arrives late.
const FAULTS: [fn(u64) -> Fault; 9] = [
    |_| Fault::Dropped,
    |_| Fault::Lost,
    |_| Fault::Lost,
    Fault::Late,
    Fault::Twice,
    |_| Fault::Throttled,
    |_| Fault::Garbled,
    |_| Fault::Broken,
    |_| Fault::BrokenAfter,
];

/// The weather on the way to Amazon.
pub struct Wind {
    around: Surroundings,
    dice: Mutex<Dice>,
    /// How many calls of a hundred go wrong.
    percent: AtomicU64,
    tamper: Option<Tamper>,
    twist: Option<Twist>,
    /// Which attempts on agreements never arrive and are executed late; none unless the mutation wants it.
    executes_old: Option<Mutex<Dice>>,
    /// Names of attempts of which none arrives before it is executed late.
    held: Mutex<HashSet<String>>,
}

impl Wind {
    pub(super) fn new(around: &Surroundings, mutation: Option<Mutation>) -> Wind {
        Wind {
            around: around.clone(),
            dice: Mutex::new(Dice::new(around.seed, "gate")),
            percent: AtomicU64::new(0),
            tamper: mutation.and_then(Mutation::tamper),
            twist: mutation.and_then(Mutation::twist),
            executes_old: mutation
                .filter(|mutation| mutation.executes_old_attempts())
                .map(|_| Mutex::new(Dice::new(around.seed, "old attempts"))),
            held: Mutex::default(),
        }
    }

    /// From now on so many of a hundred calls go wrong.
    pub fn blow(&self, percent: u64) {
        self.percent.store(percent, Ordering::SeqCst);
    }

    /// Half of the attempts on agreements. An order is closed before its attempt is given up, so that nothing can be
    /// executed on it late.
    fn holds_back(&self, call: &Call) -> bool {
        let is_on_agreement = call.value(ATTEMPT).is_some() && call.value(AGREEMENT).is_some();
        is_on_agreement && self.executes_old.as_ref().is_some_and(|dice| dice.lock().expect("whole").chance(50))
    }

    fn draw(&self) -> Fault {
        let mut dice = self.dice.lock().expect("whole");
        let fault = dice.chance(self.percent.load(Ordering::SeqCst)).then(|| dice.one_of(&FAULTS));
        let after = 1 + dice.below(LATEST);
        fault.map_or(Fault::Passed, |fault| fault(after))
    }
}

impl Policy for Wind {
    fn meet(gate: &Arc<Gate<Wind>>, call: &mut Call) -> Fault {
        let wind = &gate.policy;
        wind.around.pulse.beat();
        if let Some(tamper) = &wind.tamper {
            call.tamper(&**tamper);
        }
        let mut fault = wind.draw();
        let is_held = |name: &String| wind.held.lock().expect("whole").contains(name);
        if call.value(ATTEMPT).as_ref().is_some_and(is_held) || wind.holds_back(call) {
            fault = Fault::Dropped;
        }
        wind.around.diary.note("gate", format_args!("{} {fault:?}", call.subject()));
        if fault == Fault::Dropped && wind.executes_old.is_some() {
            execute_later(gate, call);
        }
        fault
    }

    async fn ticks(&self, ticks: u64) {
        self.around.ticks.pass(ticks).await;
    }

    fn answered(&self, action: &str, answer: &str) -> Option<String> {
        self.around.pulse.beat();
        self.twist.as_ref().and_then(|twist| twist(action, answer))
    }
}

/// Executes an attempt that never arrived, hours later and as if it were made then.
fn execute_later(gate: &Arc<Gate<Wind>>, call: &Call) {
    let Some(name) = call.value(ATTEMPT) else { return };
    if !gate.policy.held.lock().expect("whole").insert(name) {
        return;
    }
    let (around, mut call) = (gate.policy.around.clone(), call.clone());
    let at = around.wall.now_ms() + OLD_MS;
    drop(gate.forward(async move {
        while around.wall.now_ms() < at {
            around.ticks.pass(1).await;
        }
        let now = jiff::Timestamp::from_millisecond(around.wall.now_ms()).expect("a time");
        let now = now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        call.tamper(|pairs| {
            pairs.iter_mut().filter(|(name, _)| name == "Timestamp").for_each(|(_, value)| value.clone_from(&now));
            true
        });
        call
    }));
}
