-- One statement, which commits as it goes: a row that it writes holds nobody up for longer than one piece takes.
DO $$
DECLARE
  piece CONSTANT bigint := 20000;
  last bigint := coalesce((SELECT max(seq) FROM audit_event), 0);
  since timestamptz := '-infinity';
  til timestamptz;
BEGIN
  FOR step IN 0..(last / piece) LOOP
    INSERT INTO transaction_part (merchant_id, transaction_id, created_at)
    SELECT DISTINCT e.merchant_id, t.id, t.created_at FROM audit_event e JOIN transaction t ON t.id = e.transaction_id
    WHERE e.seq > step * piece AND e.seq <= (step + 1) * piece AND e.merchant_id IS NOT NULL AND e.transaction_id IS NOT NULL
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    COMMIT;
  END LOOP;
  LOOP
    SELECT max(created_at) INTO til FROM (
      SELECT created_at FROM settlement_batch WHERE created_at > since ORDER BY created_at LIMIT 5000) next;
    EXIT WHEN til IS NULL;
    INSERT INTO batch_part (merchant_id, batch_id, created_at)
    SELECT DISTINCT p.merchant_id, b.id, b.created_at FROM settlement_batch b JOIN payment p ON p.batch_id = b.id
    WHERE b.created_at > since AND b.created_at <= til
    UNION SELECT c.merchant_id, b.id, b.created_at
    FROM settlement_batch b JOIN channel_settlement s ON s.batch_id = b.id JOIN channel c ON c.id = s.channel_id
    WHERE b.created_at > since AND b.created_at <= til
    ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    COMMIT;
    since := til;
  END LOOP;
  til := '-infinity';
  LOOP
    SELECT max(created_at) INTO since FROM (
      SELECT created_at FROM transaction WHERE created_at > til ORDER BY created_at LIMIT 20000) next;
    EXIT WHEN since IS NULL;
    INSERT INTO transaction_part (merchant_id, transaction_id, created_at)
    SELECT merchant_id, id, created_at FROM transaction
    WHERE created_at > til AND created_at <= since AND merchant_id IS NOT NULL ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    COMMIT;
    til := since;
  END LOOP;
END $$;
