-- A constant default: no row is rewritten.
SELECT briefly($$ALTER TABLE "payment" ADD COLUMN "disputed" BOOLEAN NOT NULL DEFAULT false$$);
