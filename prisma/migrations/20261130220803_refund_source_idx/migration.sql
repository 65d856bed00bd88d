-- pay-refunds: transfers of merchants' own wallets that are looked for.
CREATE INDEX CONCURRENTLY "refund_source_idx" ON "refund"("network", "due_at") WHERE "source" = 'wallet' AND "status" = 'sent';
