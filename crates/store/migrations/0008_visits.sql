-- When a visit to the page begins, and so when it ends.

-- begun_at: when the buyer first acted on the page; null while the link was only opened, and for a call. A visit that never
-- began ends with its string, and the shop is not told.
ALTER TABLE payments ADD COLUMN begun_at BIGINT;

-- Until now a visit began when its link was opened, and the shop was told of its end.
UPDATE payments SET begun_at = opened_at WHERE stage IN ('open', 'abandoned');

-- Visits that the buyer may have left. Those that never began are found by payments_open.
CREATE INDEX payments_begun ON payments (shop, begun_at) WHERE stage = 'open' AND begun_at IS NOT NULL;
