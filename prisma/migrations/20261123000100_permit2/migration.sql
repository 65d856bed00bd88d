-- AlterTable
ALTER TABLE "resource"
  ADD COLUMN "permit2" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "contract_payers" BOOLEAN NOT NULL DEFAULT false;

-- What an answer came to under upto may be nothing.
ALTER TABLE "payment"
  DROP CONSTRAINT "payment_amount_positive",
  ADD CONSTRAINT "payment_amount_positive" CHECK ("amount_base" > 0 OR ("scheme" = 'upto' AND "amount_base" = 0));
