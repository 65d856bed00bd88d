CREATE INDEX CONCURRENTLY "member_address_idx" ON "member" ("address");
