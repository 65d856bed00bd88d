-- The list of payments that were refunded in part, for operators.
CREATE INDEX CONCURRENTLY "payment_refunded_at_idx" ON "payment"("created_at" DESC, "id") WHERE "refunded_base" > 0;
