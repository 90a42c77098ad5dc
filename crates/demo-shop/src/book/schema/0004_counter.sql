-- What the shop's owner did with the money of an order. The name is the settlementID that the gateway knows it by.
CREATE TABLE movement (
    name TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES shop_order (id),
    kind TEXT NOT NULL CHECK (kind IN ('settle', 'delete', 'refund')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    -- What the gateway said was given back before.
    refunded_before_minor INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'done', 'refused')),
    asked_at_ms INTEGER NOT NULL,
    -- Why it was refused.
    said TEXT
) STRICT;

-- One at a time, so that what the gateway reports can be told apart.
CREATE UNIQUE INDEX movement_open ON movement (order_id) WHERE status = 'open';
