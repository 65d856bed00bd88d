-- The secret before the last rotation.
SELECT briefly($$ALTER TABLE "api_key"
  ADD COLUMN "previous_hash" BYTEA,
  ADD COLUMN "previous_prefix" TEXT,
  ADD COLUMN "previous_until" TIMESTAMPTZ(3),
  ADD COLUMN "previous_used_at" TIMESTAMPTZ(3)$$);
