-- CreateEnum
CREATE TYPE "role" AS ENUM ('owner', 'viewer');

-- CreateEnum
CREATE TYPE "transaction_status" AS ENUM ('queued', 'signed', 'submitted', 'included', 'safe', 'final', 'reverted', 'cancelled', 'expired', 'held', 'failed');

-- CreateEnum
CREATE TYPE "transfer_kind" AS ENUM ('direct', 'pending', 'post', 'void');

-- CreateEnum
CREATE TYPE "settle_when" AS ENUM ('before', 'after');

-- CreateEnum
CREATE TYPE "resource_status" AS ENUM ('live', 'paused');

-- CreateEnum
CREATE TYPE "payment_status" AS ENUM ('authorized', 'delivered', 'voided', 'refund_due', 'refunded');

-- CreateEnum
CREATE TYPE "settlement_status" AS ENUM ('none', 'pending', 'settled', 'failed');

-- CreateEnum
CREATE TYPE "refund_status" AS ENUM ('due', 'sent', 'paid');

-- CreateEnum
CREATE TYPE "batch_status" AS ENUM ('submitted', 'applied', 'failed');

-- CreateTable
CREATE TABLE "member" (
    "merchant_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "role" "role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("merchant_id","address")
);

-- CreateTable
CREATE TABLE "siwe_nonce" (
    "hash" BYTEA NOT NULL,
    "browser" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "siwe_nonce_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "session" (
    "hash" BYTEA NOT NULL,
    "address" TEXT NOT NULL,
    "merchant_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "seq" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "type" TEXT NOT NULL,
    "actor" JSONB NOT NULL,
    "merchant_id" UUID,
    "resource_id" UUID,
    "payment_id" UUID,
    "batch_id" UUID,
    "transaction_id" UUID,
    "data" JSONB NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "signer" (
    "network" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "next_nonce" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signer_pkey" PRIMARY KEY ("network","address")
);

-- CreateTable
CREATE TABLE "transaction" (
    "id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "signer" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "to" TEXT,
    "data" BYTEA,
    "value" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "gas_limit" BIGINT,
    "status" "transaction_status" NOT NULL DEFAULT 'queued',
    "nonce" BIGINT,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "lease_owner" UUID,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "simulation" JSONB,
    "held_reason" TEXT,
    "error" TEXT,
    "hash" TEXT,
    "block_number" BIGINT,
    "block_hash" TEXT,
    "gas_used" BIGINT,
    "gas_price" DECIMAL(78,0),
    "logs" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "submitted_at" TIMESTAMPTZ(3),
    "included_at" TIMESTAMPTZ(3),
    "safe_at" TIMESTAMPTZ(3),
    "final_at" TIMESTAMPTZ(3),

    CONSTRAINT "transaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempt" (
    "hash" TEXT NOT NULL,
    "transaction_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "raw" BYTEA NOT NULL,
    "max_fee_per_gas" DECIMAL(78,0) NOT NULL,
    "tip_per_gas" DECIMAL(78,0) NOT NULL,
    "gas" BIGINT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "first_broadcast_at" TIMESTAMPTZ(3),
    "last_broadcast_at" TIMESTAMPTZ(3),
    "broadcasts" INTEGER NOT NULL DEFAULT 0,
    "answer" TEXT,

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "task_run" (
    "task" TEXT NOT NULL,
    "lease_owner" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "runs" BIGINT NOT NULL DEFAULT 0,
    "moved" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "task_run_pkey" PRIMARY KEY ("task")
);

-- CreateTable
CREATE TABLE "process" (
    "id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "beat_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "process_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "transfer" (
    "id" BIGSERIAL NOT NULL,
    "kind" "transfer_kind" NOT NULL,
    "pending_id" BIGINT,
    "reason" TEXT NOT NULL,
    "debit" TEXT NOT NULL,
    "credit" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "amount_base" DECIMAL(78,0) NOT NULL,
    "payment_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "transfer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reconciliation" (
    "id" BIGSERIAL NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "block_number" BIGINT NOT NULL,
    "opening_base" DECIMAL(78,0) NOT NULL,
    "ledger_base" DECIMAL(78,0) NOT NULL,
    "chain_base" DECIMAL(78,0) NOT NULL,
    "difference_base" DECIMAL(78,0) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "merchant" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "merchant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "mime_type" TEXT NOT NULL DEFAULT 'application/json',
    "upstream_url" TEXT NOT NULL,
    "timeout_ms" INTEGER NOT NULL DEFAULT 30000,
    "price_micros" DECIMAL(78,0) NOT NULL,
    "settle" "settle_when",
    "streaming" BOOLEAN NOT NULL DEFAULT false,
    "side_effects" BOOLEAN NOT NULL DEFAULT false,
    "status" "resource_status" NOT NULL DEFAULT 'live',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_payout" (
    "resource_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "pay_to" TEXT NOT NULL,

    CONSTRAINT "resource_payout_pkey" PRIMARY KEY ("resource_id","network")
);

-- CreateTable
CREATE TABLE "resource_price" (
    "resource_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "price_micros" DECIMAL(78,0) NOT NULL,
    "pay_to" JSONB NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "valid_until" TIMESTAMPTZ(3),

    CONSTRAINT "resource_price_pkey" PRIMARY KEY ("resource_id","revision")
);

-- CreateTable
CREATE TABLE "resource_header" (
    "resource_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,
    "last4" TEXT NOT NULL,
    "rotated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_header_pkey" PRIMARY KEY ("resource_id","name")
);

-- CreateTable
CREATE TABLE "challenge_count" (
    "resource_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "count" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "challenge_count_pkey" PRIMARY KEY ("resource_id","hour")
);

-- CreateTable
CREATE TABLE "payment" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "resource_id" UUID NOT NULL,
    "protocol" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "wire" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "pay_to" TEXT NOT NULL,
    "amount_base" DECIMAL(78,0) NOT NULL,
    "claim_key" TEXT NOT NULL,
    "challenge_key" TEXT,
    "fingerprint" BYTEA NOT NULL,
    "request" JSONB NOT NULL,
    "quote_id" TEXT NOT NULL,
    "quoted_at" TIMESTAMPTZ(3) NOT NULL,
    "settle_when" "settle_when" NOT NULL,
    "status" "payment_status" NOT NULL DEFAULT 'authorized',
    "settlement" "settlement_status" NOT NULL DEFAULT 'none',
    "challenge" JSONB NOT NULL,
    "credential" JSONB NOT NULL,
    "instrument" JSONB NOT NULL,
    "owner_id" UUID,
    "batch_id" UUID,
    "transaction_id" UUID,
    "tx_hash" TEXT,
    "log_index" INTEGER,
    "block_number" BIGINT,
    "receipt" JSONB,
    "reason" TEXT,
    "upstream_status" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "upstream_started_at" TIMESTAMPTZ(3),
    "upstream_ended_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "payment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payment_answer" (
    "payment_id" UUID NOT NULL,
    "status" INTEGER NOT NULL,
    "headers" JSONB NOT NULL,
    "body" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payment_answer_pkey" PRIMARY KEY ("payment_id")
);

-- CreateTable
CREATE TABLE "exposure" (
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "payer" TEXT NOT NULL,
    "reserved_base" DECIMAL(78,0) NOT NULL,

    CONSTRAINT "exposure_pkey" PRIMARY KEY ("network","asset","payer")
);

-- CreateTable
CREATE TABLE "refund" (
    "id" UUID NOT NULL,
    "payment_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "amount_base" DECIMAL(78,0) NOT NULL,
    "status" "refund_status" NOT NULL DEFAULT 'due',
    "reason" TEXT NOT NULL,
    "transaction_id" UUID,
    "tx_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "paid_at" TIMESTAMPTZ(3),

    CONSTRAINT "refund_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settlement_batch" (
    "id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "status" "batch_status" NOT NULL DEFAULT 'submitted',
    "form" TEXT NOT NULL,
    "transaction_id" UUID,
    "size" INTEGER NOT NULL,
    "amount_base" DECIMAL(78,0) NOT NULL,
    "settled_count" INTEGER,
    "error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "settlement_batch_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_event_payment_id_seq_idx" ON "audit_event"("payment_id", "seq");

-- CreateIndex
CREATE INDEX "audit_event_transaction_id_seq_idx" ON "audit_event"("transaction_id", "seq");

-- CreateIndex
CREATE INDEX "audit_event_batch_id_seq_idx" ON "audit_event"("batch_id", "seq");

-- CreateIndex
CREATE INDEX "audit_event_merchant_id_seq_idx" ON "audit_event"("merchant_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "audit_event_type_seq_idx" ON "audit_event"("type", "seq" DESC);

-- CreateIndex
CREATE INDEX "transaction_status_due_at_idx" ON "transaction"("status", "due_at");

-- CreateIndex
CREATE INDEX "transaction_created_at_id_idx" ON "transaction"("created_at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "transaction_network_signer_nonce_key" ON "transaction"("network", "signer", "nonce");

-- CreateIndex
CREATE UNIQUE INDEX "attempt_transaction_id_seq_key" ON "attempt"("transaction_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "transfer_pending_id_key" ON "transfer"("pending_id");

-- CreateIndex
CREATE INDEX "transfer_payment_id_idx" ON "transfer"("payment_id");

-- CreateIndex
CREATE INDEX "transfer_debit_network_asset_idx" ON "transfer"("debit", "network", "asset");

-- CreateIndex
CREATE INDEX "transfer_credit_network_asset_idx" ON "transfer"("credit", "network", "asset");

-- CreateIndex
CREATE INDEX "reconciliation_network_asset_address_id_idx" ON "reconciliation"("network", "asset", "address", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "merchant_slug_key" ON "merchant"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "resource_merchant_id_path_method_key" ON "resource"("merchant_id", "path", "method");

-- CreateIndex
CREATE UNIQUE INDEX "payment_claim_key_key" ON "payment"("claim_key");

-- CreateIndex
CREATE UNIQUE INDEX "payment_challenge_key_key" ON "payment"("challenge_key");

-- CreateIndex
CREATE INDEX "payment_merchant_id_created_at_id_idx" ON "payment"("merchant_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "payment_status_owner_id_idx" ON "payment"("status", "owner_id");

-- CreateIndex
CREATE INDEX "payment_batch_id_idx" ON "payment"("batch_id");

-- CreateIndex
CREATE INDEX "payment_transaction_id_idx" ON "payment"("transaction_id");

-- CreateIndex
CREATE INDEX "payment_payer_idx" ON "payment"("payer");

-- CreateIndex
CREATE UNIQUE INDEX "payment_network_tx_hash_log_index_key" ON "payment"("network", "tx_hash", "log_index");

-- CreateIndex
CREATE INDEX "payment_answer_expires_at_idx" ON "payment_answer"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "refund_payment_id_key" ON "refund"("payment_id");

-- CreateIndex
CREATE INDEX "refund_status_idx" ON "refund"("status");

-- CreateIndex
CREATE INDEX "settlement_batch_status_idx" ON "settlement_batch"("status");

-- CreateIndex
CREATE INDEX "settlement_batch_created_at_id_idx" ON "settlement_batch"("created_at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "settlement_batch_transaction_id_key" ON "settlement_batch"("transaction_id");

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "transaction"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "transfer" ADD CONSTRAINT "transfer_pending_id_fkey" FOREIGN KEY ("pending_id") REFERENCES "transfer"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource" ADD CONSTRAINT "resource_merchant_id_fkey" FOREIGN KEY ("merchant_id") REFERENCES "merchant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource_payout" ADD CONSTRAINT "resource_payout_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource_price" ADD CONSTRAINT "resource_price_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "resource_header" ADD CONSTRAINT "resource_header_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "challenge_count" ADD CONSTRAINT "challenge_count_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "settlement_batch"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment_answer" ADD CONSTRAINT "payment_answer_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Money is never negative, and an entry never pays an account from itself.
ALTER TABLE "transfer"
  ADD CONSTRAINT "transfer_amount_positive" CHECK ("amount_base" > 0),
  ADD CONSTRAINT "transfer_two_accounts" CHECK ("debit" <> "credit"),
  ADD CONSTRAINT "transfer_resolves" CHECK (("kind" IN ('post', 'void')) = ("pending_id" IS NOT NULL));
ALTER TABLE "payment" ADD CONSTRAINT "payment_amount_positive" CHECK ("amount_base" > 0);
ALTER TABLE "refund" ADD CONSTRAINT "refund_amount_positive" CHECK ("amount_base" > 0);
ALTER TABLE "exposure" ADD CONSTRAINT "exposure_not_negative" CHECK ("reserved_base" >= 0);
ALTER TABLE "resource" ADD CONSTRAINT "resource_price_not_negative" CHECK ("price_micros" >= 0);

-- A post or void repeats its pending entry to the letter, so that the books stay balanced per account.
CREATE FUNCTION "transfer_matches_pending"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.pending_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM "transfer" p
    WHERE p.id = NEW.pending_id AND p.kind = 'pending' AND p.debit = NEW.debit AND p.credit = NEW.credit
      AND p.network = NEW.network AND p.asset = NEW.asset AND p.amount_base = NEW.amount_base
  ) THEN
    RAISE EXCEPTION 'transfer % does not repeat its pending transfer %', NEW.id, NEW.pending_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "transfer_matches_pending" BEFORE INSERT ON "transfer"
  FOR EACH ROW WHEN (NEW.pending_id IS NOT NULL) EXECUTE FUNCTION "transfer_matches_pending"();

-- Append-only: corrections are new rows.
CREATE FUNCTION "append_only"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER "transfer_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "transfer"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();

-- The books as signed lines: what an account holds is the sum of its lines, and all lines sum to zero.
CREATE VIEW "ledger_line" AS
  SELECT id, debit AS account, network, asset, amount_base AS amount, payment_id, reason, at
    FROM "transfer" WHERE kind IN ('direct', 'post')
  UNION ALL
  SELECT id, credit, network, asset, -amount_base, payment_id, reason, at
    FROM "transfer" WHERE kind IN ('direct', 'post');

-- A column only ever grows: the nonce counter of a lane.
CREATE FUNCTION "nonce_grows"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.next_nonce < OLD.next_nonce THEN
    RAISE EXCEPTION 'next_nonce of % on % may not go back', OLD.address, OLD.network;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER "signer_nonce_grows" BEFORE UPDATE ON "signer"
  FOR EACH ROW EXECUTE FUNCTION "nonce_grows"();

-- Aborts the statement that it stands in, so that one statement can claim and reserve or do neither.
CREATE FUNCTION "refuse"(reason text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', reason;
END $$;
