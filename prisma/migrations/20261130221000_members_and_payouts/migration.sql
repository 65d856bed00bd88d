SELECT briefly($$ALTER TABLE "member" ADD COLUMN "opened_at" TIMESTAMPTZ(3)$$);

CREATE TABLE "invitation" (
  "id" UUID NOT NULL,
  "merchant_id" UUID,
  "role" "role" NOT NULL,
  "note" TEXT NOT NULL DEFAULT '',
  "hash" BYTEA NOT NULL,
  "created_by" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  "accepted_at" TIMESTAMPTZ(3),
  "accepted_by" TEXT,
  "revoked_at" TIMESTAMPTZ(3),
  CONSTRAINT "invitation_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "invitation_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchant" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "invitation_hash_key" ON "invitation" ("hash");
CREATE INDEX "invitation_merchant_id_created_at_idx" ON "invitation" ("merchant_id", "created_at" DESC);

SELECT briefly($$ALTER TABLE "session" ADD COLUMN "device" TEXT NOT NULL DEFAULT ''$$);

SELECT briefly($$ALTER TABLE "merchant" ADD COLUMN "former_slugs" TEXT[] DEFAULT ARRAY[]::TEXT[]$$);
SELECT briefly($$ALTER TABLE "merchant" ADD COLUMN "payout_delay_hours" INTEGER NOT NULL DEFAULT 0$$);

CREATE TABLE "merchant_payout" (
  "merchant_id" UUID NOT NULL,
  "network" TEXT NOT NULL,
  "pay_to" TEXT NOT NULL,
  CONSTRAINT "merchant_payout_pkey" PRIMARY KEY ("merchant_id", "network"),
  CONSTRAINT "merchant_payout_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchant" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "merchant_payout_change" (
  "id" UUID NOT NULL,
  "merchant_id" UUID NOT NULL,
  "change" JSONB NOT NULL,
  "requested_by" TEXT NOT NULL,
  "message" TEXT NOT NULL,
  "signature" TEXT NOT NULL,
  "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "applies_at" TIMESTAMPTZ(3) NOT NULL,
  "applied_at" TIMESTAMPTZ(3),
  "cancelled_at" TIMESTAMPTZ(3),
  "cancelled_by" TEXT,
  CONSTRAINT "merchant_payout_change_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "merchant_payout_change_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchant" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "merchant_payout_change_merchant_id_requested_at_idx" ON "merchant_payout_change" ("merchant_id", "requested_at" DESC);
CREATE UNIQUE INDEX "merchant_payout_change_waiting_key" ON "merchant_payout_change" ("merchant_id")
  WHERE "applied_at" IS NULL AND "cancelled_at" IS NULL;
CREATE INDEX "merchant_payout_change_due_idx" ON "merchant_payout_change" ("applies_at")
  WHERE "applied_at" IS NULL AND "cancelled_at" IS NULL;

SELECT briefly($$ALTER TABLE "resource" ADD COLUMN "own_payouts" BOOLEAN NOT NULL DEFAULT true$$);
