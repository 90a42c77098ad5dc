-- The demo shop's own book. Money is in minor units (cents), instants are UTC milliseconds.
-- Every statement may meet a book that has its table already: the first books did not count their steps.

-- A visitor with a basket. order_id is the order last made from the basket as it is: pressing "pay" twice makes one.
CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY,
    opened_at_ms INTEGER NOT NULL,
    order_id TEXT
) STRICT;

-- Gift cards have any price, so the price is part of the key.
CREATE TABLE IF NOT EXISTS basket_line (
    session_id TEXT NOT NULL REFERENCES session (id),
    product TEXT NOT NULL,
    price_minor INTEGER NOT NULL CHECK (price_minor > 0),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (session_id, product, price_minor)
) STRICT;

-- paid_count says how often the shop acted on the order as paid: 0 or 1, guarded by `WHERE paid_count = 0`.
CREATE TABLE IF NOT EXISTS shop_order (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    status TEXT NOT NULL CHECK (status IN ('new', 'pending', 'paid', 'refused')),
    paid_count INTEGER NOT NULL DEFAULT 0,
    bank_transaction_id TEXT,
    paid_under TEXT,
    -- When to ask for the addresses next; NULL when not paid, known, or given up.
    addresses_due_at_ms INTEGER,
    addresses_asked INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX IF NOT EXISTS shop_order_of_session ON shop_order (session_id, opened_at_ms);

CREATE TABLE IF NOT EXISTS order_line (
    order_id TEXT NOT NULL REFERENCES shop_order (id),
    position INTEGER NOT NULL,
    product TEXT NOT NULL,
    price_minor INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
) STRICT;

-- One try to pay an order, under an identifier of its own (shopTransactionId). A refused try is followed by a new one;
-- a try without an outcome goes on under its identifier, so that two tabs are one payment for the gateway.
CREATE TABLE IF NOT EXISTS payment_try (
    shop_transaction_id TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES shop_order (id),
    number INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'pending', 'refused', 'paid')),
    opened_at_ms INTEGER NOT NULL,
    -- When to ask the gateway what became of it, if nothing is heard; NULL once it is over.
    ask_at_ms INTEGER,
    asked INTEGER NOT NULL DEFAULT 0,
    UNIQUE (order_id, number)
) STRICT;

CREATE INDEX IF NOT EXISTS payment_try_to_ask ON payment_try (ask_at_ms) WHERE ask_at_ms IS NOT NULL;

CREATE TABLE IF NOT EXISTS order_event (
    order_id TEXT NOT NULL REFERENCES shop_order (id),
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (order_id, number)
) STRICT;

-- The lines of a label, joined by line feeds, as the SDK puts them in the country's order.
CREATE TABLE IF NOT EXISTS order_address (
    order_id TEXT NOT NULL REFERENCES shop_order (id),
    kind TEXT NOT NULL CHECK (kind IN ('shipping', 'billing')),
    lines TEXT NOT NULL,
    phone TEXT,
    PRIMARY KEY (order_id, kind)
) STRICT;
