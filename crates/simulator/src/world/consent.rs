//! Who is signed in, what was agreed to, and the tokens that say so.

use data_encoding::BASE64URL_NOPAD;

use super::{BuyerView, Ticket, World};
use crate::Error;
use crate::ledger::{Buyer, Client, Consent, Session, Token};

/// A browser stays signed in for a day.
const SESSION_MS: i64 = 24 * 60 * 60 * 1000;

impl World {
    /// Everybody who can sign in, by name.
    #[must_use]
    pub fn buyers(&self) -> Vec<BuyerView> {
        self.read(|tables| tables.buyers.values().map(BuyerView::of).collect())
    }

    /// Who this e-mail address (case ignored) and password belong to.
    #[must_use]
    pub fn buyer_with_password(&self, email: &str, password: &str) -> Option<BuyerView> {
        let is_meant = |buyer: &&Buyer| buyer.email.eq_ignore_ascii_case(email) && buyer.password == password;
        self.read(|tables| tables.buyers.values().find(is_meant).map(BuyerView::of))
    }

    /// Signs a browser in; the answer is the cookie's value.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn open_session(&self, buyer_id: &str) -> Result<String, Error> {
        let id = BASE64URL_NOPAD.encode(&self.dice::<32>());
        let session = Session { id: id.clone(), buyer_id: buyer_id.to_owned(), opened_at: self.now() };
        self.work(|unit| {
            unit.put(session);
            Ok(id)
        })
    }

    /// Signs a browser out.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn close_session(&self, session: &str) -> Result<(), Error> {
        self.work(|unit| {
            unit.remove::<Session>(session);
            Ok(())
        })
    }

    /// Who is signed in with this cookie's value; none after a day.
    #[must_use]
    pub fn buyer_of_session(&self, session: &str) -> Option<BuyerView> {
        let now = self.now();
        self.read(|tables| {
            let session = tables.sessions.get(session).filter(|session| now - session.opened_at < SESSION_MS)?;
            tables.buyers.get(&session.buyer_id).map(BuyerView::of)
        })
    }

    /// Whether the buyer agreed to all of these scopes (parted by spaces) for this client before.
    #[must_use]
    pub fn has_consent(&self, buyer_id: &str, client_id: &str, is_sandbox: bool, scope: &str) -> bool {
        let key = Consent::key_of(buyer_id, client_id, is_sandbox);
        self.read(|tables| {
            let agreed = tables.consents.get(&key);
            agreed.is_some_and(|consent| {
                scope.split_whitespace().all(|name| consent.scopes.iter().any(|one| one == name))
            })
        })
    }

    /// Remembers that the buyer agreed.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn give_consent(&self, buyer_id: &str, client_id: &str, is_sandbox: bool, scope: &str) -> Result<(), Error> {
        self.work(|unit| {
            let key = Consent::key_of(buyer_id, client_id, is_sandbox);
            let (buyer, client) = (buyer_id.to_owned(), client_id.to_owned());
            let fresh = || Consent { buyer_id: buyer, client_id: client, is_sandbox, scopes: Vec::new() };
            let mut consent = unit.find::<Consent>(&key).unwrap_or_else(fresh);
            for name in scope.split_whitespace().map(str::to_owned) {
                if !consent.scopes.contains(&name) {
                    consent.scopes.push(name);
                }
            }
            unit.put(consent);
            Ok(())
        })
    }

    /// A new access token: `Atza|` and 352 characters, good for 60 minutes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn issue_token(&self, buyer_id: &str, client_id: &str, is_sandbox: bool, scope: &str) -> Result<String, Error> {
        let token = format!("Atza|{}", BASE64URL_NOPAD.encode(&self.dice::<264>()));
        let kept = Token {
            token: token.clone(),
            buyer_id: buyer_id.to_owned(),
            client_id: client_id.to_owned(),
            is_sandbox,
            scope: scope.split_whitespace().collect::<Vec<_>>().join(" "),
            issued_at: self.now(),
        };
        self.work(|unit| {
            unit.put(kept);
            Ok(token)
        })
    }

    /// What an access token says now.
    #[must_use]
    pub fn ticket(&self, token: &str) -> Ticket {
        let now = self.now();
        self.read(|tables| {
            let Some(token) = tables.tokens.get(token) else { return Ticket::Unknown };
            match tables.buyers.get(&token.buyer_id) {
                _ if token.left_ms(now) == 0 => Ticket::Expired,
                None => Ticket::Unknown,
                Some(buyer) => Ticket::Valid {
                    buyer: BuyerView::of(buyer),
                    client_id: token.client_id.clone(),
                    is_sandbox: token.is_sandbox,
                    scope: token.scope.clone(),
                },
            }
        })
    }

    /// The token itself with its buyer and its client's seller, while it lives.
    pub(crate) fn living_token(&self, token: &str) -> Option<(Token, Buyer)> {
        let now = self.now();
        self.read(|tables| {
            let token = tables.tokens.get(token).filter(|token| token.left_ms(now) > 0)?;
            tables.clients.get(&Client::key_of(&token.client_id, token.is_sandbox))?;
            Some((token.clone(), tables.buyers.get(&token.buyer_id)?.clone()))
        })
    }

    /// Lets go of sessions that are over and tokens that were over a day ago.
    pub(crate) fn forget_old(&self) -> Result<(), Error> {
        let now = self.now();
        self.work(|unit| {
            let tables = unit.tables();
            let over = |since: i64, life: i64| now - since > life;
            let sessions: Vec<String> = tables
                .sessions
                .values()
                .filter(|one| over(one.opened_at, SESSION_MS))
                .map(|one| one.id.clone())
                .collect();
            let tokens: Vec<String> = tables
                .tokens
                .values()
                .filter(|one| over(one.issued_at, Token::LIFE_MS + SESSION_MS))
                .map(|one| one.token.clone())
                .collect();
            sessions.iter().for_each(|id| unit.remove::<Session>(id));
            tokens.iter().for_each(|id| unit.remove::<Token>(id));
            Ok(())
        })
    }
}
