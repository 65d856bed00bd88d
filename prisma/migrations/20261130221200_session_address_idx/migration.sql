CREATE INDEX CONCURRENTLY "session_address_idx" ON "session" ("address");
