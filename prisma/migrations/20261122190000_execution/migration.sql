-- AlterTable
ALTER TABLE "audit_event" ADD COLUMN     "xid" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- AlterTable
ALTER TABLE "signer" ADD COLUMN     "in_flight_max" INTEGER NOT NULL DEFAULT 64,
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'env';

-- AlterTable
ALTER TABLE "transaction" ADD COLUMN     "accepted" JSONB,
ADD COLUMN     "cancel_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "cancel_reason" TEXT,
ADD COLUMN     "deadline_at" TIMESTAMPTZ(3),
ADD COLUMN     "drift" JSONB,
ADD COLUMN     "intent_id" UUID,
ADD COLUMN     "l1_fee_wei" DECIMAL(78,0),
ADD COLUMN     "max_fee_wei" DECIMAL(78,0),
ADD COLUMN     "merchant_id" UUID,
ADD COLUMN     "position" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "retry_of" UUID,
ADD COLUMN     "speed_up_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "submission" TEXT NOT NULL DEFAULT 'public',
ADD COLUMN     "urgency" TEXT NOT NULL DEFAULT 'standard';

-- AlterTable
ALTER TABLE "attempt" ADD COLUMN     "endpoint" TEXT,
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'call',
ADD COLUMN     "legacy" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "private" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "resource" ADD COLUMN     "execution" JSONB,
ADD COLUMN     "policy_id" UUID;

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "scopes" TEXT[],
    "policy_id" UUID,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_disclosure" (
    "seq" BIGINT NOT NULL,
    "field" TEXT NOT NULL,
    "salt" BYTEA NOT NULL,
    "value" JSONB NOT NULL,

    CONSTRAINT "audit_disclosure_pkey" PRIMARY KEY ("seq","field")
);

-- CreateTable
CREATE TABLE "audit_leaf" (
    "index" BIGINT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_leaf_pkey" PRIMARY KEY ("index")
);

-- CreateTable
CREATE TABLE "audit_node" (
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_node_pkey" PRIMARY KEY ("level","index")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "size" BIGINT NOT NULL DEFAULT 0,
    "frontier" BYTEA[] NOT NULL DEFAULT ARRAY[]::BYTEA[],
    "window_from" xid8 NOT NULL DEFAULT '0'::xid8,
    "window_to" xid8 NOT NULL DEFAULT '0'::xid8,
    "window_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_checkpoint" (
    "size" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_checkpoint_pkey" PRIMARY KEY ("size")
);

-- CreateTable
CREATE TABLE "audit_anchor" (
    "transaction_id" UUID NOT NULL,
    "size" BIGINT NOT NULL,
    "network" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_anchor_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateTable
CREATE TABLE "intent" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "api_key_id" UUID,
    "agent" TEXT,
    "member" TEXT,
    "payment_id" UUID,
    "channel_id" TEXT,
    "resource_id" UUID,
    "charged_base" DECIMAL(78,0),
    "voucher_base" DECIMAL(78,0),
    "squared" TEXT,
    "idempotency_key" TEXT,
    "body_hash" BYTEA NOT NULL,
    "body" JSONB NOT NULL,
    "policy_id" UUID,
    "policy_version" INTEGER,
    "decision" JSONB NOT NULL,
    "finality" TEXT NOT NULL DEFAULT 'included',
    "callback_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "intent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rpc_health" (
    "network" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "process_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "latency_ms" DOUBLE PRECISION NOT NULL,
    "error_rate" DOUBLE PRECISION NOT NULL,
    "head" BIGINT,
    "lag" INTEGER,
    "calls" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "refusals" BIGINT NOT NULL,
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "dishonest" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rpc_health_pkey" PRIMARY KEY ("network","endpoint","process_id")
);

-- CreateTable
CREATE TABLE "base_fee" (
    "network" TEXT NOT NULL,
    "block_number" BIGINT NOT NULL,
    "base_fee_per_gas" DECIMAL(78,0) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "base_fee_pkey" PRIMARY KEY ("network","block_number")
);

-- CreateTable
CREATE TABLE "execution_policy" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "rules" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "execution_policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_usage" (
    "policy_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "value_wei" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "fee_wei" DECIMAL(78,0) NOT NULL DEFAULT 0,
    "transactions" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "policy_usage_pkey" PRIMARY KEY ("policy_id","subject","network","day")
);

-- CreateTable
CREATE TABLE "budget_hold" (
    "transaction_id" UUID NOT NULL,
    "policy_id" UUID NOT NULL,
    "subjects" TEXT[],
    "network" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "value_wei" DECIMAL(78,0) NOT NULL,
    "fee_wei" DECIMAL(78,0) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "budget_hold_pkey" PRIMARY KEY ("transaction_id")
);

-- CreateTable
CREATE TABLE "webhook_endpoint" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "types" TEXT[],
    "sealed" BYTEA NOT NULL,
    "last4" TEXT NOT NULL,
    "sealed_previous" BYTEA,
    "previous_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failing_since" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "disabled_why" TEXT,

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "endpoint_id" UUID,
    "merchant_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "position" BIGSERIAL NOT NULL,
    "transaction_id" UUID,
    "alert_id" UUID,
    "event_seq" BIGINT,
    "type" TEXT NOT NULL,
    "payload" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_owner" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_try" (
    "delivery_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "http_status" INTEGER,
    "duration_ms" INTEGER NOT NULL,
    "detail" TEXT NOT NULL,

    CONSTRAINT "webhook_try_pkey" PRIMARY KEY ("delivery_id","number")
);

-- CreateTable
CREATE TABLE "alert_rule" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "params" JSONB NOT NULL,
    "endpoint_id" UUID,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "operator" BOOLEAN NOT NULL DEFAULT false,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_merchant_id_idx" ON "api_key"("merchant_id");

-- CreateIndex
CREATE INDEX "audit_event_xid_seq_idx" ON "audit_event"("xid", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "audit_leaf_seq_key" ON "audit_leaf"("seq");

-- CreateIndex
CREATE INDEX "intent_payment_id_idx" ON "intent"("payment_id");

-- CreateIndex
CREATE INDEX "intent_channel_id_idx" ON "intent"("channel_id");

-- CreateIndex
CREATE UNIQUE INDEX "intent_merchant_id_idempotency_key_key" ON "intent"("merchant_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "base_fee_network_at_idx" ON "base_fee"("network", "at");

-- CreateIndex
CREATE UNIQUE INDEX "execution_policy_merchant_id_name_key" ON "execution_policy"("merchant_id", "name");

-- CreateIndex
CREATE INDEX "budget_hold_settled_at_idx" ON "budget_hold"("settled_at");

-- CreateIndex
CREATE INDEX "webhook_endpoint_merchant_id_idx" ON "webhook_endpoint"("merchant_id");

-- CreateIndex
CREATE INDEX "webhook_delivery_merchant_id_created_at_idx" ON "webhook_delivery"("merchant_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "webhook_delivery_endpoint_id_created_at_idx" ON "webhook_delivery"("endpoint_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "webhook_delivery_transaction_id_position_idx" ON "webhook_delivery"("transaction_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_delivery_endpoint_id_event_seq_key" ON "webhook_delivery"("endpoint_id", "event_seq");

-- CreateIndex
CREATE INDEX "alert_rule_merchant_id_idx" ON "alert_rule"("merchant_id");

-- CreateIndex
CREATE INDEX "alert_rule_id_opened_at_idx" ON "alert"("rule_id", "opened_at" DESC);

-- CreateIndex
CREATE INDEX "transaction_merchant_id_created_at_idx" ON "transaction"("merchant_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "transaction_intent_id_position_key" ON "transaction"("intent_id", "position");

-- AddForeignKey
ALTER TABLE "transaction" ADD CONSTRAINT "transaction_intent_id_fkey" FOREIGN KEY ("intent_id") REFERENCES "intent"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_try" ADD CONSTRAINT "webhook_try_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert" ADD CONSTRAINT "alert_rule_id_fkey" FOREIGN KEY ("rule_id") REFERENCES "alert_rule"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



ALTER TABLE "transaction"
  ADD CONSTRAINT "transaction_urgency" CHECK ("urgency" IN ('slow', 'standard', 'fast', 'urgent')),
  ADD CONSTRAINT "transaction_submission" CHECK ("submission" IN ('public', 'private', 'private-first')),
  ADD CONSTRAINT "transaction_fee_cap" CHECK ("max_fee_wei" IS NULL OR "max_fee_wei" >= 0);
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_kind" CHECK ("kind" IN ('call', 'cancel'));
-- How many a lane has in flight is counted before every nonce.
CREATE INDEX "transaction_in_flight_idx" ON "transaction"("network", "signer", "nonce") WHERE "nonce" IS NOT NULL AND "status" IN ('queued', 'signed', 'submitted', 'held');
ALTER TABLE "intent" ADD CONSTRAINT "intent_finality" CHECK ("finality" IN ('included', 'safe', 'final'));
ALTER TABLE "policy_usage" ADD CONSTRAINT "policy_usage_not_negative" CHECK ("value_wei" >= 0 AND "fee_wei" >= 0 AND "transactions" >= 0);
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_status" CHECK ("status" IN ('waiting', 'delivered', 'failed'));
-- What waits is looked for every second, and is little beside what was delivered.
CREATE INDEX "webhook_delivery_waiting_idx" ON "webhook_delivery"("target", "subject", "position") WHERE "status" = 'waiting';
CREATE UNIQUE INDEX "alert_open_key" ON "alert"("rule_id", "subject") WHERE "resolved_at" IS NULL;
-- square-executions: what was bought and has not ended is little beside everything that was.
ALTER TABLE "intent" ADD CONSTRAINT "intent_squared" CHECK ("squared" IN ('earned', 'refunded', 'kept'));
CREATE INDEX "intent_paid_idx" ON "intent"("created_at") WHERE "squared" IS NULL AND ("payment_id" IS NOT NULL OR "channel_id" IS NOT NULL);
-- What was charged for an action that never happened is given back, by a transaction that says so.
DROP TRIGGER "channel_grows" ON "channel";
CREATE TRIGGER "channel_grows" BEFORE UPDATE ON "channel"
  FOR EACH ROW WHEN (NEW.accepted_base < OLD.accepted_base OR NEW.vouchers < OLD.vouchers
    OR (NEW.spent_base < OLD.spent_base OR NEW.units < OLD.units)
      AND current_setting('sluice.giving_back', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION "channel_grows"();
INSERT INTO "audit_log" DEFAULT VALUES;
-- Who a member's events are by stands in the disclosures.
CREATE INDEX "audit_disclosure_actor_idx" ON "audit_disclosure"("value", "seq") WHERE "field" = 'actor.id';
-- Append-only, for everybody who is not bent on it: what is guaranteed, the proofs guarantee (lib/audit/README.md).
REVOKE UPDATE, DELETE, TRUNCATE ON "audit_event", "audit_leaf", "audit_node", "audit_checkpoint", "audit_anchor" FROM PUBLIC, CURRENT_USER;
REVOKE UPDATE, TRUNCATE ON "audit_disclosure" FROM PUBLIC, CURRENT_USER;
CREATE TRIGGER "audit_leaf_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_leaf"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "audit_node_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_node"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "audit_checkpoint_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_checkpoint"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "audit_anchor_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_anchor"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();
CREATE TRIGGER "audit_disclosure_unchanged" BEFORE UPDATE OR TRUNCATE ON "audit_disclosure"
  FOR EACH STATEMENT EXECUTE FUNCTION "append_only"();
