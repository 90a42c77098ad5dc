//! Servers of the bench's own process, on loopback.

use anyhow::Result;
use axum::Router;
use tokio::net::TcpListener;
use url::Url;

/// A socket that waits for its server.
pub struct Door {
    pub url: Url,
    listener: TcpListener,
}

impl Door {
    pub async fn open() -> Result<Door> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = Url::parse(&format!("http://{}", listener.local_addr()?))?;
        Ok(Door { url, listener })
    }

    /// Serves until the bench ends.
    pub fn serve(self, router: Router) {
        tokio::spawn(async move { axum::serve(self.listener, router).await });
    }
}
