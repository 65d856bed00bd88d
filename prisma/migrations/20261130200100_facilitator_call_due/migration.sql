-- Held every call that has ended too: "facilitator_call_open_idx" takes its place.
DROP INDEX CONCURRENTLY "facilitator_call_due_at_idx";
