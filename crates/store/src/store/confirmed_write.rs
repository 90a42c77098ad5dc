//! Writes whose commit was not answered: written again, then looked for.

use std::future::Future;

use super::Store;
use crate::error::{ApplyError, Error, Unwritten};
use crate::statement::Statement;

impl Store {
    /// Writes a list under a guard, and finds out what became of it when the answer to its commit
    /// is lost. It is written again: the first one, should it be under way still, holds its rows
    /// until its end, so that the second waits for it and then meets a guard that the first has
    /// moved on, or none. `stands` says whether that was the first.
    ///
    /// # Errors
    /// [`Error::Uncertain`] only when the second could not be written and looked for either.
    pub(super) async fn write_confirmed(
        &self,
        list: Vec<Statement>,
        stands: impl Future<Output = Result<bool, Error>>,
    ) -> Result<(), ApplyError> {
        let uncertain = match self.engine().write(list.clone()).await {
            Err(Unwritten::Error(error @ Error::Uncertain(_))) => error,
            certain => return certain.map(drop).map_err(ApplyError::from),
        };
        tracing::warn!(error = %uncertain, "A commit was not answered; it is looked for");
        match self.engine().write(list).await {
            Ok(_) => Ok(()),
            Err(Unwritten::Unmet(unmet)) => match stands.await {
                Ok(true) => Ok(()),
                Ok(false) => Err(Unwritten::Unmet(unmet).into()),
                Err(_) => Err(uncertain.into()),
            },
            Err(Unwritten::Error(_)) => Err(uncertain.into()),
        }
    }
}
