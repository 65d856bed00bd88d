-- Payments whose money did not move: few.
CREATE INDEX CONCURRENTLY "payment_failed_idx" ON "payment"("merchant_id", "created_at" DESC, "id") WHERE "settlement" = 'failed';
