-- Alone in its migration, so that it is made beside what is written meanwhile.
CREATE UNIQUE INDEX CONCURRENTLY "transaction_sole_for_key" ON "transaction" ("sole_for")
  WHERE "sole_for" IS NOT NULL AND "status" NOT IN ('failed', 'expired', 'cancelled', 'reverted');
