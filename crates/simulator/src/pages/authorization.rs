//! The request a merchant makes at `/ap/oa`: what it asks, whether it may, and how its answer
//! travels. Pure; sign_in.rs serves it.

use form_urlencoded::Serializer;
use http::StatusCode;
use url::Url;

use super::page::is_origin;
use super::texts::{Language, Texts};
use crate::world::ClientView as Client;

/// The query of `/ap/oa`.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub client_id: String,
    /// Where the answer goes; needed unless a popup answers by message.
    pub redirect_uri: String,
    /// Names parted by spaces.
    pub scope: String,
    /// `token`.
    pub response_type: String,
    /// Returned untouched.
    pub state: Option<String>,
    /// `true`: the sandbox.
    pub sandbox: String,
    /// `true`: the answer goes into the query.
    pub popup: String,
    /// `web_message`: the answer goes to the opener, by popup.js.
    pub response_mode: String,
    /// Origin of the opener.
    pub origin: String,
    /// `auto`, `always`, `never`.
    pub interactive: String,
    pub ui_locales: String,
    /// The same under the widgets' name.
    pub language: String,
}

/// Why a request cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    /// OAuth's word for it.
    pub code: &'static str,
    pub reason: String,
    /// What was sent, by name.
    pub facts: Vec<(String, String)>,
}

/// The answer's way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// 303 with the answer after `#`.
    Fragment(String),
    /// 303 with the answer after `?`.
    Query(String),
    /// A page that hands it to the opener of this origin.
    Message(String),
}

/// Every scope Amazon documents.
pub const SCOPES: &[&str] = &[
    "profile",
    "profile:user_id",
    "postal_code",
    "payments:widget",
    "payments:shipping_address",
    "payments:billing_address",
    "payments:instant_access",
];

impl Asked {
    #[must_use]
    pub fn read(query: &str) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                "client_id" => asked.client_id = value,
                "redirect_uri" => asked.redirect_uri = value,
                "scope" => asked.scope = value,
                "response_type" => asked.response_type = value,
                "state" => asked.state = Some(value),
                "sandbox" => asked.sandbox = value,
                "popup" => asked.popup = value,
                "response_mode" => asked.response_mode = value,
                "origin" => asked.origin = value,
                "interactive" => asked.interactive = value,
                "ui_locales" => asked.ui_locales = value,
                "language" => asked.language = value,
                _ => {}
            }
        }
        asked
    }

    /// Whether the sandbox is meant.
    #[must_use]
    pub fn is_sandbox(&self) -> bool {
        self.sandbox == "true"
    }

    #[must_use]
    pub fn texts(&self) -> &'static Texts {
        let tags = if self.ui_locales.is_empty() { &self.language } else { &self.ui_locales };
        Language::of(tags).texts()
    }

    /// The scopes in order.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split_whitespace()
    }

    /// Whether the request of a known client may go on, and how its answer travels.
    ///
    /// # Errors
    /// The first rule that is broken: return address or origin, response type, scope.
    pub fn check(&self, client: &Client) -> Result<Way, Refusal> {
        let way = self.way(client)?;
        if self.response_type != "token" {
            let reason = "Only response_type=token is played: the implicit grant, as the button uses it.";
            return Err(self.refusal("unsupported_response_type", reason, &[("response_type", &self.response_type)]));
        }
        if self.scope.trim().is_empty() {
            return Err(self.refusal("invalid_request", "The parameter scope is missing.", &[]));
        }
        match self.scopes().find(|scope| !SCOPES.contains(scope)) {
            Some(unknown) => {
                Err(self.refusal("invalid_scope", "An unknown scope was requested.", &[("scope", unknown)]))
            }
            None => Ok(way),
        }
    }

    /// Why a client that Seller Central does not know is refused; `elsewhere`: it is known in the
    /// other environment.
    #[must_use]
    pub fn unknown_client(&self, elsewhere: bool) -> Refusal {
        let sandbox = [("client_id", self.client_id.as_str()), ("sandbox", self.sandbox.as_str())];
        if self.client_id.is_empty() {
            return self.refusal("invalid_request", "The parameter client_id is missing.", &[]);
        }
        if elsewhere {
            let reason =
                "The client exists, but not in this environment. Check sandbox=true and the address of Widgets.js.";
            return self.refusal("invalid_client", reason, &sandbox);
        }
        self.refusal("invalid_client", "The client id is not known to this simulator.", &sandbox)
    }

    fn way(&self, client: &Client) -> Result<Way, Refusal> {
        if self.response_mode == "web_message" {
            if !is_origin(&self.origin) || !client.origins.contains(&self.origin) {
                let reason = "The page's origin is not among the allowed JavaScript origins of the client.";
                return Err(self.refusal("unauthorized_client", reason, &[("origin", &self.origin)]));
            }
            if self.redirect_uri.is_empty() {
                return Ok(Way::Message(self.origin.clone()));
            }
        }
        if self.redirect_uri.is_empty() {
            return Err(self.refusal("invalid_request", "The parameter redirect_uri is missing.", &[]));
        }
        if !client.return_urls.contains(&self.redirect_uri) {
            let reason = "The return address is not among the allowed return URLs of the client. They are compared letter by letter.";
            return Err(self.refusal("invalid_request", reason, &[("redirect_uri", &self.redirect_uri)]));
        }
        Ok(match (self.response_mode.as_str(), self.popup.as_str()) {
            ("web_message", _) => Way::Message(self.origin.clone()),
            (_, "true") => Way::Query(self.redirect_uri.clone()),
            _ => Way::Fragment(self.redirect_uri.clone()),
        })
    }

    fn refusal(&self, code: &'static str, reason: &str, facts: &[(&str, &str)]) -> Refusal {
        let facts = facts.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Refusal { status: StatusCode::BAD_REQUEST, code, reason: reason.to_owned(), facts }
    }

    /// What goes back when the buyer agreed.
    #[must_use]
    pub fn granted(&self, access_token: &str) -> Vec<(&'static str, String)> {
        let mut answer = vec![
            ("access_token", access_token.to_owned()),
            ("token_type", "bearer".to_owned()),
            ("expires_in", "3600".to_owned()),
            ("scope", self.scope.clone()),
        ];
        answer.extend(self.state.clone().map(|state| ("state", state)));
        answer
    }

    /// What goes back when the buyer did not, or could not be asked.
    #[must_use]
    pub fn denied(&self, description: &str) -> Vec<(&'static str, String)> {
        let mut answer = vec![("error", "access_denied".to_owned()), ("error_description", description.to_owned())];
        answer.extend(self.state.clone().map(|state| ("state", state)));
        answer
    }
}

/// The address a redirect goes to; nothing when the way is a message.
#[must_use]
pub fn address(way: &Way, answer: &[(&'static str, String)]) -> Option<String> {
    let (target, in_query) = match way {
        Way::Fragment(target) => (target, false),
        Way::Query(target) => (target, true),
        Way::Message(_) => return None,
    };
    let mut url = Url::parse(target).ok()?;
    if in_query {
        url.query_pairs_mut().extend_pairs(answer);
    } else {
        url.set_fragment(Some(&Serializer::new(String::new()).extend_pairs(answer).finish()));
    }
    Some(url.into())
}

/// The query of our own `/ap/oa` out of a `return` field; nothing when it leads anywhere else.
#[must_use]
pub fn query_of_return(back: &str) -> Option<&str> {
    let query = back.strip_prefix("/ap/oa?")?;
    (!query.contains(['\r', '\n', '#'])).then_some(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACK: &str = "http://127.0.0.1:2420/pagam/AmazonPay.aspx";

    fn client() -> Client {
        Client {
            client_id: "amzn1.application-oa2-client.1".into(),
            seller_id: "A1SELLER".into(),
            merchant: "Bottega Biella".into(),
            is_sandbox: true,
            origins: vec!["http://127.0.0.1:2420".into()],
            return_urls: vec![BACK.into()],
            ipn_url: None,
        }
    }

    fn asked() -> Asked {
        Asked {
            client_id: "amzn1.application-oa2-client.1".into(),
            redirect_uri: BACK.into(),
            scope: "profile payments:widget".into(),
            response_type: "token".into(),
            state: Some("SHOP.1".into()),
            sandbox: "true".into(),
            ..Asked::default()
        }
    }

    fn code(asked: &Asked) -> &'static str {
        asked.check(&client()).expect_err("a refusal").code
    }

    #[test]
    fn the_answer_travels_in_the_fragment_and_after_a_popup_in_the_query() {
        let way = asked().check(&client()).expect("allowed");
        let answer = asked().granted("Atza|abc");
        let full = address(&way, &answer).expect("a redirect");
        assert!(
            full.starts_with(&format!("{BACK}#access_token=Atza%7Cabc&token_type=bearer&expires_in=3600&scope=")),
            "{full}"
        );
        assert!(full.ends_with("&state=SHOP.1"), "{full}");
        let popup = Asked { popup: "true".into(), ..asked() };
        let way = popup.check(&client()).expect("allowed");
        assert!(address(&way, &answer).expect("a redirect").starts_with(&format!("{BACK}?access_token=Atza%7Cabc")));
    }

    #[test]
    fn a_return_address_that_differs_by_one_letter_is_refused() {
        let near = Asked { redirect_uri: format!("{BACK}/"), ..asked() };
        assert_eq!(code(&near), "invalid_request");
    }

    #[test]
    fn an_unknown_client_is_refused_and_one_of_the_other_environment_is_told_so() {
        assert_eq!(asked().unknown_client(false).code, "invalid_client");
        assert!(asked().unknown_client(true).reason.contains("environment"));
    }

    #[test]
    fn unknown_scopes_and_the_code_grant_are_refused() {
        assert_eq!(code(&Asked { scope: "profile all".into(), ..asked() }), "invalid_scope");
        assert_eq!(code(&Asked { response_type: "code".into(), ..asked() }), "unsupported_response_type");
    }

    #[test]
    fn a_message_goes_to_an_allowed_origin_only() {
        let message = Asked { response_mode: "web_message".into(), redirect_uri: String::new(), ..asked() };
        let own = Asked { origin: "http://127.0.0.1:2420".into(), ..message.clone() };
        assert_eq!(own.check(&client()), Ok(Way::Message("http://127.0.0.1:2420".into())));
        let other = Asked { origin: "https://evil.example".into(), ..message };
        assert_eq!(code(&other), "unauthorized_client");
    }

    #[test]
    fn a_return_field_leads_to_our_own_authorize_page_only() {
        assert_eq!(query_of_return("/ap/oa?client_id=1"), Some("client_id=1"));
        for wrong in [
            "https://evil.example/ap/oa?x",
            "//evil.example/ap/oa?x",
            "/ap/oa",
            "/other?x",
            "/ap/oa?x\r\nSet-Cookie: a",
            "",
        ] {
            assert_eq!(query_of_return(wrong), None, "{wrong:?}");
        }
    }
}
