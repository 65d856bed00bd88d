-- From which position on events are not before an instant: found by halving, because positions and instants go up together, but for
-- what the length of a transaction makes of it.
CREATE FUNCTION "audit_seq_at"(instant timestamptz) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
  low bigint := coalesce((SELECT min(seq) FROM audit_event), 0);
  high bigint := coalesce((SELECT max(seq) FROM audit_event), 0) + 1;
  middle bigint;
  found record;
BEGIN
  WHILE low < high LOOP
    middle := (low + high) / 2;
    SELECT seq, at INTO found FROM audit_event WHERE seq >= middle ORDER BY seq LIMIT 1;
    IF found.at < instant THEN low := found.seq + 1; ELSE high := middle; END IF;
  END LOOP;
  RETURN low;
END $$;
