-- What a shop is owed to hear. A notice is written together with the change that it tells of, so that neither can
-- be there without the other.

-- state: due, leased, delivered, gave_up. due_at is when the next try is due; of a leased notice, when the lease
-- ends and the notice is due again because whoever leased it has died. outcome is JSON.
CREATE TABLE notices (
    shop                TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    version             BIGINT  NOT NULL,
    outcome             TEXT    NOT NULL,
    tries               BIGINT  NOT NULL,
    first_due_at        BIGINT  NOT NULL,
    state               TEXT    NOT NULL,
    due_at              BIGINT  NOT NULL,
    PRIMARY KEY (shop, payment, version),
    FOREIGN KEY (shop, payment, version) REFERENCES payment_events (shop, payment, version)
);

-- Read shop by shop, the longest due first: a shop with a thousand notices waiting costs no more than one with one.
CREATE INDEX notices_due ON notices (shop, due_at) WHERE state = 'due';

-- Tries under way: how many a shop has, and which have been forgotten.
CREATE INDEX notices_leased ON notices (shop, due_at) WHERE state = 'leased';

-- Every try. status is the shop's HTTP status; error says why a try does not count.
CREATE TABLE notice_tries (
    shop                TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    version             BIGINT  NOT NULL,
    number              BIGINT  NOT NULL,
    at                  BIGINT  NOT NULL,
    duration_ms         BIGINT  NOT NULL,
    status              BIGINT,
    error               TEXT,
    PRIMARY KEY (shop, payment, version, number),
    FOREIGN KEY (shop, payment, version) REFERENCES notices (shop, payment, version)
);
