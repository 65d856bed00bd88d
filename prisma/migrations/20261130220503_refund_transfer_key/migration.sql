-- One transfer of a merchant's wallet pays one refund.
CREATE UNIQUE INDEX CONCURRENTLY "refund_network_tx_hash_log_index_key" ON "refund"("network", "tx_hash", "log_index");
