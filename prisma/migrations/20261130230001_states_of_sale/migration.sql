ALTER TYPE "resource_status" ADD VALUE 'draft' BEFORE 'live';
ALTER TYPE "resource_status" ADD VALUE 'archived';
-- Columns without a default rewrite nothing; each lock is asked for briefly.
SELECT briefly($$ALTER TABLE "merchant" ADD COLUMN "paused_at" TIMESTAMPTZ(3)$$);
SELECT briefly($$ALTER TABLE "webhook_endpoint" ADD COLUMN "archived_at" TIMESTAMPTZ(3)$$);
SELECT briefly($$ALTER TABLE "alert_rule" ADD COLUMN "archived_at" TIMESTAMPTZ(3)$$);
