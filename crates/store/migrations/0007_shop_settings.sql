-- Settings of shops: a version, so that no change is lost; one more setting; who changed what.

-- version: a writer who did not read this one is stale. Shops of before have the first.
-- notify_movements: whether a notice tells the shop that a settlement or refund was accepted and
-- declined later.
ALTER TABLE shops ADD COLUMN version          BIGINT  NOT NULL DEFAULT 1;
ALTER TABLE shops ADD COLUMN notify_movements BOOLEAN NOT NULL DEFAULT FALSE;

-- One row for every change of a shop's settings, under the version that the change made. who: a
-- person; program: the program that the person used. changes: a JSON object from setting (a column
-- of shops; sandbox.seller_id for one of amazon_accounts) to {"before": …, "after": …}, or to
-- "changed" when the setting is secret. It does not reference shops: history outlives settings.
CREATE TABLE audit (
    shop                TEXT    NOT NULL,
    version             BIGINT  NOT NULL,
    at                  BIGINT  NOT NULL,
    who                 TEXT    NOT NULL,
    program             TEXT    NOT NULL,
    changes             TEXT    NOT NULL,
    PRIMARY KEY (shop, version)
);
