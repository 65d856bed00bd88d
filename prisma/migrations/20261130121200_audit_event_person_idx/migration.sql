-- What people and programs did: little among what agents and Sluice did.
CREATE INDEX CONCURRENTLY "audit_event_person_idx" ON "audit_event"(("actor" ->> 'kind'), "seq") WHERE "actor" ->> 'kind' IN ('member', 'key');
