//! One life of `pagam up`: buyers at work, then SIGKILL.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use pagam_cli::buyer::{self, Purchase};
use pagam_cli::up::running::Running;
use serde_json::Value;
use testkit::dice::Dice;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Buyers at once, each with one purchase after the other.
const BUYERS: u64 = 3;
/// The longest life after the start, in microseconds.
const LONGEST_LIFE_US: u64 = 900_000;
/// Cards that buyers pay with: most work, some are declined, one loses its answer.
const CARDS: &[&str] = &["ok", "ok", "ok", "challenge", "invalid", "rejected", "lost", "timeout"];

/// What one cycle does.
pub struct Cycle {
    number: u32,
    life: Duration,
    cards: Vec<String>,
}

impl Cycle {
    /// Draws one.
    pub fn draw(number: u32, dice: &mut Dice) -> Cycle {
        let life = Duration::from_micros(dice.below(LONGEST_LIFE_US));
        let cards = (0..BUYERS).map(|_| dice.one_of(CARDS).to_owned()).collect();
        Cycle { number, life, cards }
    }

    /// Runs it; gives the shop's orders that buyers saw paid.
    pub async fn run(&self, folder: &Path) -> Vec<String> {
        let (mut house, at) = start(folder).await;
        let buyers: Vec<_> = self
            .cards
            .iter()
            .enumerate()
            .map(|(i, card)| {
                let amount = format!("{}.{:02}", 1 + i, self.number % 100);
                tokio::spawn(shop_until_killed(at.shop.clone(), amount, card.clone()))
            })
            .collect();
        // The moment of the kill is what is random here, and must be real time: nothing is awaited by it.
        let killed = tokio::time::timeout(self.life, house.wait()).await;
        assert!(killed.is_err(), "pagam ended by itself in cycle {}", self.number);
        house.kill().await.expect("SIGKILL");
        let mut paid = Vec::new();
        for buyer in buyers {
            paid.extend(buyer.await.expect("a buyer does not panic"));
        }
        paid
    }
}

/// Buys until nobody answers any more.
async fn shop_until_killed(shop: url::Url, amount: String, card: String) -> Vec<String> {
    let mut card = card;
    let mut paid = Vec::new();
    loop {
        let purchase = Purchase {
            shop: shop.clone(),
            amount: amount.clone(),
            buyer: "marco".into(),
            password: "amazon".into(),
            card: card.clone(),
            address: None,
        };
        match buyer::buy(&purchase).await {
            Ok(receipt) => paid.extend(receipt.paid.then_some(receipt.order.id)),
            Err(error) if is_gone(&error) => return paid,
            Err(error) => panic!("a page was not what it should be: {error:?}"),
        }
        "ok".clone_into(&mut card);
    }
}

/// Whether the answer is missing because the house was killed.
fn is_gone(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<reqwest::Error>().is_some())
}

/// Starts `pagam up` and waits until it says that it is ready.
async fn start(folder: &Path) -> (Child, Running) {
    let mut house = Command::new(env!("CARGO_BIN_EXE_pagam"))
        .args(["up", "--port", "0", "--json", "--dir"])
        .arg(folder)
        .env_remove("CARGO")
        .env("PAGAM_LOG", "error")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("pagam starts");
    let mut lines = BufReader::new(house.stdout.take().expect("piped")).lines();
    let line = lines.next_line().await.expect("text").expect("pagam says where it is before it ends");
    let at: Value = serde_json::from_str(&line).expect("JSON");
    (house, serde_json::from_value(at).expect("three addresses"))
}
