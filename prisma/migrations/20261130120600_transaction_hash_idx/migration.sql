-- Search by a hash.
CREATE INDEX CONCURRENTLY "transaction_hash_idx" ON "transaction" USING hash ("hash");
