-- Sessions of one resource.
CREATE INDEX CONCURRENTLY "channel_resource_id_created_at_id_idx" ON "channel"("resource_id", "created_at" DESC, "id");
