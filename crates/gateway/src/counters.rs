//! Counts what happens to payments since the start, for monitors. Each process counts for itself.

use payments::EventKind;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::sampled::LEFT_OUT;

/// The media type of [`Counters::exposition`].
pub(crate) const EXPOSITION_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How often each event was committed by this process.
pub(crate) struct Counters {
    registry: Registry,
    events: Family<Labels, Counter>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    event: &'static str,
}

impl Default for Counters {
    fn default() -> Self {
        let (mut registry, events) = (Registry::with_prefix("pagam"), Family::<Labels, Counter>::default());
        registry.register("payment_events", "Changes of payments committed by this process", events.clone());
        registry.register("log_lines_left_out", "Warnings that a flood of one kind has not written", LEFT_OUT.clone());
        // Alarms are there from the start, so that a monitor can watch them.
        for kind in [EventKind::SettlementDeclined, EventKind::RefundDeclined, EventKind::MovedElsewhere] {
            drop(events.get_or_create(&Labels { event: name(kind) }));
        }
        Counters { registry, events }
    }
}

impl Counters {
    pub(crate) fn count(&self, kind: EventKind) {
        self.events.get_or_create(&Labels { event: name(kind) }).inc();
    }

    /// As monitors read it.
    pub(crate) fn exposition(&self) -> String {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("a string takes everything");
        text
    }
}

fn name(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Opened => "opened",
        EventKind::Begun => "begun",
        EventKind::Lapsed => "lapsed",
        EventKind::TurnedAway => "turned_away",
        EventKind::Confirming => "confirming",
        EventKind::Asked => "asked",
        EventKind::Declined => "declined",
        EventKind::Pending => "pending",
        EventKind::CardWanted => "card_wanted",
        EventKind::Paid => "paid",
        EventKind::Agreed => "agreed",
        EventKind::Refused => "refused",
        EventKind::Abandoned => "abandoned",
        EventKind::SteppedAside => "stepped_aside",
        EventKind::Settling => "settling",
        EventKind::Booked => "booked",
        EventKind::Settled => "settled",
        EventKind::SettlementDeclined => "settlement_declined",
        EventKind::SettlingAgain => "settling_again",
        EventKind::CaptureKnown => "capture_known",
        EventKind::Releasing => "releasing",
        EventKind::Released => "released",
        EventKind::AutomaticGivenUp => "automatic_given_up",
        EventKind::Refunding => "refunding",
        EventKind::RefundAccepted => "refund_accepted",
        EventKind::Refunded => "refunded",
        EventKind::RefundDeclined => "refund_declined",
        EventKind::RefundedElsewhere => "refunded_elsewhere",
        EventKind::MovedElsewhere => "moved_elsewhere",
        EventKind::ChargedBack => "charged_back",
    }
}
