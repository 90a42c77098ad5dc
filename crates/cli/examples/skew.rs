//! How evenly shops of very different size fall on the shards of a database: `cargo run --release
//! -p pagam-cli --example skew`.
//!
//! A shop's rows live on one shard, chosen by a hash of its name. Shops are drawn by Zipf's law:
//! the shop at place `n` has a share of the payments that falls with `n` to the power of an
//! exponent. Told are the load of the fullest shard as a multiple of the mean, by the hash alone
//! and with the largest shops placed by hand, and how long a payment takes there: a shard serves
//! four at once, payments come by chance, and each takes as long as an exponential draw with the
//! mean as its unit. Everything comes from fixed seeds, so that it is the same on every machine.
//! `docs/SCALING.md` shows what it prints.

use std::collections::BinaryHeap;

/// Shops of a gateway that many merchants use.
const SHOPS: u64 = 100_000;
const EXPONENTS: [f64; 4] = [0.6, 0.8, 1.0, 1.2];
const SHARDS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];
/// The largest, which an operator can know and place.
const BY_HAND: usize = 32;
/// Other names for the same shops: placements to take the middle and the worst of.
const PLACEMENTS: u64 = 21;
/// How busy the shards are on the average.
const BUSY: [f64; 3] = [0.3, 0.5, 0.7];
const PAYMENTS: usize = 400_000;
/// What the table of waiting times is told of.
const WAITING_SHARDS: usize = 16;
/// Commits that a server takes to the disk at the same time.
const AT_ONCE: usize = 4;

fn main() {
    println!(
        "The fullest shard as a multiple of the mean: middle and worst of {PLACEMENTS} placements of {SHOPS} shops"
    );
    for (how, by_hand) in [("By the hash of the shop alone", 0), ("The largest shops placed by hand", BY_HAND)] {
        println!("{how}");
        print!("exponent  largest shop");
        SHARDS.iter().for_each(|shards| print!("  {shards:>11}"));
        println!();
        for exponent in EXPONENTS {
            let shares = shares(exponent);
            print!("{exponent:<8}  {:>10.2} %", shares[0] * 100.0);
            for shards in SHARDS {
                let (middle, worst) = fullest(&shares, shards, by_hand);
                print!("  {middle:>5.2} {worst:>5.2}");
            }
            println!();
        }
    }
    println!(
        "\np99 on the fullest of {WAITING_SHARDS} shards, in mean times of a payment; {AT_ONCE} are served at once; - is more than the shard can do"
    );
    print!("exponent");
    BUSY.iter().for_each(|busy| print!("  shards {:>2.0} % busy", busy * 100.0));
    println!();
    for exponent in EXPONENTS {
        let (middle, _) = fullest(&shares(exponent), WAITING_SHARDS, 0);
        print!("{exponent:<8}");
        for busy in BUSY {
            let here = busy * middle;
            match here < 1.0 {
                true => print!("  {:>8.1} ({:>3.0} %)", p99(here), here * 100.0),
                false => print!("  {:>8} ({:>3.0} %)", "-", here * 100.0),
            }
        }
        println!();
    }
}

/// Each shop's share of all payments, the largest first.
#[expect(clippy::cast_precision_loss, reason = "places far below 2^52")]
fn shares(exponent: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=SHOPS).map(|place| (place as f64).powf(-exponent)).collect();
    let all: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / all).collect()
}

/// The share of the fullest shard in means: in the middle placement and in the worst. The largest
/// `by_hand` shops go, after all others, each to the shard that is emptiest then.
#[expect(clippy::cast_precision_loss, reason = "a number of shards")]
fn fullest(shares: &[f64], shards: usize, by_hand: usize) -> (f64, f64) {
    let (large, others) = shares.split_at(by_hand);
    let mut found: Vec<f64> = (0..PLACEMENTS)
        .map(|placement| {
            let mut loads = vec![0.0; shards];
            for (shop, share) in (0_u64..).zip(others) {
                loads[place(mixed(shop ^ mixed(placement)), shards)] += share;
            }
            for share in large {
                if let Some(emptiest) = loads.iter_mut().min_by(|a, b| a.total_cmp(b)) {
                    *emptiest += share;
                }
            }
            loads.into_iter().fold(0.0, f64::max) * shards as f64
        })
        .collect();
    found.sort_by(f64::total_cmp);
    (found[found.len() / 2], found[found.len() - 1])
}

fn place(hash: u64, shards: usize) -> usize {
    usize::try_from(hash % shards as u64).unwrap_or_default()
}

/// The time from arrival to commit that 99 of 100 payments do not exceed, on a shard that is so busy.
#[expect(clippy::cast_precision_loss, reason = "a number of servers")]
fn p99(busy: f64) -> f64 {
    let mut dice = Dice(1);
    let (mut now, mut took) = (0.0, Vec::with_capacity(PAYMENTS));
    // When each of the servers is free, the soonest on top.
    let mut free: BinaryHeap<Soonest> = (0..AT_ONCE).map(|_| Soonest(0.0)).collect();
    for _ in 0..PAYMENTS {
        now += dice.exponential() / (busy * AT_ONCE as f64);
        let Soonest(at) = free.pop().unwrap_or(Soonest(now));
        let done = at.max(now) + dice.exponential();
        free.push(Soonest(done));
        took.push(done - now);
    }
    took.sort_by(f64::total_cmp);
    took[PAYMENTS * 99 / 100]
}

/// An instant that is the greater the sooner it is.
#[derive(PartialEq)]
struct Soonest(f64);

impl Eq for Soonest {}

impl PartialOrd for Soonest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Soonest {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.total_cmp(&self.0)
    }
}

/// Numbers from a seed.
struct Dice(u64);

impl Dice {
    /// A draw with the mean 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are what a fraction holds")]
    fn exponential(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let fraction = (mixed(self.0) >> 11) as f64 / (1_u64 << 53) as f64;
        -(1.0 - fraction).ln()
    }
}

/// SplitMix64's last step: every bit of the answer depends on every bit of the question.
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}
