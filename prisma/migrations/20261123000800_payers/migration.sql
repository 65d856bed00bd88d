-- CreateEnum
CREATE TYPE "payer_stance" AS ENUM ('none', 'allow', 'deny');

-- CreateTable
CREATE TABLE "payer_note" (
    "merchant_id" UUID NOT NULL,
    "wallet" TEXT NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "stance" "payer_stance" NOT NULL DEFAULT 'none',
    "ours" BOOLEAN NOT NULL DEFAULT false,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payer_note_pkey" PRIMARY KEY ("merchant_id","wallet")
);

-- CreateTable
CREATE TABLE "payer_gate" (
    "merchant_id" UUID NOT NULL,
    "whole_shop" BOOLEAN NOT NULL DEFAULT false,
    "resource_ids" UUID[],
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "payer_gate_pkey" PRIMARY KEY ("merchant_id")
);

-- CreateTable
CREATE TABLE "agent_session" (
    "hash" BYTEA NOT NULL,
    "wallet" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "agent_session_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE INDEX "agent_session_expires_at_idx" ON "agent_session"("expires_at");

-- DropIndex
DROP INDEX "payment_payer_idx";

-- CreateIndex
CREATE INDEX "payment_payer_created_at_id_idx" ON "payment"("payer", "created_at" DESC, "id");

-- DropIndex
DROP INDEX "channel_payer_idx";

-- CreateIndex
CREATE INDEX "channel_payer_created_at_id_idx" ON "channel"("payer", "created_at" DESC, "id");

-- A merchant's payers, summed without the payments' wide rows.
CREATE INDEX "payment_payers_idx" ON "payment"("merchant_id", "payer")
  INCLUDE ("network", "asset", "amount_base", "status", "protocol", "created_at") WHERE "origin" = 'gateway';

-- Vouchers whose deliveries failed: few, and read for every payer.
CREATE INDEX "voucher_failed_idx" ON "voucher"("channel_id") INCLUDE ("failures") WHERE "failures" > 0;
