-- An operator's list.
CREATE INDEX CONCURRENTLY "payment_created_at_id_idx" ON "payment"("created_at" DESC, "id");
