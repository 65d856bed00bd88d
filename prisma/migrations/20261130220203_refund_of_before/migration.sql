-- Payments that were refunded before the trigger: each had at most one refund, and what the trigger counts is above zero. One statement,
-- which commits as it goes: what it writes holds nobody up for longer than one piece takes.
DO $$
DECLARE
  after uuid := '00000000-0000-0000-0000-000000000000';
  til uuid;
BEGIN
  LOOP
    SELECT id INTO til FROM refund WHERE id > after ORDER BY id OFFSET 499 LIMIT 1;
    UPDATE payment p SET refunded_base = r.amount_base FROM refund r
    WHERE p.id = r.payment_id AND p.refunded_base = 0 AND r.id > after AND (til IS NULL OR r.id <= til);
    COMMIT;
    EXIT WHEN til IS NULL;
    after := til;
  END LOOP;
END $$;
