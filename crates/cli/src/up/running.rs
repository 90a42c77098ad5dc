//! What a running `pagam up` tells the other commands: where it listens.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::private;

/// Where the parts listen; a file in the data folder while they run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Running {
    /// The gateway: SOAP services and payment page.
    pub gateway: Url,
    /// The simulator of Amazon.
    pub simulator: Url,
    /// The demo shop.
    pub shop: Url,
}

/// No `pagam up` has said that it runs.
#[derive(Debug, thiserror::Error)]
#[error("nothing runs in {0}")]
pub struct NothingRuns(String);

impl Running {
    /// Reads what the last `pagam up` in this folder wrote.
    ///
    /// # Errors
    /// [`NothingRuns`] when there is none.
    pub fn read(dir: &Path) -> Result<Running> {
        let path = file(dir);
        let text = fs::read_to_string(&path).map_err(|_| NothingRuns(dir.display().to_string()))?;
        serde_json::from_str(&text).with_context(|| format!("{} is not readable", path.display()))
    }

    /// Tells the other commands.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, dir: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        private::write(&file(dir), &text)
    }

    /// Takes the word back; a file that is gone already is fine.
    pub fn remove(dir: &Path) {
        if let Err(error) = fs::remove_file(file(dir)) {
            tracing::debug!(%error, "No running file to remove");
        }
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("running.json")
}
