-- The list by amount: the largest payments of one token, page by page.
CREATE INDEX CONCURRENTLY "payment_amount_idx" ON "payment"("merchant_id", "network", "asset", "amount_base" DESC, "created_at" DESC, "id");
