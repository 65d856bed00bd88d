-- Payers whose money did not come after the work was done: looked up before each sale that settles after its answer. There are few.
CREATE INDEX "payment_failed_payer_idx" ON "payment"("payer", "created_at")
  WHERE "settlement" = 'failed' AND "settle_when" = 'after' AND "batch_id" IS NOT NULL;
