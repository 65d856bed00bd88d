CREATE TABLE "fraud_warning" (
  "external_id" TEXT NOT NULL,
  "merchant_id" UUID NOT NULL,
  "payment_id" UUID NOT NULL,
  "network" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "actionable" BOOLEAN NOT NULL,
  "warned_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "fraud_warning_pkey" PRIMARY KEY ("external_id")
);
CREATE INDEX "fraud_warning_payment_id_idx" ON "fraud_warning" ("payment_id");
CREATE INDEX "fraud_warning_actionable_idx" ON "fraud_warning" ("merchant_id", "warned_at") WHERE "actionable";
