-- A merchant's refunds.
CREATE INDEX CONCURRENTLY "refund_merchant_id_created_at_id_idx" ON "refund"("merchant_id", "created_at" DESC, "id");
