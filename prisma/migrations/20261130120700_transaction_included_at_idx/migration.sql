-- Fees of the last hours and days.
CREATE INDEX CONCURRENTLY "transaction_network_included_at_idx" ON "transaction"("network", "included_at") WHERE "included_at" IS NOT NULL;
