//! `pagam decrypt`: reads what a notice says.

use clap::Args;
use pagam::{Client, CryptedString, Error, Notice};

use super::connection::Connection;
use super::{Answer, outcome};

/// What `pagam decrypt` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  pagam decrypt Zy8k_Q1w2E3r…
  pagam decrypt 'https://shop.example/ok?a=GESPAY00001&b=Zy8k_Q1w2E3r…'     the whole address as it was called

Exit codes: 0 paid, 1 not paid or not final")]
pub struct DecryptArgs {
    /// The b of a notice, or the whole address or query that was called
    notice: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl DecryptArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        let text = self.notice.trim();
        let outcome = match text.contains('=') {
            true => {
                let query = text.split_once('?').map_or(text, |(_, query)| query);
                let query = query.split('#').next().unwrap_or_default();
                client.outcome_of(&Notice::parse(query)?).await?
            }
            false => client.decrypt(&CryptedString::new(text)?).await?,
        };
        Ok(outcome::shown(&outcome))
    }
}
