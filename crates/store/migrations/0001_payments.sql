-- Payments and what hangs on them.
--
-- Columns are TEXT, BIGINT (amounts in minor units, instants in UTC milliseconds) or BOOLEAN. The shop leads every
-- primary key and every index, so that one shop's rows live together and can be moved together. The indexes for work
-- across shops are partial: they hold unresolved rows only, and stay small however long the history grows.

-- A payment as it stands. Its stage says which of the columns from order_reference to reason are filled:
--   open           order_reference once the buyer pressed pay; reason when the last card was declined
--   authorizing    order_reference, attempt_id, capture_now, asked_at
--   paid           the same, and authorization_id, captured, authorized_at
--   refused        reason; the columns of the attempt when there was one
--   abandoned      none
-- It does not reference shops: history outlives settings.
CREATE TABLE payments (
    shop                TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    version             BIGINT  NOT NULL,
    shop_transaction_id TEXT    NOT NULL,
    amount_minor        BIGINT  NOT NULL,
    currency            TEXT    NOT NULL,
    language            TEXT    NOT NULL,
    buyer_name          TEXT    NOT NULL,
    buyer_email         TEXT    NOT NULL,
    custom_info         TEXT    NOT NULL,
    bank_transaction_id BIGINT,
    attempts            BIGINT  NOT NULL,
    stage               TEXT    NOT NULL,
    order_reference     TEXT,
    attempt_id          TEXT,
    capture_now         BOOLEAN,
    asked_at            BIGINT,
    authorization_id    TEXT,
    captured            BOOLEAN,
    authorized_at       BIGINT,
    reason              TEXT,
    opened_at           BIGINT  NOT NULL,
    changed_at          BIGINT  NOT NULL,
    PRIMARY KEY (shop, payment)
);

-- The gateway's number identifies a payment within its shop.
CREATE UNIQUE INDEX payments_number ON payments (shop, bank_transaction_id) WHERE bank_transaction_id IS NOT NULL;

-- The janitor's work: Amazon may have been asked, the answer is not known.
CREATE INDEX payments_authorizing ON payments (shop, changed_at) WHERE stage = 'authorizing';

-- Pages that a buyer may have left.
CREATE INDEX payments_open ON payments (shop, opened_at) WHERE stage = 'open';

-- Which payment has taken the shop's transaction identifier. Taken with the first attempt, never given back.
CREATE TABLE claims (
    shop                TEXT    NOT NULL,
    shop_transaction_id TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    PRIMARY KEY (shop, shop_transaction_id),
    FOREIGN KEY (shop, payment) REFERENCES payments (shop, payment)
);

-- A payment's history: one row for every change.
CREATE TABLE payment_events (
    shop                TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    version             BIGINT  NOT NULL,
    kind                TEXT    NOT NULL,
    at                  BIGINT  NOT NULL,
    PRIMARY KEY (shop, payment, version),
    FOREIGN KEY (shop, payment) REFERENCES payments (shop, payment)
);

-- Amazon's order reference details as last seen: XML without namespace.
CREATE TABLE order_details (
    shop                TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    xml                 TEXT    NOT NULL,
    PRIMARY KEY (shop, payment),
    FOREIGN KEY (shop, payment) REFERENCES payments (shop, payment)
);

-- The bankTransactionId: next is the first number that no gateway has reserved.
CREATE TABLE number_blocks (
    shop                TEXT    NOT NULL,
    next                BIGINT  NOT NULL,
    PRIMARY KEY (shop)
);
