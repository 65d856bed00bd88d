-- What a reorganisation takes back, and queues that what cannot move does not hold up.
-- New columns have constant defaults: no table is rewritten, each lock lasts for a moment. The indexes are built under a lock against
-- writes, and hold open rows only: seconds on a table of millions.

-- How often a reorganisation has taken back what was known of a transaction, and up to which of these what was booked has been compared.
ALTER TABLE "transaction" ADD COLUMN "reorgs" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "settlement_batch" ADD COLUMN "reorgs" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "refund" ADD COLUMN "reorgs" INTEGER NOT NULL DEFAULT 0;
CREATE INDEX "transaction_reorged_idx" ON "transaction" ("id") WHERE "reorgs" > 0;

-- When a batch is looked at next, how often that was without an end, and why it had none.
ALTER TABLE "settlement_batch"
  ADD COLUMN "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  ADD COLUMN "looks" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "waits_for" TEXT;
CREATE INDEX "settlement_batch_due_idx" ON "settlement_batch" ("network", "due_at") WHERE "status" = 'submitted';

-- The queues of execution, by network.
CREATE INDEX "transaction_open_idx" ON "transaction" ("network", "due_at")
  WHERE "status" IN ('queued', 'held', 'signed', 'submitted', 'included', 'safe');
