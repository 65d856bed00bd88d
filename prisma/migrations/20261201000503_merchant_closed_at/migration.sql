-- Null: the shop is open.
SELECT briefly($$ALTER TABLE "merchant" ADD COLUMN "closed_at" TIMESTAMPTZ(3)$$);
