-- Locks: new columns and tables rewrite nothing. Each new index, and the two sums over what is there, hold writes of their table off
-- while they are made: some seconds for a million rows. An index that is made beforehand under its name by CREATE INDEX CONCURRENTLY
-- is taken as it is.

-- When a channel is looked at next.
ALTER TABLE "channel" ADD COLUMN "next_due_at" TIMESTAMPTZ(3),
ADD COLUMN "tries" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN "decimals" SMALLINT NOT NULL DEFAULT 6,
ADD COLUMN "is_unsettled" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "channel" ALTER COLUMN "next_due_at" SET DEFAULT CURRENT_TIMESTAMP;
ALTER TABLE "channel_top_up" ADD COLUMN "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN "tries" SMALLINT NOT NULL DEFAULT 0;
-- Null: every channel of it follows it. Else those behind this id do not yet.
ALTER TABLE "channel_policy" ADD COLUMN "reschedule_after" TEXT;

-- How far the round of comparing open channels with the contract is.
CREATE TABLE "channel_round" (
    "network" TEXT NOT NULL,
    "after_id" TEXT NOT NULL DEFAULT '',
    CONSTRAINT "channel_round_pkey" PRIMARY KEY ("network")
);

CREATE TABLE "channel_exposure" (
    "merchant_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "slot" SMALLINT NOT NULL,
    "micros" DECIMAL(78,0) NOT NULL,
    CONSTRAINT "channel_exposure_pkey" PRIMARY KEY ("merchant_id", "network", "slot")
);

CREATE TABLE "cash_sum" (
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "slot" SMALLINT NOT NULL,
    "base" DECIMAL(78,0) NOT NULL,
    "first_block" BIGINT,
    CONSTRAINT "cash_sum_pkey" PRIMARY KEY ("network", "asset", "address", "slot")
);

ALTER TABLE "reconciliation" ADD COLUMN "runs" INTEGER NOT NULL DEFAULT 1;

-- What a channel has delivered beyond what is settled, in micro-dollars: as Amount.baseToMicros.
CREATE FUNCTION "channel_risk"(status channel_status, spent numeric, settled numeric, decimals smallint) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN status IN ('open', 'closing') AND spent > settled THEN trunc((spent - settled) * 10::numeric ^ (6 - decimals)) ELSE 0 END
$$;

-- The earliest instant at which the schedule wants something of a channel; null: never. Schedule.dueBy is the same in words, and
-- decides: a channel that is looked at too early is scheduled anew. Without a policy Policy.defaults hold.
CREATE FUNCTION "channel_due_at"(c channel) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
  p channel_policy;
  since timestamptz := coalesce(c.last_settled_at, c.opened_at, c.created_at);
  risk numeric := channel_risk(c.status, c.spent_base, c.settled_base, c.decimals);
  due timestamptz;
BEGIN
  IF c.status <> 'open' OR c.settlement_id IS NOT NULL THEN RETURN NULL; END IF;
  IF c.close_requested_at IS NOT NULL THEN
    RETURN greatest(c.close_requested_at, c.parked_until, c.apart_until);
  END IF;
  SELECT * INTO p FROM channel_policy WHERE merchant_id = c.merchant_id AND network = c.network;
  IF NOT FOUND THEN
    p.settle_amount_micros := 1000000;
    p.settle_interval_ms := 3600000;
    p.idle_close_ms := 2592000000;
  END IF;
  due := coalesce(c.last_voucher_at, c.opened_at, c.created_at) + make_interval(secs => p.idle_close_ms / 1000.0);
  IF risk > 0 THEN
    due := least(due, CASE WHEN c.units - c.settled_units >= p.settle_units OR risk >= p.settle_amount_micros THEN since
      ELSE since + make_interval(secs => p.settle_interval_ms / 1000.0) END);
  END IF;
  RETURN CASE WHEN due IS NOT NULL THEN greatest(due, c.parked_until, c.apart_until) END;
END $$;

CREATE FUNCTION "channel_schedules"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  due timestamptz;
BEGIN
  NEW.is_unsettled := NEW.status = 'open' AND NEW.spent_base > NEW.settled_base;
  -- An opening is looked at when whoever looked last said so.
  IF NEW.status = 'opening' THEN RETURN NEW; END IF;
  due := channel_due_at(NEW);
  -- One that only moves away is left where it is: the look at it is cheap, and the index stays as it is for each charge.
  IF TG_OP = 'UPDATE' AND OLD.status = 'open' AND OLD.next_due_at > now() AND OLD.next_due_at < due
    AND (NEW.parked_until, NEW.apart_until) IS NOT DISTINCT FROM (OLD.parked_until, OLD.apart_until) THEN RETURN NEW;
  END IF;
  NEW.next_due_at := due;
  RETURN NEW;
END $$;
CREATE TRIGGER "channel_schedules_new" BEFORE INSERT ON "channel" FOR EACH ROW EXECUTE FUNCTION "channel_schedules"();
-- A new voucher only moves it away: reserving a charge does not come here.
CREATE TRIGGER "channel_schedules" BEFORE UPDATE ON "channel" FOR EACH ROW
  WHEN (NEW.status <> OLD.status OR NEW.spent_base <> OLD.spent_base OR NEW.settled_base <> OLD.settled_base
    OR NEW.units <> OLD.units OR NEW.settled_units <> OLD.settled_units OR NEW.last_voucher_at < OLD.last_voucher_at
    OR NEW.settlement_id IS DISTINCT FROM OLD.settlement_id OR NEW.last_settled_at IS DISTINCT FROM OLD.last_settled_at
    OR NEW.opened_at IS DISTINCT FROM OLD.opened_at OR NEW.close_requested_at IS DISTINCT FROM OLD.close_requested_at
    OR NEW.parked_until IS DISTINCT FROM OLD.parked_until OR NEW.apart_until IS DISTINCT FROM OLD.apart_until)
  EXECUTE FUNCTION "channel_schedules"();

-- The sum of a merchant's risk on a network, in one row per slot: two connections rarely wait for each other. In one order, so
-- that they never wait for each other in a circle.
CREATE FUNCTION "channel_exposes"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO channel_exposure AS x (merchant_id, network, slot, micros)
  SELECT moved.merchant_id, moved.network, pg_backend_pid() % 16, sum(moved.risk) FROM (
    SELECT merchant_id, network, channel_risk(status, spent_base, settled_base, decimals) AS risk FROM new_rows
    UNION ALL SELECT merchant_id, network, -channel_risk(status, spent_base, settled_base, decimals) FROM old_rows) moved
  GROUP BY 1, 2 HAVING sum(moved.risk) <> 0 ORDER BY 1, 2
  ON CONFLICT (merchant_id, network, slot) DO UPDATE SET micros = x.micros + EXCLUDED.micros;
  RETURN NULL;
END $$;
CREATE TRIGGER "channel_exposes" AFTER UPDATE ON "channel" REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION "channel_exposes"();

-- What the books say that an address got: what its cash account holds, and what was facilitated to it, which is in no account.
CREATE FUNCTION "cash_add"(network text, asset text, address text, base numeric, block bigint) RETURNS void LANGUAGE sql AS $$
  INSERT INTO cash_sum AS s (network, asset, address, slot, base, first_block) VALUES ($1, $2, $3, pg_backend_pid() % 16, $4, $5)
  ON CONFLICT (network, asset, address, slot) DO UPDATE
    SET base = s.base + EXCLUDED.base, first_block = least(s.first_block, EXCLUDED.first_block)
$$;
CREATE FUNCTION "transfer_sums"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.debit LIKE 'cash:%' THEN
    PERFORM cash_add(NEW.network, NEW.asset, substr(NEW.debit, 6), NEW.amount_base,
      (SELECT block_number FROM payment WHERE id = NEW.payment_id));
  END IF;
  IF NEW.credit LIKE 'cash:%' THEN
    PERFORM cash_add(NEW.network, NEW.asset, substr(NEW.credit, 6), -NEW.amount_base, NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "transfer_sums" AFTER INSERT ON "transfer" FOR EACH ROW
  WHEN (NEW.kind IN ('direct', 'post') AND (NEW.debit LIKE 'cash:%' OR NEW.credit LIKE 'cash:%'))
  EXECUTE FUNCTION "transfer_sums"();
CREATE FUNCTION "payment_sums"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM cash_add(NEW.network, NEW.asset, NEW.pay_to,
    CASE WHEN NEW.settlement = 'settled' THEN NEW.amount_base ELSE -OLD.amount_base END, NEW.block_number);
  RETURN NULL;
END $$;
CREATE TRIGGER "payment_sums" AFTER UPDATE OF "settlement" ON "payment" FOR EACH ROW
  WHEN (NEW.origin = 'facilitator' AND (NEW.settlement = 'settled') <> (OLD.settlement = 'settled'))
  EXECUTE FUNCTION "payment_sums"();

-- The triggers hold writes off until this commits, so that nothing is counted twice or not at all.
INSERT INTO cash_sum (network, asset, address, slot, base)
SELECT network, asset, address, -1, sum(base) FROM (
  SELECT network, asset, substr(debit, 6) AS address, amount_base AS base FROM transfer
  WHERE debit LIKE 'cash:%' AND kind IN ('direct', 'post')
  UNION ALL SELECT network, asset, substr(credit, 6), -amount_base FROM transfer
  WHERE credit LIKE 'cash:%' AND kind IN ('direct', 'post')
  UNION ALL SELECT network, asset, pay_to, amount_base FROM payment WHERE origin = 'facilitator' AND settlement = 'settled') booked
GROUP BY 1, 2, 3;
UPDATE channel c SET next_due_at = CASE WHEN c.status = 'opening' THEN now() ELSE channel_due_at(c) END,
  is_unsettled = c.status = 'open' AND c.spent_base > c.settled_base
WHERE status IN ('opening', 'open');
INSERT INTO channel_exposure (merchant_id, network, slot, micros)
SELECT merchant_id, network, -1, sum(channel_risk(status, spent_base, settled_base, decimals))
FROM channel WHERE status IN ('open', 'closing') GROUP BY 1, 2;

-- settle-channels; requested closes have an index of their own. advance-openings.
CREATE INDEX IF NOT EXISTS "channel_due_idx" ON "channel"("network", "next_due_at") WHERE "status" = 'open' AND "close_requested_at" IS NULL;
CREATE INDEX IF NOT EXISTS "channel_closing_idx" ON "channel"("network", "next_due_at") WHERE "status" = 'open' AND "close_requested_at" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "channel_opening_idx" ON "channel"("network", "next_due_at") WHERE "status" = 'opening';
CREATE INDEX IF NOT EXISTS "channel_top_up_due_idx" ON "channel_top_up"("due_at") WHERE "applied_at" IS NULL AND "error" IS NULL;
-- settle-channels: all of a merchant whose exposure is too high, and all that an edited policy is about.
CREATE INDEX IF NOT EXISTS "channel_unsettled_idx" ON "channel"("merchant_id", "network") WHERE "is_unsettled";
CREATE INDEX IF NOT EXISTS "channel_policy_idx" ON "channel"("merchant_id", "network", "id") WHERE "status" = 'open';
-- reconcile-channels: the round. watch-channels, reconcile: what was written from blocks that are gone, or newer than one.
CREATE INDEX IF NOT EXISTS "channel_round_idx" ON "channel"("network", "id") WHERE "status" = 'open';
CREATE INDEX IF NOT EXISTS "channel_state_block_idx" ON "channel"("network", "state_block") WHERE "state_block" > 0;
CREATE INDEX IF NOT EXISTS "channel_closed_at_idx" ON "channel"("network", "closed_at") WHERE "status" = 'closed';
-- reconcile: what is booked for blocks after the one that is looked at.
CREATE INDEX IF NOT EXISTS "payment_network_block_number_idx" ON "payment"("network", "block_number") WHERE "block_number" IS NOT NULL;
CREATE INDEX IF NOT EXISTS "transaction_network_block_number_idx" ON "transaction"("network", "block_number") WHERE "block_number" IS NOT NULL;

-- A hold of nothing is none. Not a DELETE in the statement that gives it back: another one that waits for the row would follow
-- an update, and find a deleted row gone although its own hold was in it.
CREATE FUNCTION "channel_hold_ends"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM channel_hold WHERE channel_id = NEW.channel_id AND owner_id = NEW.owner_id AND amount_base = 0;
  RETURN NULL;
END $$;
CREATE TRIGGER "channel_hold_ends" AFTER UPDATE ON "channel_hold" FOR EACH ROW WHEN (NEW.amount_base = 0)
  EXECUTE FUNCTION "channel_hold_ends"();
DELETE FROM channel_hold WHERE amount_base = 0;

-- deliver-webhooks: a target's deliveries in the order in which they are due, and those that are under way to it.
CREATE INDEX IF NOT EXISTS "webhook_delivery_target_idx" ON "webhook_delivery"("target", "due_at", "position") WHERE "status" = 'waiting';
CREATE INDEX IF NOT EXISTS "webhook_delivery_leased_idx" ON "webhook_delivery"("target", "lease_until") WHERE "status" = 'waiting' AND "lease_until" IS NOT NULL;
