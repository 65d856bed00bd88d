-- Channels that somebody has to help.
CREATE INDEX CONCURRENTLY "channel_parked_idx" ON "channel"("merchant_id", "created_at" DESC, "id") WHERE "parked_reason" IS NOT NULL;
