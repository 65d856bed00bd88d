CREATE TYPE "attempt_action" AS ENUM ('authorise', 'capture', 'cancel', 'refund');
CREATE TYPE "attempt_state" AS ENUM ('sent', 'succeeded', 'failed');
CREATE TABLE "external_attempt" (
  "id" UUID NOT NULL,
  "payment_id" UUID NOT NULL,
  "refund_id" UUID,
  "network" TEXT NOT NULL,
  "action" "attempt_action" NOT NULL,
  "key" TEXT NOT NULL,
  "amount_base" DECIMAL(78, 0) NOT NULL,
  "status" "attempt_state" NOT NULL DEFAULT 'sent',
  "external_id" TEXT,
  "outcome" JSONB NOT NULL DEFAULT '{}',
  "reason" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "ended_at" TIMESTAMPTZ(3),
  "due_at" TIMESTAMPTZ(3) DEFAULT now(),
  "looks" INTEGER NOT NULL DEFAULT 0,
  "owner_id" UUID,
  CONSTRAINT "external_attempt_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "external_attempt_refund" CHECK (("action" = 'refund') = ("refund_id" IS NOT NULL))
);
CREATE UNIQUE INDEX "external_attempt_key_key" ON "external_attempt" ("key");
CREATE INDEX "external_attempt_payment_id_idx" ON "external_attempt" ("payment_id");
CREATE INDEX "external_attempt_external_id_idx" ON "external_attempt" USING HASH ("external_id");
CREATE INDEX "external_attempt_due_idx" ON "external_attempt" ("due_at") WHERE "due_at" IS NOT NULL;
CREATE INDEX "external_attempt_refund_idx" ON "external_attempt" ("refund_id") WHERE "refund_id" IS NOT NULL;
