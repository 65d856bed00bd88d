-- Search by the id of a quote.
CREATE INDEX CONCURRENTLY "payment_quote_id_idx" ON "payment" USING hash ("quote_id");
