CREATE TABLE "dispute" (
  "id" UUID NOT NULL,
  "merchant_id" UUID NOT NULL,
  "payment_id" UUID NOT NULL,
  "network" TEXT NOT NULL,
  "asset" TEXT NOT NULL,
  "external_id" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "network_reason" TEXT,
  "amount_base" DECIMAL(78, 0) NOT NULL,
  "withdrawn_base" DECIMAL(78, 0) NOT NULL DEFAULT 0,
  "fee_base" DECIMAL(78, 0) NOT NULL DEFAULT 0,
  "lost_base" DECIMAL(78, 0) NOT NULL DEFAULT 0,
  "progress" INTEGER NOT NULL,
  "due_by" TIMESTAMPTZ(3),
  "evidence" JSONB NOT NULL DEFAULT '{}',
  "opened_at" TIMESTAMPTZ(3) NOT NULL,
  "submitted_at" TIMESTAMPTZ(3),
  "accepted_at" TIMESTAMPTZ(3),
  "closed_at" TIMESTAMPTZ(3),
  CONSTRAINT "dispute_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "dispute_external_id_key" ON "dispute" ("external_id");
CREATE INDEX "dispute_payment_id_idx" ON "dispute" ("payment_id");
CREATE INDEX "dispute_merchant_id_opened_at_id_idx" ON "dispute" ("merchant_id", "opened_at" DESC, "id");
CREATE INDEX "dispute_opened_at_id_idx" ON "dispute" ("opened_at" DESC, "id");
