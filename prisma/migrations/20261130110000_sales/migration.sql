-- Locks: the triggers' are asked for briefly (briefly), and held while rows of the catalog are written.

-- What was sold in each hour, to be added up by pages.
CREATE TABLE "sale_hour" (
    "merchant_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "resource_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "sold" BIGINT NOT NULL,
    "answered" BIGINT NOT NULL,
    "base" DECIMAL(78,0) NOT NULL,
    CONSTRAINT "sale_hour_pkey" PRIMARY KEY ("merchant_id", "hour", "resource_id", "network", "asset")
);
CREATE INDEX "sale_hour_hour_idx" ON "sale_hour"("hour");

-- What each wallet bought of each merchant by single payments, those under way left out.
CREATE TABLE "payer_sum" (
    "merchant_id" UUID NOT NULL,
    "payer" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "protocol" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "failed" BIGINT NOT NULL,
    "base" DECIMAL(78,0) NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "payer_sum_pkey" PRIMARY KEY ("merchant_id", "payer", "network", "asset", "protocol")
);

-- What both do not hold yet. Rows are only added here, so that no sale waits for another one; fold-sales adds them to the sums.
CREATE TABLE "sale_delta" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "merchant_id" UUID NOT NULL,
    "resource_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "sold" INTEGER NOT NULL,
    "answered" INTEGER NOT NULL,
    "base" DECIMAL(78,0) NOT NULL,
    -- Of a single payment; null for what was sold over a channel.
    "payer" TEXT,
    "protocol" TEXT,
    "calls" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "sale_delta_pkey" PRIMARY KEY ("id")
);

-- What pages read: the sums and what they lack, as of one instant.
CREATE VIEW "sale" AS
  SELECT merchant_id, hour, resource_id, network, asset, sold, answered, base FROM sale_hour
  UNION ALL
  SELECT merchant_id, date_trunc('hour', at, 'UTC'), resource_id, network, asset, sold, answered, base FROM sale_delta;
CREATE VIEW "payer_sale" AS
  SELECT merchant_id, payer, network, asset, protocol, coalesce(s.calls, 0) + coalesce(d.calls, 0) AS calls,
    coalesce(s.failed, 0) + coalesce(d.failed, 0) AS failed, coalesce(s.base, 0) + coalesce(d.base, 0) AS base,
    least(s.first_at, d.first_at) AS first_at, greatest(s.last_at, d.last_at) AS last_at
  FROM payer_sum s FULL JOIN (
    SELECT merchant_id, payer, network, asset, protocol, sum(calls) AS calls, sum(failed) AS failed, sum(base) AS base,
      min(at) AS first_at, max(at) AS last_at
    FROM (
      SELECT merchant_id, payer, network, asset, protocol, calls, failed, base, at FROM sale_delta WHERE payer IS NOT NULL
      UNION ALL
      SELECT merchant_id, payer, network, asset, protocol, 1, 0, 0, created_at FROM payment
      WHERE status = 'authorized' AND origin = 'gateway') latest
    GROUP BY 1, 2, 3, 4, 5) d USING (merchant_id, payer, network, asset, protocol);

CREATE FUNCTION "sale_add"(p payment, sign int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO sale_delta (merchant_id, resource_id, network, asset, at, sold, answered, base, payer, protocol, calls, failed)
  SELECT p.merchant_id, coalesce(p.resource_id, '00000000-0000-0000-0000-000000000000'), p.network, p.asset, p.created_at,
    CASE WHEN p.status = 'delivered' THEN sign ELSE 0 END, CASE WHEN p.status = 'delivered' THEN sign ELSE 0 END,
    CASE WHEN p.status = 'delivered' THEN sign * p.amount_base ELSE 0 END, p.payer, p.protocol, sign,
    CASE WHEN p.status = 'delivered' THEN 0 ELSE sign END
$$;
CREATE FUNCTION "payment_sales"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status <> 'authorized' THEN PERFORM sale_add(OLD, -1); END IF;
  IF NEW.status <> 'authorized' THEN PERFORM sale_add(NEW, 1); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION "voucher_sales"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c record;
BEGIN
  SELECT merchant_id, network, asset INTO c FROM channel WHERE id = NEW.channel_id;
  IF TG_OP = 'UPDATE' AND OLD.charged_base > 0 THEN
    -- What it bought before and what it buys now are one line where they are of the same resource.
    IF OLD.resource_id IS NOT DISTINCT FROM NEW.resource_id AND NEW.charged_base > 0 THEN
      INSERT INTO sale_delta (merchant_id, resource_id, network, asset, at, sold, answered, base)
      VALUES (c.merchant_id, coalesce(NEW.resource_id, '00000000-0000-0000-0000-000000000000'), c.network, c.asset, NEW.at, 0, 0,
        NEW.charged_base - OLD.charged_base);
      RETURN NULL;
    END IF;
    INSERT INTO sale_delta (merchant_id, resource_id, network, asset, at, sold, answered, base)
    VALUES (c.merchant_id, coalesce(OLD.resource_id, '00000000-0000-0000-0000-000000000000'), c.network, c.asset, OLD.at, -1, 0,
      -OLD.charged_base);
  END IF;
  IF NEW.charged_base > 0 THEN
    INSERT INTO sale_delta (merchant_id, resource_id, network, asset, at, sold, answered, base)
    VALUES (c.merchant_id, coalesce(NEW.resource_id, '00000000-0000-0000-0000-000000000000'), c.network, c.asset, NEW.at, 1, 0,
      NEW.charged_base);
  END IF;
  RETURN NULL;
END $$;

-- A session answers one 402, however much it buys.
CREATE FUNCTION "channel_sales"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO sale_delta (merchant_id, resource_id, network, asset, at, sold, answered, base)
  VALUES (NEW.merchant_id, NEW.resource_id, NEW.network, NEW.asset, NEW.created_at, 0, CASE WHEN NEW.spent_base > 0 THEN 1 ELSE -1 END, 0);
  RETURN NULL;
END $$;

SELECT briefly(
  $$CREATE TRIGGER "payment_sales_new" AFTER INSERT ON "payment" FOR EACH ROW
    WHEN (NEW.origin = 'gateway' AND NEW.status <> 'authorized') EXECUTE FUNCTION "payment_sales"()$$,
  $$CREATE TRIGGER "payment_sales" AFTER UPDATE OF "status", "amount_base", "created_at" ON "payment" FOR EACH ROW
    WHEN (NEW.origin = 'gateway' AND NOT (OLD.status = 'authorized' AND NEW.status = 'authorized')
    AND (NEW.status <> OLD.status OR NEW.amount_base <> OLD.amount_base OR NEW.created_at <> OLD.created_at))
    EXECUTE FUNCTION "payment_sales"()$$,
  $$CREATE TRIGGER "voucher_sales_new" AFTER INSERT ON "voucher" FOR EACH ROW
    WHEN (NEW.charged_base > 0) EXECUTE FUNCTION "voucher_sales"()$$,
  $$CREATE TRIGGER "voucher_sales" AFTER UPDATE OF "charged_base", "resource_id", "at" ON "voucher" FOR EACH ROW
    WHEN (NEW.charged_base <> OLD.charged_base OR NEW.resource_id IS DISTINCT FROM OLD.resource_id OR NEW.at <> OLD.at)
    EXECUTE FUNCTION "voucher_sales"()$$,
  $$CREATE TRIGGER "channel_sales_new" AFTER INSERT ON "channel" FOR EACH ROW
    WHEN (NEW.spent_base > 0) EXECUTE FUNCTION "channel_sales"()$$,
  $$CREATE TRIGGER "channel_sales" AFTER UPDATE OF "spent_base" ON "channel" FOR EACH ROW
    WHEN ((NEW.spent_base > 0) <> (OLD.spent_base > 0)) EXECUTE FUNCTION "channel_sales"()$$);

-- Adds up from the beginning what the sums hold, and adds what they lack: in one statement and so as of one instant, whatever goes
-- on meanwhile. Waits for nobody who sells. @returns of each merchant how many sums were wrong.
CREATE FUNCTION "sale_correct"() RETURNS TABLE (merchant uuid, sums bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('fold-sales'));
  RETURN QUERY
  WITH missing AS (
    SELECT k.merchant_id, k.hour, k.resource_id, k.network, k.asset, sum(k.sold)::bigint AS sold, sum(k.answered)::bigint AS answered, sum(k.base) AS base FROM (
      SELECT p.merchant_id, date_trunc('hour', p.created_at, 'UTC') AS hour, coalesce(p.resource_id, '00000000-0000-0000-0000-000000000000') AS resource_id,
        p.network, p.asset, count(*) AS sold, count(*) AS answered, sum(p.amount_base) AS base
      FROM payment p WHERE p.origin = 'gateway' AND p.status = 'delivered' GROUP BY 1, 2, 3, 4, 5
      UNION ALL
      SELECT c.merchant_id, date_trunc('hour', v.at, 'UTC'), coalesce(v.resource_id, '00000000-0000-0000-0000-000000000000'),
        c.network, c.asset, count(*), 0, sum(v.charged_base)
      FROM voucher v JOIN channel c ON c.id = v.channel_id WHERE v.charged_base > 0 GROUP BY 1, 2, 3, 4, 5
      UNION ALL
      SELECT c.merchant_id, date_trunc('hour', c.created_at, 'UTC'), c.resource_id, c.network, c.asset, 0, count(*), 0
      FROM channel c WHERE c.spent_base > 0 GROUP BY 1, 2, 3, 4, 5
      UNION ALL SELECT h.merchant_id, h.hour, h.resource_id, h.network, h.asset, -h.sold, -h.answered, -h.base FROM sale_hour h
      UNION ALL
      SELECT d.merchant_id, date_trunc('hour', d.at, 'UTC'), d.resource_id, d.network, d.asset, -d.sold, -d.answered, -d.base FROM sale_delta d
    ) k GROUP BY 1, 2, 3, 4, 5 HAVING sum(k.sold) <> 0 OR sum(k.answered) <> 0 OR sum(k.base) <> 0
  ), added AS (
    INSERT INTO sale_hour AS s (merchant_id, hour, resource_id, network, asset, sold, answered, base)
    SELECT m.merchant_id, m.hour, m.resource_id, m.network, m.asset, m.sold, m.answered, m.base FROM missing m
    ON CONFLICT ON CONSTRAINT sale_hour_pkey DO UPDATE
      SET sold = s.sold + EXCLUDED.sold, answered = s.answered + EXCLUDED.answered, base = s.base + EXCLUDED.base
    RETURNING s.merchant_id
  )
  SELECT a.merchant_id, count(*) FROM added a GROUP BY 1;
  RETURN QUERY
  WITH missing AS (
    SELECT k.merchant_id, k.payer, k.network, k.asset, k.protocol, sum(k.calls)::bigint AS calls, sum(k.failed)::bigint AS failed, sum(k.base) AS base,
      min(k.first_at) AS first_at, max(k.last_at) AS last_at FROM (
      SELECT p.merchant_id, p.payer, p.network, p.asset, p.protocol, count(*) AS calls, count(*) FILTER (WHERE p.status <> 'delivered') AS failed,
        coalesce(sum(p.amount_base) FILTER (WHERE p.status = 'delivered'), 0) AS base, min(p.created_at) AS first_at, max(p.created_at) AS last_at
      FROM payment p WHERE p.origin = 'gateway' AND p.status <> 'authorized' GROUP BY 1, 2, 3, 4, 5
      UNION ALL SELECT s.merchant_id, s.payer, s.network, s.asset, s.protocol, -s.calls, -s.failed, -s.base, s.first_at, s.last_at FROM payer_sum s
      UNION ALL
      SELECT d.merchant_id, d.payer, d.network, d.asset, d.protocol, -d.calls, -d.failed, -d.base, d.at, d.at FROM sale_delta d WHERE d.payer IS NOT NULL
    ) k GROUP BY 1, 2, 3, 4, 5 HAVING sum(k.calls) <> 0 OR sum(k.failed) <> 0 OR sum(k.base) <> 0
  ), added AS (
    INSERT INTO payer_sum AS s (merchant_id, payer, network, asset, protocol, calls, failed, base, first_at, last_at)
    SELECT m.merchant_id, m.payer, m.network, m.asset, m.protocol, m.calls, m.failed, m.base, m.first_at, m.last_at FROM missing m
    ON CONFLICT ON CONSTRAINT payer_sum_pkey DO UPDATE
      SET calls = s.calls + EXCLUDED.calls, failed = s.failed + EXCLUDED.failed, base = s.base + EXCLUDED.base,
        first_at = least(s.first_at, EXCLUDED.first_at), last_at = greatest(s.last_at, EXCLUDED.last_at)
    RETURNING s.merchant_id
  )
  SELECT a.merchant_id, count(*) FROM added a GROUP BY 1;
END $$;
