CREATE TABLE "rail_invoice" (
  "payment_hash" TEXT NOT NULL,
  "network" TEXT NOT NULL,
  "invoice" TEXT NOT NULL,
  "merchant_id" UUID NOT NULL,
  "resource_id" UUID NOT NULL,
  "request" JSONB NOT NULL,
  "revision" INTEGER NOT NULL,
  "pay_to" TEXT NOT NULL,
  "amount_base" DECIMAL(78, 0) NOT NULL,
  "price_micros" DECIMAL(78, 0) NOT NULL,
  "rate_micros" DECIMAL(78, 0) NOT NULL,
  "rate_source" TEXT NOT NULL,
  "rate_at" TIMESTAMPTZ(3) NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "paid_at" TIMESTAMPTZ(3),
  "paid_base" DECIMAL(78, 0),
  CONSTRAINT "rail_invoice_pkey" PRIMARY KEY ("payment_hash")
);
CREATE INDEX "rail_invoice_unpaid_idx" ON "rail_invoice" ("expires_at") WHERE "paid_at" IS NULL;
CREATE TABLE "rail_cursor" (
  "network" TEXT NOT NULL,
  "position" TEXT NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "rail_cursor_pkey" PRIMARY KEY ("network")
);
