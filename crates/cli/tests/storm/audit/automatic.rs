//! What was to happen by itself to money that the shop left alone.

use payments::AutomaticAct;
use wire::movement::Kind;
use wire::{Code, Verdict};

use super::Case;
use super::ledger::Judged;

impl Case<'_> {
    /// Money that the shop has neither settled nor given up was settled, or released, when its day
    /// came: no trouble of an hour takes that away.
    pub(super) fn of_automatic(&self) -> Vec<String> {
        let asked = |moved: &crate::shop::Moved| {
            // A deletion has no name: repeated after a lost answer it is refused, because it was made.
            let may_be_done = moved.code == 0 || Code(moved.code) == Code::NOT_DELETABLE;
            moved.transaction == self.id && may_be_done && matches!(moved.kind, Kind::Settle | Kind::Delete)
        };
        let is_paid = self.word.verdict == Some(Verdict::Ok) && !self.sale.is_only_permission;
        if !is_paid || self.is_touched() || self.books.moved.iter().any(asked) {
            return Vec::new();
        }
        let is_taken = self.charges.iter().any(|charge| charge.captured_minor > 0);
        let is_held = self.charges.iter().any(|charge| charge.is_open());
        let is_beyond_us = self.charges.iter().any(|charge| charge.has_declined_capture || charge.has_expired());
        match self.books.automatic {
            Some(AutomaticAct::Settle) if !is_taken && !is_beyond_us => vec!["never settled by itself".to_owned()],
            Some(AutomaticAct::Delete) if is_taken || is_held => vec!["never released by itself".to_owned()],
            _ => Vec::new(),
        }
    }
}
