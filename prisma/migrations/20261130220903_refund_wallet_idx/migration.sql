-- Reconciliation: what left a pay-to address for refunds after a block.
CREATE INDEX CONCURRENTLY "refund_wallet_idx" ON "refund"("network", "wallet", "block_number") WHERE "source" = 'wallet';
