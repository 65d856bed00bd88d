-- A refund that cannot be sent now is looked at later, and says why. Columns with constant defaults: no row is rewritten. The
-- indexes keep writers of refunds waiting while they are made, which are few rows.
ALTER TABLE "refund" ADD COLUMN "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "refund" ADD COLUMN "attempts" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "refund" ADD COLUMN "held_reason" TEXT;

-- pay-refunds: what is due of each network and token, those that were never tried first. Paid ones are not in it.
DROP INDEX "refund_status_idx";
CREATE INDEX "refund_due_idx" ON "refund" ("status", "network", "asset", "attempts", "due_at") WHERE "status" <> 'paid';

-- One transaction pays one refund.
CREATE UNIQUE INDEX "refund_transaction_id_key" ON "refund" ("transaction_id");

-- An action that cannot be squared now is looked at later.
ALTER TABLE "intent" ADD COLUMN "square_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- A payment that cannot be resolved now is looked at later.
ALTER TABLE "payment" ADD COLUMN "resolve_at" TIMESTAMPTZ(3);

-- What at most one transaction that may still run is for.
ALTER TABLE "transaction" ADD COLUMN "sole_for" TEXT;
