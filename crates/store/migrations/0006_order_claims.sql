-- Which payment may be charged on an order at Amazon, and in which currency an agreement may be charged.

-- Shops may share a merchant's account at Amazon, and an order there pays once, whichever of them asks: so the account
-- (seller) leads this key and not the shop. Taken with the attempt, given back when the payment comes to nothing.
CREATE TABLE order_claims (
    seller              TEXT    NOT NULL,
    order_reference     TEXT    NOT NULL,
    shop                TEXT    NOT NULL,
    payment             TEXT    NOT NULL,
    PRIMARY KEY (seller, order_reference)
);
CREATE INDEX order_claims_payment ON order_claims (shop, payment);

-- What was charged or may be before this step. Amazon names orders of its sandbox with S, those of production with P.
INSERT INTO order_claims (seller, order_reference, shop, payment)
SELECT a.seller_id, p.order_reference, MIN(p.shop), MIN(p.payment)
FROM payments p JOIN amazon_accounts a ON a.shop = p.shop
    AND a.environment = CASE WHEN p.order_reference LIKE 'P%' THEN 'production' ELSE 'sandbox' END
WHERE p.order_reference IS NOT NULL AND p.agreement IS NULL AND p.stage IN ('authorizing', 'pending', 'paid')
GROUP BY a.seller_id, p.order_reference;

-- currency: null of an agreement that an earlier program beside this one has made.
ALTER TABLE agreements ADD COLUMN currency TEXT;
UPDATE agreements SET currency =
    (SELECT p.currency FROM payments p WHERE p.shop = agreements.shop AND p.payment = agreements.payment);
