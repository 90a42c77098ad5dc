//! `pagam token delete`: ends the permission that a token stands for.

use clap::{Args, Subcommand};
use pagam::{Client, Error, Token};

use super::Answer;
use super::connection::Connection;
use super::movement::done;

/// What can be done with a token.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Delete a token: it can never be charged again (callDeleteTokenS2S)
    #[command(after_help = "Examples:
  pagam token delete 7Q2M9X4K1B8V3Z6T
  PAGAM_TOKEN=… pagam token delete")]
    Delete(TokenDeleteArgs),
}

/// What `pagam token delete` takes.
#[derive(Args)]
pub struct TokenDeleteArgs {
    /// The token
    #[arg(env = "PAGAM_TOKEN", hide_env_values = true)]
    token: String,
    #[command(flatten)]
    pub(super) connection: Connection,
}

impl std::fmt::Debug for TokenDeleteArgs {
    /// Without the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenDeleteArgs").field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl TokenDeleteArgs {
    pub(super) async fn run(&self, client: &Client) -> Result<Answer, Error> {
        client.delete_token(&Token::new(self.token.trim())?).await?;
        Ok(done("token delete", "Deleted the token".to_owned()))
    }
}
