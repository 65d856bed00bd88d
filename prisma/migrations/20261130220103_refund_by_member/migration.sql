-- Refunds that a member requests: several of one payment, by the refund wallet or by the merchant's own wallet. Columns with constant
-- defaults: no row is rewritten. All locks are asked for together and briefly, and held while rows of the catalog are written.
CREATE TYPE "refund_kind" AS ENUM ('engine', 'member');
CREATE TYPE "refund_source" AS ENUM ('signer', 'wallet');

-- A payment's refunds in total, due or paid: no refund can exceed what is left.
CREATE FUNCTION "refund_sums"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  change numeric := 0;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.status <> 'cancelled' THEN change := change - OLD.amount_base; END IF;
  IF TG_OP <> 'DELETE' AND NEW.status <> 'cancelled' THEN change := change + NEW.amount_base; END IF;
  IF change <> 0 THEN
    UPDATE payment SET refunded_base = refunded_base + change WHERE id = coalesce(NEW.payment_id, OLD.payment_id);
  END IF;
  RETURN NULL;
END $$;

SELECT briefly(
  $$ALTER TABLE "refund"
    ADD COLUMN "kind" "refund_kind" NOT NULL DEFAULT 'engine',
    ADD COLUMN "source" "refund_source" NOT NULL DEFAULT 'signer',
    ADD COLUMN "wallet" TEXT,
    ADD COLUMN "requested_by" TEXT,
    ADD COLUMN "request_key" TEXT NOT NULL DEFAULT 'engine',
    ADD COLUMN "log_index" INTEGER,
    ADD COLUMN "block_number" BIGINT$$,
  $$ALTER TABLE "payment" ADD COLUMN "refunded_base" DECIMAL(78,0) NOT NULL DEFAULT 0$$,
  $$ALTER TABLE "payment" ADD CONSTRAINT "payment_refunded" CHECK ("refunded_base" BETWEEN 0 AND "amount_base") NOT VALID$$,
  $$CREATE TRIGGER "refund_sums" AFTER INSERT OR UPDATE OF "status", "amount_base" OR DELETE ON "refund" FOR EACH ROW
    EXECUTE FUNCTION "refund_sums"()$$,
  -- Sales are what was kept: delivered payments minus their refunds.
  $$CREATE OR REPLACE FUNCTION "sale_add"(p payment, sign int) RETURNS void LANGUAGE sql AS $body$
    INSERT INTO sale_delta (merchant_id, resource_id, network, asset, at, sold, answered, base, payer, protocol, calls, failed)
    SELECT p.merchant_id, coalesce(p.resource_id, '00000000-0000-0000-0000-000000000000'), p.network, p.asset, p.created_at,
      CASE WHEN p.status = 'delivered' THEN sign ELSE 0 END, CASE WHEN p.status = 'delivered' THEN sign ELSE 0 END,
      CASE WHEN p.status = 'delivered' THEN sign * (p.amount_base - p.refunded_base) ELSE 0 END, p.payer, p.protocol, sign,
      CASE WHEN p.status = 'delivered' THEN 0 ELSE sign END
  $body$ $$,
  $$CREATE OR REPLACE TRIGGER "payment_sales" AFTER UPDATE OF "status", "amount_base", "created_at", "refunded_base" ON "payment" FOR EACH ROW
    WHEN (NEW.origin = 'gateway' AND NOT (OLD.status = 'authorized' AND NEW.status = 'authorized')
    AND (NEW.status <> OLD.status OR NEW.amount_base <> OLD.amount_base OR NEW.created_at <> OLD.created_at
      OR (NEW.refunded_base <> OLD.refunded_base AND NEW.status = 'delivered')))
    EXECUTE FUNCTION "payment_sales"()$$);

-- As before, of what was kept.
CREATE OR REPLACE FUNCTION "sale_correct_hours"(since timestamptz, til timestamptz) RETURNS TABLE (merchant uuid, sums bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('fold-sales'));
  RETURN QUERY
  WITH missing AS (
    SELECT k.merchant_id, k.hour, k.resource_id, k.network, k.asset, sum(k.sold)::bigint AS sold, sum(k.answered)::bigint AS answered, sum(k.base) AS base FROM (
      SELECT p.merchant_id, date_trunc('hour', p.created_at, 'UTC') AS hour, coalesce(p.resource_id, '00000000-0000-0000-0000-000000000000') AS resource_id,
        p.network, p.asset, count(*) AS sold, count(*) AS answered, sum(p.amount_base - p.refunded_base) AS base
      FROM payment p WHERE p.origin = 'gateway' AND p.status = 'delivered' AND p.created_at >= since AND p.created_at < til GROUP BY 1, 2, 3, 4, 5
      UNION ALL
      SELECT c.merchant_id, date_trunc('hour', v.at, 'UTC'), coalesce(v.resource_id, '00000000-0000-0000-0000-000000000000'),
        c.network, c.asset, count(*), 0, sum(v.charged_base)
      FROM voucher v JOIN channel c ON c.id = v.channel_id WHERE v.charged_base > 0 AND v.at >= since AND v.at < til GROUP BY 1, 2, 3, 4, 5
      UNION ALL
      SELECT c.merchant_id, date_trunc('hour', c.created_at, 'UTC'), c.resource_id, c.network, c.asset, 0, count(*), 0
      FROM channel c WHERE c.spent_base > 0 AND c.created_at >= since AND c.created_at < til GROUP BY 1, 2, 3, 4, 5
      UNION ALL SELECT h.merchant_id, h.hour, h.resource_id, h.network, h.asset, -h.sold, -h.answered, -h.base FROM sale_hour h
      WHERE h.hour >= since AND h.hour < til
      UNION ALL
      SELECT d.merchant_id, date_trunc('hour', d.at, 'UTC'), d.resource_id, d.network, d.asset, -d.sold, -d.answered, -d.base FROM sale_delta d
      WHERE d.at >= since AND d.at < til
    ) k GROUP BY 1, 2, 3, 4, 5 HAVING sum(k.sold) <> 0 OR sum(k.answered) <> 0 OR sum(k.base) <> 0
  ), added AS (
    INSERT INTO sale_hour AS s (merchant_id, hour, resource_id, network, asset, sold, answered, base)
    SELECT m.merchant_id, m.hour, m.resource_id, m.network, m.asset, m.sold, m.answered, m.base FROM missing m
    ON CONFLICT ON CONSTRAINT sale_hour_pkey DO UPDATE
      SET sold = s.sold + EXCLUDED.sold, answered = s.answered + EXCLUDED.answered, base = s.base + EXCLUDED.base
    RETURNING s.merchant_id
  )
  SELECT a.merchant_id, count(*) FROM added a GROUP BY 1;
END $$;
CREATE OR REPLACE FUNCTION "sale_correct_payers"(of uuid) RETURNS TABLE (merchant uuid, sums bigint) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('fold-sales'));
  RETURN QUERY
  WITH missing AS (
    SELECT k.merchant_id, k.payer, k.network, k.asset, k.protocol, sum(k.calls)::bigint AS calls, sum(k.failed)::bigint AS failed, sum(k.base) AS base,
      min(k.first_at) AS first_at, max(k.last_at) AS last_at FROM (
      SELECT p.merchant_id, p.payer, p.network, p.asset, p.protocol, count(*) AS calls, count(*) FILTER (WHERE p.status <> 'delivered') AS failed,
        coalesce(sum(p.amount_base - p.refunded_base) FILTER (WHERE p.status = 'delivered'), 0) AS base, min(p.created_at) AS first_at, max(p.created_at) AS last_at
      FROM payment p WHERE p.origin = 'gateway' AND p.status <> 'authorized' AND p.merchant_id = of GROUP BY 1, 2, 3, 4, 5
      UNION ALL SELECT s.merchant_id, s.payer, s.network, s.asset, s.protocol, -s.calls, -s.failed, -s.base, s.first_at, s.last_at FROM payer_sum s
      WHERE s.merchant_id = of
      UNION ALL
      SELECT d.merchant_id, d.payer, d.network, d.asset, d.protocol, -d.calls, -d.failed, -d.base, d.at, d.at FROM sale_delta d WHERE d.payer IS NOT NULL AND d.merchant_id = of
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
