-- AlterTable
ALTER TABLE "resource"
  ADD COLUMN "permit2" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "contract_payers" BOOLEAN NOT NULL DEFAULT false;
