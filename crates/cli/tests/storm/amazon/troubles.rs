//! What goes wrong at Amazon itself, and what sellers do there by hand: drawn from the seed while the storm blows.

use serde_json::Value;
use simulator::{Decline, Outcome, Trouble};
use testkit::dice::Dice;
use testkit::seed::SELLER;

use super::Amazon;
use crate::surroundings::Surroundings;

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// How Amazon refuses a whole account.
const REFUSALS: [Trouble; 5] = [
    Trouble::AccessDenied,
    Trouble::AccessDenied,
    Trouble::InvalidAccountStatus,
    Trouble::SignatureDoesNotMatch,
    Trouble::Clock,
];
/// Lists are an hour late at most, by a clock that may be set back meanwhile.
const LAGS_MS: [i64; 4] = [0, MINUTE_MS, 10 * MINUTE_MS, 45 * MINUTE_MS];

/// How captures and refunds end that Amazon has accepted.
const OUTCOMES: [Outcome; 5] = [
    Outcome::AT_ONCE,
    Outcome::completed_after(30 * SECOND_MS),
    Outcome::completed_after(HOUR_MS),
    Outcome::declined_after(MINUTE_MS, Decline::AmazonRejected),
    Outcome::declined_after(20 * MINUTE_MS, Decline::ProcessingFailure),
];

impl Amazon {
    /// Draws how lists lag, whether quotas are kept, and how movements end.
    pub fn settle_in(&self, dice: &mut Dice) {
        let world = self.simulator.world();
        world.set_listing_lag_ms(dice.one_of(&LAGS_MS));
        world.enforce_quotas(dice.chance(25));
        world.set_capture_outcome(dice.chance(25).then(|| dice.one_of(&OUTCOMES)));
        world.set_refund_outcome(dice.chance(25).then(|| dice.one_of(&OUTCOMES)));
    }

    /// Something that has gone wrong for the whole account, for a moment or for an hour.
    pub fn fall_ill(&self, dice: &mut Dice, around: &Surroundings) {
        let world = self.simulator.world();
        let (calls, until_ms) = (1 + dice.below(5), dice.one_of(&[5 * SECOND_MS, MINUTE_MS, HOUR_MS]));
        let trouble = dice.one_of(&REFUSALS);
        if dice.chance(40) {
            around.diary.note("amazon", format_args!("{calls} calls are cut off"));
            world.cut_off_calls(SELLER, u32::try_from(calls).expect("few"));
        } else {
            around.diary.note("amazon", format_args!("{trouble:?} for {until_ms} ms"));
            world.refuse_calls(SELLER, trouble, around.wall.now_ms() + until_ms);
        }
    }

    /// Amazon is well again; what it has accepted ends as it was to end, and lists stay late.
    pub fn get_well(&self) {
        let world = self.simulator.world();
        world.accept_calls(SELLER);
        world.enforce_quotas(false);
        world.set_capture_outcome(None);
        world.set_refund_outcome(None);
    }

    /// The seller does something in Seller Central to one of the orders; whether Amazon let him.
    pub fn act_by_hand(&self, dice: &mut Dice, around: &Surroundings) -> bool {
        let ledger = self.ledger();
        let orders = list(&ledger["order_references"]);
        let Some(order) = pick(dice, orders) else { return false };
        let world = self.simulator.world();
        let text = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
        let (what, done) = match dice.below(10) {
            0..4 => {
                let Some(authorization) = pick(dice, list(&order["authorizations"])) else { return false };
                ("capture", world.capture_by_hand(&text(authorization), None))
            }
            4..8 => {
                let Some(capture) = pick(dice, list(&order["captures"])) else { return false };
                ("refund", world.refund_by_hand(&text(capture), Some("0.50").filter(|_| dice.chance(50))))
            }
            8 => ("cancel", world.cancel_by_hand(&text(order), None)),
            _ => ("close", world.close_by_hand(&text(order), None)),
        };
        around.diary.note("seller", format_args!("{what} by hand on {}: {}", text(order), done.is_ok()));
        done.is_ok()
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn pick<'v>(dice: &mut Dice, from: &'v [Value]) -> Option<&'v Value> {
    match from.len() as u64 {
        0 => None,
        length => from.get(usize::try_from(dice.below(length)).expect("below the length")),
    }
}
