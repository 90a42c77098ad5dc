//! Payments by buyers who walk the real pages.

use std::time::Duration;

use anyhow::Result;
use pagam_cli::buyer::{self, Purchase};
use pagam_cli::clock::Stopwatch;
use pagam_cli::up::House;

const BUYERS: usize = 8;
const SPAN: Duration = Duration::from_secs(10);

/// What every buyer of the bench buys.
pub fn purchase(house: &House, amount: &str) -> Purchase {
    Purchase {
        shop: house.running().shop.clone(),
        amount: amount.into(),
        buyer: "marco".into(),
        password: "amazon".into(),
        card: "ok".into(),
        address: None,
    }
}

/// Buys for a while and prints payments and durable commits per second.
#[expect(clippy::cast_precision_loss, reason = "rates for people to read")]
pub async fn measure(house: &House) -> Result<()> {
    let commits = house.store().commits();
    let watch = Stopwatch::start();
    let buyers: Vec<_> = (0..BUYERS)
        .map(|_| {
            let purchase = purchase(house, "3.50");
            tokio::spawn(async move {
                let mut paid = 0_u32;
                while watch.elapsed() < SPAN {
                    paid += u32::from(buyer::buy(&purchase).await?.paid);
                }
                anyhow::Ok(paid)
            })
        })
        .collect();
    let mut paid = 0;
    for buyer in buyers {
        paid += buyer.await??;
    }
    let seconds = watch.elapsed().as_secs_f64();
    let commits = house.store().commits() - commits;
    println!(
        "Payments: {:.1}/s by {BUYERS} buyers through all pages, shop and simulator included; durable commits of the \
         gateway: {:.1}/s, {:.1} a payment",
        f64::from(paid) / seconds,
        commits as f64 / seconds,
        commits as f64 / f64::from(paid.max(1)),
    );
    Ok(())
}
