-- A merchant's payments of one status.
CREATE INDEX CONCURRENTLY "payment_merchant_id_status_created_at_id_idx" ON "payment"("merchant_id", "status", "created_at" DESC, "id");
