-- The list by amount over all merchants, for operators.
CREATE INDEX CONCURRENTLY "payment_amount_all_idx" ON "payment"("network", "asset", "amount_base" DESC, "created_at" DESC, "id") WHERE "origin" = 'gateway';
