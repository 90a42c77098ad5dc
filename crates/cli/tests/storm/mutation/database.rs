//! What is broken in the database: a trigger that forgets.

use super::Mutation;
use crate::place::{Engine, Place};

impl Mutation {
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
            Mutation::HangUpsForgotten => {
                "CREATE TRIGGER broken AFTER INSERT ON notices WHEN EXISTS (SELECT 1 FROM payments
                    WHERE shop = NEW.shop AND payment = NEW.payment AND origin = 'web_service') BEGIN
                    UPDATE notices SET state = 'delivered' WHERE rowid = NEW.rowid;
                END"
            }
            Mutation::AutomaticForgotten => {
                "CREATE TRIGGER broken AFTER UPDATE ON payments WHEN NEW.automatic_at IS NOT NULL BEGIN
                    UPDATE payments SET automatic_at = NULL WHERE rowid = NEW.rowid;
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
