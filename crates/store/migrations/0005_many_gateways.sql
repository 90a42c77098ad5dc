-- Several gateways on one database: who works on what, for how long.

-- leased_until: somebody works on the row until then: asks Amazon about it on behalf of one who waits, or looks after it. After
-- that he is taken for dead. Taking a lease moves the version on, so that a writer who lost his is stale.
-- look_at: not to be looked after before, because Amazon had nothing to say last time.
ALTER TABLE payments   ADD COLUMN leased_until BIGINT;
ALTER TABLE payments   ADD COLUMN look_at      BIGINT;
ALTER TABLE agreements ADD COLUMN leased_until BIGINT;

-- Two versions of the program run side by side while it is being replaced. How many steps of this list a program must know to
-- work here: the highest of them counts. A step that takes away what earlier programs need adds a line.
CREATE TABLE needs (
    steps BIGINT NOT NULL,
    PRIMARY KEY (steps)
);
INSERT INTO needs (steps) VALUES (5);
