CREATE TABLE "wallet_budget" (
  "id" UUID NOT NULL,
  "wallet" TEXT NOT NULL,
  "resource_id" UUID,
  "per_call_micros" DECIMAL(78,0),
  "per_day_micros" DECIMAL(78,0),
  "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "wallet_budget_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "wallet_budget_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "wallet_budget_some_cap" CHECK ("per_call_micros" IS NOT NULL OR "per_day_micros" IS NOT NULL)
);
-- One for everything, and one for each resource.
CREATE UNIQUE INDEX "wallet_budget_wallet_resource_id_key" ON "wallet_budget" ("wallet", "resource_id") NULLS NOT DISTINCT;

CREATE TABLE "wallet_budget_use" (
  "budget_id" UUID NOT NULL,
  "day" DATE NOT NULL,
  "used_micros" DECIMAL(78,0) NOT NULL,
  "cap_micros" DECIMAL(78,0) NOT NULL,
  CONSTRAINT "wallet_budget_use_pkey" PRIMARY KEY ("budget_id", "day"),
  CONSTRAINT "wallet_budget_use_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "wallet_budget" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE "wallet_budget_hold" (
  "budget_id" UUID NOT NULL,
  "payment_id" UUID NOT NULL,
  "day" DATE NOT NULL,
  "micros" DECIMAL(78,0) NOT NULL,
  "amount_base" DECIMAL(78,0) NOT NULL,
  CONSTRAINT "wallet_budget_hold_pkey" PRIMARY KEY ("budget_id", "day", "payment_id"),
  CONSTRAINT "wallet_budget_hold_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "wallet_budget" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
