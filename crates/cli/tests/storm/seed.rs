//! One seed: the parties are set up, the storm blows, calm comes, the auditor counts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use payments::{Token, UtcMs};
use store::VisitsOver;
use testkit::dice::Dice;
use testkit::seed::login;
use tokio::runtime::{Builder, Runtime};

use crate::amazon::Amazon;
use crate::audit::{self, Left};
use crate::lives::{BREATH, Lives};
use crate::mutation::Mutation;
use crate::place::{Engine, Place};
use crate::shop::Shop;
use crate::stories::{self, Story};
use crate::surroundings::Surroundings;
use crate::tally::Tally;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// So many turns without anything are silence.
const SILENT_TURNS: u32 = 24;
/// Rounds of calm after which every story has its end, and what passes in each.
const LAST_WORDS: u32 = 400;
const LAST_WORDS_MS: i64 = 3 * SECOND_MS;
/// Rounds of calm after which nothing may be left, and how the time passes in them: first the
/// pauses between tries, then the sessions, then the days after which things happen by themselves.
const CALM_MS: [(u32, i64); 5] =
    [(30, 20 * SECOND_MS), (20, 10 * MINUTE_MS), (6, 3 * HOUR_MS), (10, DAY_MS), (PATIENT_ROUNDS, 20 * SECOND_MS)];
/// In the last of them real time passes too: what is left may wait for a thread that a busy machine
/// keeps from its work.
const PATIENT_ROUNDS: u32 = 100;
const PATIENCE: Duration = Duration::from_millis(20);

/// What is watched and broken in a run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    pub is_told: bool,
    pub mutation: Option<Mutation>,
    pub engine: Engine,
}

struct Storm {
    around: Surroundings,
    dice: Dice,
    /// Whether days pass.
    is_long: bool,
    world: Runtime,
    lives: Lives,
    amazon: Amazon,
    shop: Shop,
    stories: Vec<tokio::task::JoinHandle<()>>,
    /// Times that Amazon refused the whole account, or cut calls off.
    troubles: u64,
    /// What the seller did by hand.
    hands: u64,
}

/// How a seed ended.
pub struct End {
    pub findings: Vec<String>,
    pub tally: Tally,
    /// Where all of it is written down, when it was asked for or something is wrong.
    pub diary: Option<PathBuf>,
}

/// Plays one seed.
pub fn play(seed: u64, options: Options) -> End {
    let mut storm = Storm::gather(seed, options);
    storm.blow();
    let left = storm.calm();
    let ledger = storm.amazon.ledger();
    let findings = audit::findings(&ledger, &storm.shop.books(), &left, |message| storm.lives.answer(message).text);
    let mut diary = None;
    if options.is_told || (!findings.is_empty() && options.mutation.is_none()) {
        let told = &storm.around.diary;
        told.note("amazon", serde_json::to_string_pretty(&ledger).expect("JSON"));
        told.note("shop", format_args!("{:#?}", storm.shop.books()));
        diary = Some(told.keep(&format!("storm-{seed}")));
    }
    let mut tally = Tally::of(&storm.shop.books(), &storm.lives);
    (tally.troubles, tally.hands) = (storm.troubles, storm.hands);
    tally.taken_minor = audit::taken_minor(&ledger);
    storm.lives.kill();
    End { findings, tally, diary }
}

impl Storm {
    fn gather(seed: u64, options: Options) -> Storm {
        let place = Place::new(options.engine, &format!("{seed}-{}", options.mutation.map_or("", Mutation::name)));
        let around = Surroundings::new(seed, options.is_told);
        let mut dice = Dice::new(seed, "weather");
        let world = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let public = stories::public();
        let (amazon, shop) = world
            .block_on(async { (Amazon::open(&around, &public, options.mutation).await, Shop::open(&around).await) });
        let set_up = stories::shop_of(&mut dice, &shop, options.mutation.is_none_or(Mutation::calls_shop));
        around.diary.note("storm", format_args!("{set_up:?}"));
        let endpoints = amazon::Endpoints::at(amazon.address.clone(), amazon::Environment::Sandbox);
        let settings = gateway::Settings::new(public, store::Environment::Sandbox, endpoints);
        let is_separated = !set_up.capture_now;
        shop.books().is_separated = is_separated;
        shop.books().automatic = set_up.automatic.map(|(act, _)| act).filter(|_| is_separated);
        let mut lives = Lives::new(&around, place, settings, set_up).broken_by(options.mutation);
        lives.begin();
        let stories = stories::draw(&around, &lives.line(), &amazon, &shop, is_separated);
        let stories = stories.into_iter().map(|story: Story| world.spawn(story)).collect();
        let is_long = dice.chance(40);
        Storm { around, dice, is_long, world, lives, amazon, shop, stories, troubles: 0, hands: 0 }
    }

    /// The storm: steps drawn from the seed and from nothing else.
    fn blow(&mut self) {
        self.around.set_windy(true);
        let (mut outages, mut is_out) = (Dice::new(self.around.seed, "outages"), false);
        let mut troubles = Dice::new(self.around.seed, "troubles");
        let (has_troubles, has_hands) = (troubles.chance(50), troubles.chance(30));
        if has_troubles {
            self.amazon.settle_in(&mut troubles);
        }
        let percent = self.dice.one_of(&[0, 5, 15, 30, 60]);
        let steps = 30 + self.dice.below(50);
        for step in 0..steps {
            if self.dice.chance(10) {
                let now = self.dice.one_of(&[0, percent, percent, 100]);
                self.amazon.gate.policy.blow(now);
                self.shop.blow(now);
            } else if step == 0 {
                self.amazon.gate.policy.blow(percent);
                self.shop.blow(percent);
            }
            is_out = outages.chance(if is_out { 70 } else { 3 });
            self.lives.cut_off(is_out);
            if has_troubles && troubles.chance(3) {
                self.amazon.fall_ill(&mut troubles, &self.around);
                self.troubles += 1;
            }
            if has_hands && troubles.chance(8) && self.amazon.act_by_hand(&mut troubles, &self.around) {
                self.hands += 1;
            }
            self.around.ticks.tick();
            let turns = 1 + self.dice.below(60);
            self.turns(turns);
            self.step();
        }
    }

    fn step(&mut self) {
        match self.dice.below(100) {
            0..60 => self.settle(),
            60..63 => self.around.wall.move_ms(self.dice.between(1, 20) * MINUTE_MS),
            63 if self.is_long => self.around.wall.move_ms(self.dice.between(1, 4) * DAY_MS),
            68..70 => self.around.wall.move_ms(-self.dice.between(1, 300) * SECOND_MS),
            70..78 => self.die(),
            _ => {}
        }
        let span = self.dice.one_of(&[50, 100, 1_000, 1_000, 4_000]);
        self.pass(span);
    }

    fn die(&mut self) {
        self.around.diary.note("storm", "the gateway is killed");
        self.lives.kill();
        for _ in 0..self.dice.below(3) {
            self.around.ticks.tick();
            self.turns(20);
        }
        self.lives.begin();
    }

    /// Calm: nothing goes wrong any more, and time passes until nothing is left to do.
    fn calm(&mut self) -> Left {
        self.around.diary.note("storm", "calm");
        self.around.set_windy(false);
        self.lives.cut_off(false);
        self.around.wall.catch_up();
        self.amazon.gate.policy.blow(0);
        self.amazon.get_well();
        self.shop.blow(0);
        for _ in 0..LAST_WORDS {
            if self.stories_are_over() {
                break;
            }
            self.round(LAST_WORDS_MS);
        }
        let mut is_over = false;
        for (rounds, ms) in CALM_MS {
            for _ in 0..rounds {
                if rounds == PATIENT_ROUNDS {
                    std::thread::park_timeout(PATIENCE);
                }
                self.round(ms);
                // Once more: what Amazon has taken on it does a little later, and the clock may
                // have been set back meanwhile.
                is_over = match self.left().is_nothing() && self.shop.books().letters.is_empty() {
                    true if is_over => return self.left(),
                    is_nothing => is_nothing,
                };
                if is_over {
                    self.round(10 * MINUTE_MS);
                }
            }
        }
        self.left()
    }

    /// One tick, and some time in which nothing else happens. By the clock on the wall it may be
    /// long; the gateway waits a minute at most, which is more than any of its pauses.
    fn round(&mut self, ms: i64) {
        self.around.ticks.tick();
        self.settle();
        self.pass(ms.min(61 * SECOND_MS));
        self.around.wall.move_ms((ms - 61 * SECOND_MS).max(0));
        self.settle();
    }

    /// One thing after the other, on both sides, so many times.
    fn turns(&mut self, turns: u64) {
        for _ in 0..turns {
            self.lives.turn();
            self.world.block_on(tokio::task::yield_now());
        }
    }

    /// Until nothing happens any more.
    fn settle(&mut self) {
        let mut silent = 0;
        while silent < SILENT_TURNS {
            let before = self.around.pulse.count();
            self.turns(4);
            std::thread::park_timeout(BREATH);
            let is_silent = self.around.pulse.count() == before && !self.lives.is_database_awaited();
            silent = if is_silent { silent + 1 } else { 0 };
        }
    }

    /// Time passes, for everybody.
    fn pass(&mut self, ms: i64) {
        self.around.wall.move_ms(ms);
        self.lives.wait(Duration::from_millis(ms.unsigned_abs()));
    }

    fn stories_are_over(&self) -> bool {
        // The clerk, who is the first, never ends.
        self.stories.iter().skip(1).all(tokio::task::JoinHandle::is_finished) && self.shop.books().letters.is_empty()
    }

    fn left(&mut self) -> Left {
        let ever = UtcMs(i64::MAX);
        let (asked, closing, open, due) = self.lives.ask(async |store| {
            let asked = store.unresolved_due(ever, 100).await.expect("the store answers");
            let closing = store.closing_agreements(ever, 100).await.expect("the store answers");
            let open = store.visits_over(VisitsOver::by(ever), ever, 100).await.expect("the store answers");
            (asked, closing, open, store.next_notice_due(ever, ever).await.expect("the store answers"))
        });
        let automatic = self.lives.ask(async |store| store.automatic_due(ever, 100).await.expect("the store answers"));
        let tokens: Vec<Token> =
            self.shop.books().permissions.iter().map(|it| Token::new(&*it.token).expect("the gateway's own")).collect();
        let agreements = self.lives.ask(async |store| {
            let mut agreements = BTreeMap::new();
            for token in tokens {
                let found = store.agreement(&login(), &token).await.expect("the store answers");
                agreements.extend(found.map(|it| (token.to_string(), it.billing_agreement.to_string())));
            }
            agreements
        });
        Left {
            agreements,
            asked: asked.iter().map(|payment| format!("{payment:?}")).collect(),
            closing: closing.iter().map(|agreement| agreement.billing_agreement.to_string()).collect(),
            open: open.iter().map(|payment| payment.order.shop_transaction_id.to_string()).collect(),
            automatic: automatic.iter().map(|payment| payment.order.shop_transaction_id.to_string()).collect(),
            is_notice_due: due.is_some(),
            stories: self.stories.iter().skip(1).filter(|story| !story.is_finished()).count(),
            is_gate_busy: !self.amazon.gate.is_quiet(),
        }
    }
}
