-- What becomes of money after it was authorized; agreements, on which a shop may charge again.

-- origin: page, web_service. recurring: no, with_payment, only. token: the agreement's that is charged or made.
-- A payment is authorized on an order or on an agreement: `agreement` is null for the first; for the second,
-- order_reference is the order that Amazon made of the authorization, once there is one.
-- funds is where the money of a paid payment is, as JSON (the type Funds of the crate payments); its words, once
-- released, are never changed.
-- unresolved_at: since when Amazon has owed an answer. automatic_at: when held money is settled or released by itself.
ALTER TABLE payments ADD COLUMN origin          TEXT NOT NULL DEFAULT 'page';
ALTER TABLE payments ADD COLUMN recurring       TEXT NOT NULL DEFAULT 'no';
ALTER TABLE payments ADD COLUMN token           TEXT;
ALTER TABLE payments ADD COLUMN pending_since   BIGINT;
ALTER TABLE payments ADD COLUMN agreement       TEXT;
ALTER TABLE payments ADD COLUMN timeout_minutes BIGINT;
ALTER TABLE payments ADD COLUMN funds           TEXT;
ALTER TABLE payments ADD COLUMN agreed_at       BIGINT;
ALTER TABLE payments ADD COLUMN deleted_at      BIGINT;
ALTER TABLE payments ADD COLUMN unresolved_at   BIGINT;
ALTER TABLE payments ADD COLUMN automatic_at    BIGINT;

UPDATE payments SET timeout_minutes = 0 WHERE attempt_id IS NOT NULL;
UPDATE payments SET unresolved_at = asked_at WHERE stage = 'authorizing';
UPDATE payments SET funds = '{"Held":{"captures":0,"automatic":null}}' WHERE stage = 'paid' AND NOT captured;
UPDATE payments SET funds =
    '{"Settled":{"capture":{"number":0,"reference":"' || attempt_id || '","id":null,"amount":{"minor":'
    || CAST(amount_minor AS TEXT) || ',"currency":"' || currency || '"},"settlement":null,"asked_at":'
    || CAST(authorized_at AS TEXT) || ',"booked_at":null},"settled_at":' || CAST(authorized_at AS TEXT)
    || ',"refunds":[],"chargebacks":[]}}'
    WHERE stage = 'paid' AND captured;
ALTER TABLE payments DROP COLUMN captured;

DROP INDEX payments_authorizing;

-- The janitor's work: Amazon owes an answer.
CREATE INDEX payments_unresolved ON payments (shop, unresolved_at) WHERE unresolved_at IS NOT NULL;

-- Automatic settlements and deletions to come.
CREATE INDEX payments_automatic ON payments (shop, automatic_at) WHERE automatic_at IS NOT NULL;

-- Amazon's notifications name the order.
CREATE INDEX payments_order ON payments (shop, order_reference) WHERE order_reference IS NOT NULL;

-- Permission to charge again. stage: active, closing, closed_by_shop, closed_at_amazon. payment is the visit that it was
-- made in.
CREATE TABLE agreements (
    shop                TEXT    NOT NULL,
    token               TEXT    NOT NULL,
    version             BIGINT  NOT NULL,
    billing_agreement   TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    stage               TEXT    NOT NULL,
    made_at             BIGINT  NOT NULL,
    changed_at          BIGINT  NOT NULL,
    PRIMARY KEY (shop, token),
    FOREIGN KEY (shop, payment) REFERENCES payments (shop, payment)
);

-- Amazon's notifications name the billing agreement; no two tokens stand for one.
CREATE UNIQUE INDEX agreements_of_amazon ON agreements (shop, billing_agreement);

-- The janitor's work: Amazon has to be told.
CREATE INDEX agreements_closing ON agreements (shop, changed_at) WHERE stage = 'closing';

-- automatic: settle, delete; null when held money waits for the shop. automatic_days: after how many days.
-- decision_minutes: how long Amazon may take when it cannot decide at once; null: then the payment is refused.
ALTER TABLE shops ADD COLUMN automatic        TEXT;
ALTER TABLE shops ADD COLUMN automatic_days   BIGINT;
ALTER TABLE shops ADD COLUMN decision_minutes BIGINT;
