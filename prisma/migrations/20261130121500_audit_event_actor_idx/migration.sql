-- What somebody did: by id alone, because most events share few ids, which an index holds once each.
CREATE INDEX CONCURRENTLY "audit_event_actor_idx" ON "audit_event"(("actor" ->> 'id'));
