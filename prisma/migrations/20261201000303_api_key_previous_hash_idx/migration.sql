-- A statement of its own: it must not run in a transaction.
CREATE UNIQUE INDEX CONCURRENTLY "api_key_previous_hash_key" ON "api_key" ("previous_hash");
