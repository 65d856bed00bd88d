-- Channels of x402's batch-settlement escrow: each has a delay of its own, claims say what they take, and a part can go back.
ALTER TABLE "channel" ADD COLUMN "grace_seconds" INTEGER NOT NULL DEFAULT 900, ADD COLUMN "opening_key" TEXT;
UPDATE "channel" c SET "opening_key" = a.hash FROM "attempt" a WHERE a.transaction_id = c.open_transaction_id AND a.seq = 1;

ALTER TABLE "channel_settlement" ADD COLUMN "refund_base" DECIMAL(78,0);
-- A close always says what it takes; a settlement does where the contract takes less than a whole voucher.
ALTER TABLE "channel_settlement" DROP CONSTRAINT "channel_settlement_kind";
ALTER TABLE "channel_settlement"
  ADD CONSTRAINT "channel_settlement_kind" CHECK ("kind" = 'settle' OR "capture_base" IS NOT NULL),
  ADD CONSTRAINT "channel_settlement_refund" CHECK ("refund_base" IS NULL OR ("kind" = 'close' AND "refund_base" > 0));
