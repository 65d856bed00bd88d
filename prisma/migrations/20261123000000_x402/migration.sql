-- CreateEnum
CREATE TYPE "payment_origin" AS ENUM ('gateway', 'facilitator');

-- AlterTable
ALTER TABLE "payment"
  ADD COLUMN "origin" "payment_origin" NOT NULL DEFAULT 'gateway',
  ADD COLUMN "authorized_base" DECIMAL(78,0),
  ADD COLUMN "identifier" TEXT,
  ADD COLUMN "settle_via" TEXT NOT NULL DEFAULT 'local',
  ALTER COLUMN "resource_id" DROP NOT NULL,
  ADD CONSTRAINT "payment_origin_resource" CHECK (("origin" = 'gateway') = ("resource_id" IS NOT NULL)),
  ADD CONSTRAINT "payment_authorized" CHECK ("authorized_base" >= "amount_base");

-- CreateIndex
CREATE UNIQUE INDEX "payment_merchant_id_identifier_key" ON "payment"("merchant_id", "identifier");
