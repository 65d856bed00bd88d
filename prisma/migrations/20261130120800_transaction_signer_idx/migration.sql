-- Transactions of one signer.
CREATE INDEX CONCURRENTLY "transaction_signer_created_at_id_idx" ON "transaction"("signer", "created_at" DESC, "id");
