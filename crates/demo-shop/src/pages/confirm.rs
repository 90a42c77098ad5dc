//! One question before something that cannot be undone: a page with a form of its own, so it needs
//! no script.

use askama::Template;
use axum::response::Response;

use super::{Frame, page};

#[derive(Template)]
#[template(path = "confirm.html")]
pub(super) struct Confirm {
    pub frame: Frame,
    pub title: String,
    pub text: &'static str,
    /// Which transaction it is about, if it is about one.
    pub about: Option<String>,
    /// Where yes goes.
    pub action: String,
    /// What yes sends along.
    pub fields: Vec<(&'static str, String)>,
    pub yes: String,
    /// Where no goes.
    pub back: String,
}

impl Confirm {
    pub(super) fn ask(&self) -> Response {
        page(self)
    }
}
