-- Search by a hash.
CREATE INDEX CONCURRENTLY "refund_tx_hash_idx" ON "refund" USING hash ("tx_hash");
