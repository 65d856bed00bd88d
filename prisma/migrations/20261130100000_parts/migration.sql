-- Locks: each of them is asked for briefly, again and again, so that nobody waits behind it; it is held while rows of the catalog
-- are written. Nothing is read or rewritten.

-- Runs these, all or none. A lock that one of them does not get in a moment is not waited for, because everybody who came after would
-- wait as well: what was done is taken back, and all of it is tried again.
CREATE FUNCTION "briefly"(VARIADIC statements text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before text := current_setting('lock_timeout');
  statement text;
BEGIN
  FOR try IN 1..1000 LOOP
    BEGIN
      PERFORM set_config('lock_timeout', '200ms', true);
      FOREACH statement IN ARRAY statements LOOP EXECUTE statement; END LOOP;
      PERFORM set_config('lock_timeout', before, true);
      RETURN;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.05 + random() * 0.2);
    END;
  END LOOP;
  RAISE EXCEPTION 'no moment was found for %', statements USING ERRCODE = 'lock_not_available';
END $$;

-- Whose a transaction is. Many merchants may have a part in one: execution knows none of them.
CREATE TABLE "transaction_part" (
    "merchant_id" UUID NOT NULL,
    "transaction_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "transaction_part_pkey" PRIMARY KEY ("merchant_id", "transaction_id")
);
CREATE INDEX "transaction_part_merchant_id_created_at_idx" ON "transaction_part"("merchant_id", "created_at" DESC, "transaction_id");

CREATE TABLE "batch_part" (
    "merchant_id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "batch_part_pkey" PRIMARY KEY ("merchant_id", "batch_id")
);
CREATE INDEX "batch_part_merchant_id_created_at_idx" ON "batch_part"("merchant_id", "created_at" DESC, "batch_id");

-- A merchant has a part in a transaction that an event of it names.
CREATE FUNCTION "event_parts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO transaction_part (merchant_id, transaction_id, created_at)
  SELECT NEW.merchant_id, t.id, t.created_at FROM transaction t WHERE t.id = NEW.transaction_id ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
-- And in one that was executed for it.
CREATE FUNCTION "transaction_parts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO transaction_part (merchant_id, transaction_id, created_at)
  VALUES (NEW.merchant_id, NEW.id, NEW.created_at) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
-- And in a batch that one of its payments is in. One that leaves its batch takes the part with it when it was the last.
CREATE FUNCTION "payment_parts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.batch_id IS NOT NULL THEN
    DELETE FROM batch_part p WHERE p.merchant_id = OLD.merchant_id AND p.batch_id = OLD.batch_id
      AND NOT EXISTS (SELECT FROM payment o WHERE o.batch_id = OLD.batch_id AND o.merchant_id = OLD.merchant_id);
  END IF;
  INSERT INTO batch_part (merchant_id, batch_id, created_at)
  SELECT NEW.merchant_id, b.id, b.created_at FROM settlement_batch b WHERE b.id = NEW.batch_id ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE FUNCTION "settlement_parts"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO batch_part (merchant_id, batch_id, created_at)
  SELECT c.merchant_id, b.id, b.created_at FROM settlement_batch b, channel c
  WHERE b.id = NEW.batch_id AND c.id = NEW.channel_id ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

SELECT briefly(
  $$CREATE TRIGGER "event_parts" AFTER INSERT ON "audit_event" FOR EACH ROW
    WHEN (NEW.transaction_id IS NOT NULL AND NEW.merchant_id IS NOT NULL) EXECUTE FUNCTION "event_parts"()$$,
  $$CREATE TRIGGER "transaction_parts" AFTER INSERT ON "transaction" FOR EACH ROW
    WHEN (NEW.merchant_id IS NOT NULL) EXECUTE FUNCTION "transaction_parts"()$$,
  $$CREATE TRIGGER "payment_parts_new" AFTER INSERT ON "payment" FOR EACH ROW
    WHEN (NEW.batch_id IS NOT NULL) EXECUTE FUNCTION "payment_parts"()$$,
  $$CREATE TRIGGER "payment_parts" AFTER UPDATE OF "batch_id" ON "payment" FOR EACH ROW
    WHEN (NEW.batch_id IS DISTINCT FROM OLD.batch_id) EXECUTE FUNCTION "payment_parts"()$$,
  $$CREATE TRIGGER "settlement_parts" AFTER INSERT ON "channel_settlement" FOR EACH ROW EXECUTE FUNCTION "settlement_parts"()$$);
