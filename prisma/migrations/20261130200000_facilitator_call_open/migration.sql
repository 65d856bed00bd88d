-- What has ended is looked for no more, however much of it there is. Alone in its migration, so that it is made beside what is written.
CREATE INDEX CONCURRENTLY "facilitator_call_open_idx" ON "facilitator_call"("due_at") WHERE "ended_at" IS NULL;
