-- What happened to a resource.
CREATE INDEX CONCURRENTLY "audit_event_resource_id_seq_idx" ON "audit_event"("resource_id", "seq") WHERE "resource_id" IS NOT NULL;
