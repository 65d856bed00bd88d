-- Null: the shop is open.
ALTER TABLE "merchant" ADD COLUMN "closed_at" TIMESTAMPTZ(3);
