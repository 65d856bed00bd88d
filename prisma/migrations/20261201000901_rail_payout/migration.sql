CREATE TABLE "rail_payout" (
  "external_id" TEXT NOT NULL,
  "network" TEXT NOT NULL,
  "asset" TEXT NOT NULL,
  "pay_to" TEXT NOT NULL,
  "owner" TEXT NOT NULL,
  "amount_base" DECIMAL(78, 0) NOT NULL,
  "status" TEXT NOT NULL,
  "returned" BOOLEAN NOT NULL DEFAULT false,
  "arrives_at" TIMESTAMPTZ(3) NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "rail_payout_pkey" PRIMARY KEY ("external_id")
);
