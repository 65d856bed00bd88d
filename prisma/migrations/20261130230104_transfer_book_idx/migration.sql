-- A merchant's journal: entries that moved something, in the order of time.
CREATE INDEX CONCURRENTLY "transfer_book_idx" ON "transfer"("transfer_merchant"("debit", "credit"), "at", "id") WHERE "kind" IN ('direct', 'post');
