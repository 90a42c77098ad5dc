//! One shop receives half of all traffic: how long its charges take, and those of the others meanwhile.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use crate::callers::{Merchant, Timetable, percentile};
use crate::scene::Scene;
use crate::shops::{HOT, MERCHANTS};

const TURN: Duration = Duration::from_secs(8);
const TURNS: usize = 2;
const AT_GATEWAYS: usize = 2;

/// By turns: the same traffic spread evenly, and half of it at one shop. `capacity` is what the
/// gateways do at most, a second.
pub async fn measure(scene: &Scene, merchants: &Arc<[Merchant]>, capacity: f64) -> Result<()> {
    let callers = scene.callers(merchants, AT_GATEWAYS);
    let evenly = Timetable { rate: capacity / 2.0, span: TURN, whose: |number| place(number % MERCHANTS) };
    let hotly = Timetable { whose: half_at_one, ..evenly };
    let (mut even, mut hot) = (Vec::new(), Vec::new());
    let flushes = scene.engine.flushes().await?;
    for _ in 0..TURNS {
        even.extend(callers.charge_by(evenly).await?);
        hot.extend(callers.charge_by(hotly).await?);
    }
    let flushed = flushes.zip(scene.engine.flushes().await?).map(|(before, after)| after - before);
    println!(
        "\n{}: {:.0} charges/s, half of what {AT_GATEWAYS} gateways can do, by a timetable",
        scene.engine.name(),
        capacity / 2.0
    );
    print_row("spread evenly, all shops", &even, |_| true);
    print_row("half at one shop: this one", &hot, |whose| whose == HOT);
    print_row("half at one shop: the others", &hot, |whose| whose != HOT);
    if let Some(flushed) = flushed {
        #[expect(clippy::cast_precision_loss, reason = "a mean for people to read")]
        let each = flushed as f64 / (even.len() + hot.len()) as f64;
        println!("The server flushed its log {each:.2} times a charge");
    }
    Ok(())
}

/// Every second charge is the hot shop's; the others take turns.
fn half_at_one(number: u64) -> usize {
    match number % 2 {
        0 => HOT,
        _ => place(1 + number / 2 % (MERCHANTS - 1)),
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

fn print_row(name: &str, charged: &[(usize, Duration)], is_meant: impl Fn(usize) -> bool) {
    let meant = charged.iter().filter(|(whose, _)| is_meant(*whose));
    let mut took: Vec<_> = meant.map(|(_, took)| *took).collect();
    let (half, most) = (percentile(&mut took, 50), percentile(&mut took, 99));
    println!("{name:<30}  p50 {half:>7.1} ms  p99 {most:>7.1} ms  ({} charges)", took.len());
}
