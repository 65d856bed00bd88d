-- Search by the nonce of a lane.
CREATE INDEX CONCURRENTLY "transaction_nonce_idx" ON "transaction"("nonce") WHERE "nonce" IS NOT NULL;
