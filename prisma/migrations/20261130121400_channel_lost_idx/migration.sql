-- Channels that were closed with something unpaid.
CREATE INDEX CONCURRENTLY "channel_lost_idx" ON "channel"("merchant_id", "network", "asset") WHERE "status" = 'closed' AND "spent_base" > "settled_base";
