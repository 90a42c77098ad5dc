//! Which gateway, for which shop, with which key: the running house unless something else is said.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use pagam::Client;

use crate::up::running::Running;
use crate::up::{DIR, Local, SHOP_LOGIN};

/// Where a verb goes. Without any of it, to the house that `pagam up` started here.
#[derive(Args)]
#[command(next_help_heading = "Which gateway")]
pub struct Connection {
    /// The shop's code [default: the shop of `pagam up`]
    #[arg(long, env = "PAGAM_SHOP_LOGIN", value_name = "CODE")]
    shop_login: Option<String>,
    /// The shop's API key; on a shared machine rather by environment or file
    #[arg(long, env = "PAGAM_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: Option<String>,
    /// A file that holds the API key
    #[arg(long, env = "PAGAM_API_KEY_FILE", value_name = "FILE")]
    api_key_file: Option<PathBuf>,
    /// The address of a gateway
    #[arg(long, value_name = "URL", requires = "shop_login", conflicts_with_all = ["sandbox", "production"])]
    base_url: Option<String>,
    /// Axerve's sandbox
    #[arg(long, requires = "shop_login", conflicts_with = "production")]
    sandbox: bool,
    /// Axerve's production: real money
    #[arg(long, requires = "shop_login")]
    production: bool,
    /// Where `pagam up` keeps its files
    #[arg(long, default_value = DIR, env = "PAGAM_DIR")]
    dir: PathBuf,
    /// Print the result as JSON
    #[arg(long, help_heading = None::<&str>)]
    pub json: bool,
}

impl std::fmt::Debug for Connection {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("shop_login", &self.shop_login).finish_non_exhaustive()
    }
}

impl Connection {
    /// The client of the shop.
    ///
    /// # Errors
    /// No gateway is named and none runs here, a file cannot be read, or a setting is not valid.
    pub fn client(&self) -> Result<Client> {
        let is_named = self.base_url.is_some() || self.sandbox || self.production;
        let mut builder = Client::builder(self.shop_login.as_deref().unwrap_or(SHOP_LOGIN));
        builder = match &self.base_url {
            Some(url) => builder.base_url(url),
            None if self.production => builder.production(),
            None if self.sandbox => builder.sandbox(),
            None => builder.base_url(self.running()?.gateway),
        };
        if let Some(key) = self.key(is_named)? {
            builder = builder.api_key(key);
        }
        Ok(builder.build()?)
    }

    fn running(&self) -> Result<Running> {
        Running::read(&self.dir).context(
            "is `pagam up` running? Or name a gateway: --shop-login CODE and --base-url URL, --sandbox or --production",
        )
    }

    /// The key that was given, else that of the local house for its own shop.
    fn key(&self, is_named: bool) -> Result<Option<String>> {
        if let Some(key) = &self.api_key {
            return Ok(Some(key.clone()));
        }
        if let Some(path) = &self.api_key_file {
            let key = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            return Ok(Some(key.trim().to_owned()));
        }
        let is_local = !is_named && self.shop_login.as_deref().is_none_or(|login| login == SHOP_LOGIN);
        is_local.then(|| Local::kept(&self.dir).map(|local| local.api_key)).transpose()
    }
}
