-- The overview: money whose move is not known.
CREATE INDEX CONCURRENTLY "payment_pending_idx" ON "payment"("created_at") WHERE "settlement" = 'pending';
