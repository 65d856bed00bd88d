-- The list of refunds.
CREATE INDEX CONCURRENTLY "refund_created_at_id_idx" ON "refund"("created_at" DESC, "id");
