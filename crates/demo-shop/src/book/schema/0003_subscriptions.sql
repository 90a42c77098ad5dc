-- Something that comes every month, charged without the buyer by the token of his permission.
CREATE TABLE subscription (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    status TEXT NOT NULL CHECK (status IN ('new', 'active', 'card', 'stopped', 'cancelled')),
    -- NULL before the permission was given and once it is over.
    token TEXT,
    -- Amazon's id of the agreement, when Amazon told it.
    agreement TEXT,
    -- The months are counted from here.
    started_at_ms INTEGER,
    -- Of the next renewal; the first is 1, for the sign-up is number 0.
    next_number INTEGER NOT NULL DEFAULT 1,
    -- When the next renewal is charged, or looked after; NULL when nothing is to be charged.
    due_at_ms INTEGER,
    -- Refusals of the renewal under way, and when the first of them was.
    refusals INTEGER NOT NULL DEFAULT 0,
    refused_since_ms INTEGER,
    -- What the buyer is to know.
    said TEXT
) STRICT;

CREATE INDEX subscription_due ON subscription (due_at_ms) WHERE due_at_ms IS NOT NULL;

-- What an order is for. A free month moves no money: its amount is what was asked for, not what was taken.
ALTER TABLE shop_order ADD COLUMN purpose TEXT NOT NULL DEFAULT 'goods'
    CHECK (purpose IN ('goods', 'first', 'free', 'renewal'));
ALTER TABLE shop_order ADD COLUMN subscription_id TEXT REFERENCES subscription (id);
ALTER TABLE shop_order ADD COLUMN renewal_number INTEGER;

-- One order for each renewal, however many jobs start.
CREATE UNIQUE INDEX shop_order_of_renewal ON shop_order (subscription_id, renewal_number)
    WHERE subscription_id IS NOT NULL;

-- Permissions that the shop gives back: asked until the gateway says that they are gone.
CREATE TABLE token_to_end (
    token TEXT PRIMARY KEY,
    subscription_id TEXT NOT NULL REFERENCES subscription (id),
    due_at_ms INTEGER NOT NULL,
    asked INTEGER NOT NULL DEFAULT 0
) STRICT;
