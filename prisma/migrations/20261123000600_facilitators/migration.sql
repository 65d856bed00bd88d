-- CreateEnum
CREATE TYPE "facilitator_call_state" AS ENUM ('sent', 'unsent', 'claimed', 'silent', 'refused', 'moved', 'dead');

-- CreateTable
CREATE TABLE "facilitator_upstream" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "auth_kind" TEXT NOT NULL DEFAULT 'none',
    "auth_sealed" BYTEA,
    "auth_hint" TEXT NOT NULL DEFAULT '',
    "timeout_ms" INTEGER NOT NULL DEFAULT 30000,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "open_until" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "supported" JSONB,
    "supported_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "facilitator_upstream_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "facilitator_route" (
    "merchant_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "scheme" TEXT NOT NULL,
    "targets" TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "facilitator_route_pkey" PRIMARY KEY ("merchant_id","network","scheme")
);

-- CreateTable
CREATE TABLE "facilitator_call" (
    "payment_id" UUID NOT NULL,
    "upstream_id" UUID NOT NULL,
    "status" "facilitator_call_state" NOT NULL DEFAULT 'sent',
    "http_status" INTEGER,
    "latency_ms" INTEGER,
    "claimed_hash" TEXT,
    "reason" TEXT,
    "due_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
    "looks" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "facilitator_call_pkey" PRIMARY KEY ("payment_id")
);

-- CreateTable
CREATE TABLE "facilitator_sample" (
    "id" BIGSERIAL NOT NULL,
    "upstream_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "ok" BOOLEAN NOT NULL,
    "http_status" INTEGER,
    "latency_ms" INTEGER NOT NULL,
    "error" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "facilitator_sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "facilitator_limit" (
    "api_key_id" UUID NOT NULL,
    "requests_per_second" INTEGER NOT NULL,
    "gas_nano_per_day" DECIMAL(78,0) NOT NULL,
    "amount_micros_per_day" DECIMAL(78,0) NOT NULL,
    "networks" TEXT[],
    "assets" TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "facilitator_limit_pkey" PRIMARY KEY ("api_key_id")
);

-- CreateTable
CREATE TABLE "facilitator_usage" (
    "caller" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "merchant_id" UUID NOT NULL,
    "gas_base" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "amount_micros" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "settlements" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "facilitator_usage_pkey" PRIMARY KEY ("caller","network","day")
);

-- CreateTable
CREATE TABLE "facilitator_hold" (
    "payment_id" UUID NOT NULL,
    "caller" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "gas_base" DECIMAL(78,0) NOT NULL,
    "amount_micros" DECIMAL(78,0) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "facilitator_hold_pkey" PRIMARY KEY ("payment_id")
);

-- CreateTable
CREATE TABLE "facilitation" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "caller" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "x402_version" INTEGER NOT NULL,
    "scheme" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "payer" TEXT,
    "pay_to" TEXT NOT NULL,
    "amount_base" DECIMAL(78,0) NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "latency_ms" INTEGER NOT NULL,
    "payment_id" UUID,
    "gas_base" DECIMAL(78,0),
    "upstream_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "facilitation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "facilitator_upstream_merchant_id_name_key" ON "facilitator_upstream"("merchant_id", "name");

-- CreateIndex
CREATE INDEX "facilitator_call_due_at_idx" ON "facilitator_call"("due_at");

-- CreateIndex
CREATE INDEX "facilitator_call_status_created_at_idx" ON "facilitator_call"("status", "created_at");

-- CreateIndex
CREATE INDEX "facilitator_sample_upstream_id_at_idx" ON "facilitator_sample"("upstream_id", "at");

-- CreateIndex
CREATE INDEX "facilitator_sample_at_idx" ON "facilitator_sample"("at");

-- CreateIndex
CREATE INDEX "facilitator_usage_merchant_id_day_idx" ON "facilitator_usage"("merchant_id", "day");

-- CreateIndex
CREATE INDEX "facilitator_hold_settled_at_idx" ON "facilitator_hold"("settled_at");

-- CreateIndex
CREATE INDEX "facilitation_merchant_id_created_at_id_idx" ON "facilitation"("merchant_id", "created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "facilitation_created_at_id_idx" ON "facilitation"("created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "facilitation_payment_id_idx" ON "facilitation"("payment_id");


