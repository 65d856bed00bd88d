-- Search by who was paid.
CREATE INDEX CONCURRENTLY "payment_pay_to_created_at_idx" ON "payment"("pay_to", "created_at" DESC);
