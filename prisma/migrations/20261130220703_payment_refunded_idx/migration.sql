-- The list of payments that were refunded in part.
CREATE INDEX CONCURRENTLY "payment_refunded_idx" ON "payment"("merchant_id", "created_at" DESC, "id") WHERE "refunded_base" > 0;
