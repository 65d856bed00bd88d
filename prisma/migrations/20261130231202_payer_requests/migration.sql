CREATE TABLE "payer_request" (
  "payment_id" UUID NOT NULL,
  "merchant_id" UUID NOT NULL,
  "wallet" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "answer" TEXT,
  "answered_at" TIMESTAMPTZ(3),
  "answered_by" TEXT,
  CONSTRAINT "payer_request_pkey" PRIMARY KEY ("payment_id")
);
CREATE INDEX "payer_request_open_idx" ON "payer_request" ("merchant_id", "created_at" DESC) WHERE "answered_at" IS NULL;
