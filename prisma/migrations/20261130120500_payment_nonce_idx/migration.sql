-- Search by what a payer signed: the last part of the claim.
CREATE INDEX CONCURRENTLY "payment_nonce_idx" ON "payment" USING hash (split_part("claim_key", '|', -1));
