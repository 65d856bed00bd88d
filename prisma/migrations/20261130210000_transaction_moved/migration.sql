-- Whoever follows what was asked for is told when it moves, instead of asking again and again. Only of what somebody asked for: a
-- notification takes a lock of the whole database at commit, which settlements shall not wait for.
CREATE FUNCTION "tell_transaction_moved"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('transaction_moved', NEW."id"::text);
  RETURN NULL;
END $$;
-- Asked for briefly, so that nobody waits behind it.
SELECT briefly(
  $$CREATE TRIGGER "transaction_moves" AFTER UPDATE ON "transaction" FOR EACH ROW
    WHEN (NEW."intent_id" IS NOT NULL AND
      ROW(OLD."status", OLD."held_reason", OLD."lease_until", OLD."reorgs", OLD."cancel_asked_at", OLD."speed_up_asked_at") IS DISTINCT FROM
      ROW(NEW."status", NEW."held_reason", NEW."lease_until", NEW."reorgs", NEW."cancel_asked_at", NEW."speed_up_asked_at"))
    EXECUTE FUNCTION "tell_transaction_moved"()$$);
