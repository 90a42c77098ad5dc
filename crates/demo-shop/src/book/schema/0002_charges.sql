-- Charges by the shop's own server (callPagamS2S), beside payments on the gateway's page.

-- Whether the buyer was sent to the gateway's page under this identifier, where he may still be.
ALTER TABLE payment_try ADD COLUMN on_page INTEGER NOT NULL DEFAULT 1;

-- Amazon's order reference that it was charged with, and the code of the refusal: what the buyer chose, and must mend.
ALTER TABLE payment_try ADD COLUMN order_reference TEXT;
ALTER TABLE payment_try ADD COLUMN refused_code INTEGER;

-- The order reference that waits at Amazon for another card, while the try is pending.
ALTER TABLE payment_try ADD COLUMN suspended_reference TEXT;

-- A try that the gateway knows nothing of is over then.
ALTER TABLE payment_try ADD COLUMN lapses_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE payment_try SET lapses_at_ms = opened_at_ms + 26 * 60 * 60000;
