//! A gateway that plays one answer to everything, and the program run against it.

use std::path::PathBuf;
use std::process::{Command, Output};

use axum::Router;
use axum::http::StatusCode;

/// What the program said and how it ended.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A folder of one test, gone with it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("pagam-merchant-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Runs `pagam` with these words, as the user marco, and with nothing of the developer's own
/// settings.
pub async fn pagam(words: &[&str]) -> Said {
    pagam_with(&[], words).await
}

/// The same with these variables of the environment.
pub async fn pagam_with(variables: &[(&str, &str)], words: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pagam"));
    command.args(words);
    for name in ["SHOP_LOGIN", "API_KEY", "API_KEY_FILE", "DIR", "TOKEN", "SHOP_URL", "LOG"] {
        command.env_remove(format!("PAGAM_{name}"));
    }
    command.env_remove("SUDO_USER").env("USER", "marco").envs(variables.iter().copied());
    let ended = tokio::task::spawn_blocking(move || command.output()).await.expect("it ends");
    let Output { status, stdout, stderr } = ended.expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { code: status.code().expect("it was not killed"), out: text(stdout), err: text(stderr) }
}

/// The address of a gateway that answers every call with this status and this inner answer.
pub async fn gateway(status: u16, inner: &str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let body = format!("<Envelope><Body><GestPayS2S xmlns=\"\">{inner}</GestPayS2S></Body></Envelope>");
    let status = StatusCode::from_u16(status).expect("a status");
    let router = Router::new().fallback(move || async move { (status, body) });
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
