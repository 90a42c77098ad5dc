//! Gateways that are broken on purpose, from outside: on the way to Amazon, in the database, in what runs beside the doors. Each
//! must be found out; an auditor that lets one of them pass proves nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::amazon::Tamper;
use crate::place::{Engine, Place};

/// One way to be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// Amazon cannot tell a repeated authorization from a new one.
    AuthorizationsUnnamed,
    /// The same with refunds.
    RefundsUnnamed,
    /// The shop's identifier is not kept from being used twice.
    ClaimsDropped,
    /// What the shop must hear is forgotten.
    NoticesDropped,
    /// What becomes of captured money is forgotten.
    RefundsForgotten,
    /// That Amazon owes an answer is forgotten.
    UnresolvedForgotten,
    /// That Amazon was asked is forgotten.
    AttemptsForgotten,
    /// That an agreement has to be closed is forgotten.
    ClosingForgotten,
    /// Nobody asks Amazon what became of anything.
    NoJanitor,
    /// The shop is not called.
    ShopNotCalled,
    /// The server says of commits that they are made, and loses them, as one does whose replica takes over and knows less.
    CommitsForgotten,
}

impl Mutation {
    /// Those that are shown in a SQLite file.
    const IN_A_FILE: [Mutation; 10] = [
        Mutation::AuthorizationsUnnamed,
        Mutation::RefundsUnnamed,
        Mutation::ClaimsDropped,
        Mutation::NoticesDropped,
        Mutation::RefundsForgotten,
        Mutation::UnresolvedForgotten,
        Mutation::AttemptsForgotten,
        Mutation::ClosingForgotten,
        Mutation::NoJanitor,
        Mutation::ShopNotCalled,
    ];

    /// Those that are shown on a server: some of the same, and one that only a server can have.
    const ON_A_SERVER: [Mutation; 3] = [Mutation::ClaimsDropped, Mutation::NoticesDropped, Mutation::CommitsForgotten];

    /// Those that are shown on an engine.
    pub fn all(engine: Engine) -> &'static [Mutation] {
        match engine {
            Engine::Sqlite => &Mutation::IN_A_FILE,
            Engine::Postgres => &Mutation::ON_A_SERVER,
        }
    }

    /// The name of the test that wants it caught.
    pub fn name(self) -> &'static str {
        match self {
            Mutation::AuthorizationsUnnamed => "authorizations_without_a_name_of_their_own",
            Mutation::RefundsUnnamed => "refunds_without_a_name_of_their_own",
            Mutation::ClaimsDropped => "identifiers_that_are_not_claimed",
            Mutation::NoticesDropped => "notices_that_are_dropped",
            Mutation::RefundsForgotten => "refunds_that_are_forgotten",
            Mutation::UnresolvedForgotten => "open_questions_that_are_forgotten",
            Mutation::AttemptsForgotten => "attempts_that_are_forgotten",
            Mutation::ClosingForgotten => "agreements_that_are_not_closed",
            Mutation::NoJanitor => "a_janitor_that_never_works",
            Mutation::ShopNotCalled => "a_shop_that_is_never_called",
            Mutation::CommitsForgotten => "commits_that_are_forgotten",
        }
    }

    /// What it does to calls on their way to Amazon.
    pub fn tamper(self) -> Option<Tamper> {
        let reference = match self {
            Mutation::AuthorizationsUnnamed => "AuthorizationReferenceId",
            Mutation::RefundsUnnamed => "RefundReferenceId",
            _ => return None,
        };
        let sent = AtomicU64::new(0);
        Some(Arc::new(move |pairs| {
            let named = pairs.iter_mut().find(|(name, _)| name == reference);
            let Some((_, value)) = named else { return false };
            *value = format!("sent-{}", sent.fetch_add(1, Ordering::SeqCst));
            true
        }))
    }

    /// Whether the janitor works.
    pub fn has_janitor(self) -> bool {
        self != Mutation::NoJanitor
    }

    /// Whether the shop has an address for notices.
    pub fn calls_shop(self) -> bool {
        self != Mutation::ShopNotCalled
    }

    /// Puts what is to go wrong into the database.
    pub fn break_store(self, place: &Place) {
        let trigger = match place.engine() {
            Engine::Sqlite => self.trigger_of_sqlite(),
            Engine::Postgres => self.trigger_of_postgres(),
        };
        trigger.iter().for_each(|trigger| place.run(trigger));
    }

    fn trigger_of_postgres(self) -> Option<&'static str> {
        Some(match self {
            Mutation::ClaimsDropped => {
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    DELETE FROM claims WHERE shop = NEW.shop AND shop_transaction_id = NEW.shop_transaction_id;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER broken AFTER INSERT ON claims FOR EACH ROW EXECUTE FUNCTION broken()"
            }
            Mutation::NoticesDropped => {
                "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                    NEW.state := 'delivered';
                    RETURN NEW;
                END $$;
                CREATE TRIGGER broken BEFORE INSERT ON notices FOR EACH ROW EXECUTE FUNCTION broken()"
            }
            _ => return None,
        })
    }

    fn trigger_of_sqlite(self) -> Option<&'static str> {
        Some(match self {
            Mutation::ClaimsDropped => {
                "CREATE TRIGGER broken AFTER INSERT ON claims BEGIN
                    DELETE FROM claims WHERE shop = NEW.shop AND shop_transaction_id = NEW.shop_transaction_id;
                END"
            }
            Mutation::NoticesDropped => {
                "CREATE TRIGGER broken AFTER INSERT ON notices BEGIN
                    UPDATE notices SET state = 'delivered' WHERE rowid = NEW.rowid;
                END"
            }
            Mutation::RefundsForgotten => {
                "CREATE TRIGGER broken AFTER UPDATE ON payments WHEN OLD.funds LIKE '%\"Settled\"%' BEGIN
                    UPDATE payments SET funds = OLD.funds, unresolved_at = OLD.unresolved_at WHERE rowid = NEW.rowid;
                END"
            }
            Mutation::UnresolvedForgotten => {
                "CREATE TRIGGER broken AFTER UPDATE ON payments WHEN NEW.unresolved_at IS NOT NULL BEGIN
                    UPDATE payments SET unresolved_at = NULL WHERE rowid = NEW.rowid;
                END"
            }
            Mutation::AttemptsForgotten => {
                "CREATE TRIGGER broken AFTER UPDATE ON payments
                    WHEN NEW.stage = 'authorizing' AND OLD.stage = 'open' BEGIN
                    UPDATE payments SET stage = 'open', unresolved_at = NULL, attempt_id = NULL, capture_now = NULL,
                        timeout_minutes = NULL, asked_at = NULL, bank_transaction_id = NULL, attempts = 0
                    WHERE rowid = NEW.rowid;
                    DELETE FROM claims WHERE shop = NEW.shop AND shop_transaction_id = NEW.shop_transaction_id;
                END"
            }
            Mutation::ClosingForgotten => {
                "CREATE TRIGGER broken AFTER UPDATE ON agreements WHEN NEW.stage = 'closing' BEGIN
                    UPDATE agreements SET stage = 'closed_by_shop' WHERE rowid = NEW.rowid;
                END"
            }
            _ => return None,
        })
    }
}
