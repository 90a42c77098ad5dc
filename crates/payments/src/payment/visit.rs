//! How a visit begins, and how it ends when Amazon was not asked for money: given up, out of time, or overtaken.

use crate::change::{Change, EventKind};
use crate::ids::UtcMs;
use crate::payment::{Payment, Refusal, Stage};

impl Payment {
    /// The buyer's first act when it is not another move: choosing a method, or seeing the widgets.
    /// From now on the visit ends after an hour and the shop is told.
    ///
    /// # Errors
    /// [`Refusal::Final`], [`Refusal::InFlight`]; [`Refusal::HasBegun`].
    pub fn begin(self, now: UtcMs) -> Result<Change, Refusal> {
        self.open_stage()?;
        if self.begun_at.is_some() {
            return Err(Refusal::HasBegun);
        }
        let stage = self.stage.clone();
        Ok(Change::of(self.begun(now).moved(stage, now), EventKind::Begun))
    }

    /// The buyer cancels, which also begins a visit that had not begun.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::InFlight`]: what Amazon was asked must be known first.
    pub fn abandon(self, now: UtcMs) -> Result<Change, Refusal> {
        let (instrument, _) = self.open_stage()?;
        Ok(Change::of(self.begun(now).moved(Stage::Abandoned { instrument }, now), EventKind::Abandoned))
    }

    /// The visit's time is over. As [`Payment::abandon`] when it had begun; otherwise silent.
    ///
    /// # Errors
    /// As [`Payment::abandon`].
    pub fn run_out(self, now: UtcMs) -> Result<Change, Refusal> {
        let (instrument, _) = self.open_stage()?;
        let kind = if self.begun_at.is_some() { EventKind::Abandoned } else { EventKind::Lapsed };
        Ok(Change::of(self.moved(Stage::Abandoned { instrument }, now), kind))
    }

    /// The visit ends while another visit holds the shop's identifier: as [`Payment::abandon`], but without a word to
    /// the shop, which hears of the other one. A KO under the identifier of a paid order would undo the order.
    ///
    /// # Errors
    /// [`Refusal::Final`]; [`Refusal::InFlight`], also when this visit itself holds the identifier.
    pub fn step_aside(self, now: UtcMs) -> Result<Change, Refusal> {
        let (instrument, _) = self.open_stage()?;
        match self.holds_claim() {
            false => Ok(Change::of(self.moved(Stage::Abandoned { instrument }, now), EventKind::SteppedAside)),
            true => Err(Refusal::InFlight),
        }
    }

    /// Whether it ended before it began: there is no outcome to tell.
    #[must_use]
    pub fn has_lapsed(&self) -> bool {
        matches!(self.stage, Stage::Abandoned { .. }) && self.begun_at.is_none()
    }

    /// The same visit, begun by now at the latest.
    pub(super) fn begun(mut self, now: UtcMs) -> Payment {
        self.begun_at = self.begun_at.or(Some(now));
        self
    }
}
