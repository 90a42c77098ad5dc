-- Where the money of a sold order is, what needs a person's attention, and movements that are followed to their end.

-- The status 'paid' of an order says that the shop has acted on it (paid_count): Amazon has authorized it. `money` says what became
-- of the money since.
ALTER TABLE shop_order ADD COLUMN money TEXT NOT NULL DEFAULT 'authorized'
    CHECK (money IN ('authorized', 'paid', 'cancelled', 'refunded'));
-- When to ask the gateway where it is; NULL while the order is not sold, and when nothing more is expected.
ALTER TABLE shop_order ADD COLUMN money_due_at_ms INTEGER;
ALTER TABLE shop_order ADD COLUMN money_asked INTEGER NOT NULL DEFAULT 0;
UPDATE shop_order SET money_due_at_ms = 0 WHERE status = 'paid' AND purpose <> 'free';

-- When a charge was last sent under this identifier that has no answer. Until a request of that age is surely dead, a refusal ends the
-- try only when the gateway's report says so.
ALTER TABLE payment_try ADD COLUMN unanswered_at_ms INTEGER;
UPDATE payment_try SET unanswered_at_ms = max(opened_at_ms, coalesce(ask_at_ms, 0))
    WHERE status = 'pending' AND (on_page = 0 OR order_reference IS NOT NULL);

-- What needs a person's attention. Nothing here is done, undone or forgotten by itself.
CREATE TABLE attention (
    order_id TEXT NOT NULL REFERENCES shop_order (id),
    shop_transaction_id TEXT NOT NULL,
    what TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    -- When a person marked it as resolved.
    resolved_at_ms INTEGER,
    PRIMARY KEY (order_id, shop_transaction_id, what)
) STRICT;

CREATE INDEX attention_open ON attention (at_ms) WHERE resolved_at_ms IS NULL;

INSERT INTO attention (order_id, shop_transaction_id, what, at_ms)
    SELECT o.id, p.shop_transaction_id, 'This order was paid a second time.', p.opened_at_ms
    FROM payment_try p JOIN shop_order o ON o.id = p.order_id
    WHERE p.status = 'paid' AND p.shop_transaction_id <> o.paid_under;

-- Movements, each of one transaction, until the gateway reports their end. The name is the settlementID.
CREATE TABLE movement_followed (
    name TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES shop_order (id),
    shop_transaction_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('settle', 'cancel', 'refund')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    -- How many refunds of the same amount the gateway reported before this one.
    refunds_before INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('unanswered', 'accepted', 'done', 'refused', 'declined')),
    asked_at_ms INTEGER NOT NULL,
    -- When it was last sent, and how often; it is sent again under the same name only.
    sent_at_ms INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    -- When to look what became of it; NULL once that is known.
    look_at_ms INTEGER,
    looked INTEGER NOT NULL DEFAULT 0,
    -- Why it was refused or declined.
    said TEXT
) STRICT;

-- What was done before was accepted only: it is looked at again.
INSERT INTO movement_followed
    SELECT m.name, m.order_id, coalesce(o.paid_under, m.order_id || '-1'),
        CASE m.kind WHEN 'delete' THEN 'cancel' ELSE m.kind END, m.amount_minor,
        (SELECT count(*) FROM movement e WHERE e.order_id = m.order_id AND e.kind = 'refund' AND e.status = 'done'
            AND e.amount_minor = m.amount_minor AND e.asked_at_ms < m.asked_at_ms),
        CASE m.status WHEN 'open' THEN 'unanswered' WHEN 'refused' THEN 'refused' ELSE 'accepted' END,
        m.asked_at_ms, m.asked_at_ms, 1, CASE m.status WHEN 'refused' THEN NULL ELSE 0 END, 0, m.said
    FROM movement m JOIN shop_order o ON o.id = m.order_id;
DROP TABLE movement;
ALTER TABLE movement_followed RENAME TO movement;

-- One without an answer at a time, so that what the gateway reports can be told apart.
CREATE UNIQUE INDEX movement_unanswered ON movement (shop_transaction_id) WHERE stage = 'unanswered';
CREATE INDEX movement_to_look_at ON movement (look_at_ms) WHERE look_at_ms IS NOT NULL;
