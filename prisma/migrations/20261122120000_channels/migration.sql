-- CreateEnum
CREATE TYPE "channel_status" AS ENUM ('opening', 'open', 'closing', 'closed', 'failed');

-- CreateEnum
CREATE TYPE "channel_settlement_status" AS ENUM ('pending', 'settled', 'failed');

-- CreateEnum
CREATE TYPE "meter" AS ENUM ('request', 'event', 'units');

-- AlterTable
ALTER TABLE "audit_event" ADD COLUMN     "channel_id" TEXT;

-- AlterTable
ALTER TABLE "transaction" ADD COLUMN     "calls" JSONB;

-- AlterTable
ALTER TABLE "transfer" ADD COLUMN     "channel_id" TEXT;

-- AlterTable
ALTER TABLE "resource" ADD COLUMN     "deposit_units" INTEGER NOT NULL DEFAULT 1000,
ADD COLUMN     "meter" "meter" NOT NULL DEFAULT 'request',
ADD COLUMN     "session" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "unit_type" TEXT NOT NULL DEFAULT 'request';

-- CreateTable
CREATE TABLE "channel" (
    "id" TEXT NOT NULL,
    "merchant_id" UUID NOT NULL,
    "resource_id" UUID NOT NULL,
    "protocol" TEXT NOT NULL,
    "wire" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "escrow" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "payee" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "signer" TEXT NOT NULL,
    "descriptor" JSONB NOT NULL,
    "status" "channel_status" NOT NULL DEFAULT 'opening',
    "deposit_base" DECIMAL(78,0) NOT NULL,
    "accepted_base" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "accepted_signature" BYTEA,
    "spent_base" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "reserved_base" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "settled_base" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "units" BIGINT NOT NULL DEFAULT 0,
    "vouchers" BIGINT NOT NULL DEFAULT 0,
    "settled_units" BIGINT NOT NULL DEFAULT 0,
    "settled_spent_base" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "rate_at" TIMESTAMPTZ(6),
    "wanted_at" TIMESTAMPTZ(3),
    "close_requested_at" TIMESTAMPTZ(3),
    "close_deadline_at" TIMESTAMPTZ(3),
    "settlement_id" UUID,
    "parked_reason" TEXT,
    "parked_until" TIMESTAMPTZ(3),
    "open_transaction_id" UUID NOT NULL,
    "refunded_base" DECIMAL(78,0),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "opened_at" TIMESTAMPTZ(3),
    "last_voucher_at" TIMESTAMPTZ(3),
    "last_settled_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_hold" (
    "channel_id" TEXT NOT NULL,
    "owner_id" UUID NOT NULL,
    "amount_base" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "channel_hold_pkey" PRIMARY KEY ("channel_id","owner_id")
);

-- CreateTable
CREATE TABLE "voucher" (
    "channel_id" TEXT NOT NULL,
    "cumulative_base" DECIMAL(78,0) NOT NULL,
    "signature" BYTEA NOT NULL,
    "charged_base" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "units" BIGINT NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "resource_id" UUID,
    "upstream_status" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "voucher_pkey" PRIMARY KEY ("channel_id","cumulative_base")
);

-- CreateTable
CREATE TABLE "channel_top_up" (
    "transaction_id" UUID NOT NULL,
    "channel_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "amount_base" DECIMAL(78,0) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "channel_top_up_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateTable
CREATE TABLE "channel_settlement" (
    "id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "channel_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "cumulative_base" DECIMAL(78,0) NOT NULL,
    "capture_base" DECIMAL(78,0),
    "spent_base" DECIMAL(78,0) NOT NULL,
    "units" BIGINT NOT NULL,
    "vouchers" BIGINT NOT NULL,
    "status" "channel_settlement_status" NOT NULL DEFAULT 'pending',
    "paid_base" DECIMAL(78,0),
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "channel_settlement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "channel_policy" (
    "merchant_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "settle_units" INTEGER,
    "settle_amount_micros" DECIMAL(78,0),
    "settle_interval_ms" INTEGER,
    "settle_exposure_micros" DECIMAL(78,0),
    "idle_close_ms" BIGINT,
    "excess_max_micros" DECIMAL(78,0) NOT NULL,
    "min_deposit_micros" DECIMAL(78,0) NOT NULL,
    "min_delta_micros" DECIMAL(78,0) NOT NULL,
    "vouchers_per_second" INTEGER,
    "channel_max_micros" DECIMAL(78,0),
    "payer_max_micros" DECIMAL(78,0),
    "revision" INTEGER NOT NULL DEFAULT 1,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_policy_pkey" PRIMARY KEY ("merchant_id","network")
);

-- CreateTable
CREATE TABLE "chain_cursor" (
    "network" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "block_number" BIGINT NOT NULL,
    "block_hash" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "chain_cursor_pkey" PRIMARY KEY ("network","stream")
);

-- CreateIndex
CREATE UNIQUE INDEX "channel_settlement_id_key" ON "channel"("settlement_id");

-- CreateIndex
CREATE UNIQUE INDEX "channel_open_transaction_id_key" ON "channel"("open_transaction_id");

-- CreateIndex
CREATE INDEX "channel_merchant_id_created_at_id_idx" ON "channel"("merchant_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "channel_created_at_id_idx" ON "channel"("created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "channel_status_network_idx" ON "channel"("status", "network");

-- CreateIndex
CREATE INDEX "channel_payer_idx" ON "channel"("payer");

-- CreateIndex
CREATE INDEX "channel_hold_owner_id_idx" ON "channel_hold"("owner_id");

-- CreateIndex
CREATE UNIQUE INDEX "channel_top_up_hash_key" ON "channel_top_up"("hash");

-- CreateIndex
CREATE INDEX "voucher_at_idx" ON "voucher" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "channel_top_up_channel_id_idx" ON "channel_top_up"("channel_id");

-- CreateIndex
CREATE INDEX "channel_settlement_batch_id_idx" ON "channel_settlement"("batch_id");

-- CreateIndex
CREATE INDEX "channel_settlement_channel_id_created_at_idx" ON "channel_settlement"("channel_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "audit_event_channel_id_seq_idx" ON "audit_event"("channel_id", "seq");

-- CreateIndex
CREATE INDEX "transfer_channel_id_idx" ON "transfer"("channel_id");

-- AddForeignKey
ALTER TABLE "channel" ADD CONSTRAINT "channel_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel_hold" ADD CONSTRAINT "channel_hold_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "voucher" ADD CONSTRAINT "voucher_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel_top_up" ADD CONSTRAINT "channel_top_up_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel_settlement" ADD CONSTRAINT "channel_settlement_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "settlement_batch"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "channel_settlement" ADD CONSTRAINT "channel_settlement_channel_id_fkey" FOREIGN KEY ("channel_id") REFERENCES "channel"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- Credit is never spent twice and never below zero. Deposit and settled are what the chain says, and a reorganisation may
-- take them back; what was accepted and spent may not.
ALTER TABLE "channel"
  ADD CONSTRAINT "channel_amounts_not_negative" CHECK ("deposit_base" >= 0 AND "spent_base" >= 0 AND "reserved_base" >= 0 AND "settled_base" >= 0),
  ADD CONSTRAINT "channel_within_credit" CHECK ("spent_base" + "reserved_base" <= "accepted_base"),
  ADD CONSTRAINT "channel_voucher_is_signed" CHECK ("accepted_base" = 0 OR "accepted_signature" IS NOT NULL);
ALTER TABLE "channel_hold" ADD CONSTRAINT "channel_hold_not_negative" CHECK ("amount_base" >= 0);
ALTER TABLE "voucher" ADD CONSTRAINT "voucher_not_negative" CHECK ("cumulative_base" > 0 AND "charged_base" >= 0);
ALTER TABLE "channel_top_up" ADD CONSTRAINT "channel_top_up_positive" CHECK ("amount_base" > 0);
ALTER TABLE "channel_settlement"
  ADD CONSTRAINT "channel_settlement_kind" CHECK (("kind" = 'close') = ("capture_base" IS NOT NULL)),
  ADD CONSTRAINT "channel_settlement_captures" CHECK ("capture_base" IS NULL OR "capture_base" <= "cumulative_base");
ALTER TABLE "resource" ADD CONSTRAINT "resource_meter_needs_session" CHECK ("session" OR "meter" = 'request');
ALTER TABLE "resource" ADD CONSTRAINT "resource_deposit_units" CHECK ("deposit_units" > 0);

CREATE FUNCTION "channel_grows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the counters of channel % may not go back', OLD.id;
END $$;
-- The condition stands here and not in the function, because it is looked at twice for every voucher.
CREATE TRIGGER "channel_grows" BEFORE UPDATE ON "channel"
  FOR EACH ROW WHEN (NEW.accepted_base < OLD.accepted_base OR NEW.spent_base < OLD.spent_base OR NEW.units < OLD.units
    OR NEW.vouchers < OLD.vouchers) EXECUTE FUNCTION "channel_grows"();

-- Most events and transfers are about one thing: what they are not about needs no entry in its index.
DROP INDEX "audit_event_payment_id_seq_idx";
CREATE INDEX "audit_event_payment_id_seq_idx" ON "audit_event"("payment_id", "seq") WHERE "payment_id" IS NOT NULL;
DROP INDEX "audit_event_channel_id_seq_idx";
CREATE INDEX "audit_event_channel_id_seq_idx" ON "audit_event"("channel_id", "seq") WHERE "channel_id" IS NOT NULL;
DROP INDEX "audit_event_transaction_id_seq_idx";
CREATE INDEX "audit_event_transaction_id_seq_idx" ON "audit_event"("transaction_id", "seq") WHERE "transaction_id" IS NOT NULL;
DROP INDEX "audit_event_batch_id_seq_idx";
CREATE INDEX "audit_event_batch_id_seq_idx" ON "audit_event"("batch_id", "seq") WHERE "batch_id" IS NOT NULL;
DROP INDEX "transfer_payment_id_idx";
CREATE INDEX "transfer_payment_id_idx" ON "transfer"("payment_id") WHERE "payment_id" IS NOT NULL;
DROP INDEX "transfer_channel_id_idx";
CREATE INDEX "transfer_channel_id_idx" ON "transfer"("channel_id") WHERE "channel_id" IS NOT NULL;
