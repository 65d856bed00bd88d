-- AlterTable
ALTER TABLE "resource" ADD COLUMN     "pricing" JSONB;

-- AlterTable
ALTER TABLE "resource_price" ADD COLUMN     "changed_by" TEXT,
ADD COLUMN     "note" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "pricing" JSONB;

-- AlterTable
ALTER TABLE "payment" ADD COLUMN     "facts" JSONB;

-- CreateTable
CREATE TABLE "quota_use" (
    "resource_id" UUID NOT NULL,
    "wallet" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "used" INTEGER NOT NULL,

    CONSTRAINT "quota_use_pkey" PRIMARY KEY ("resource_id","wallet","day"),
    CONSTRAINT "quota_use_used" CHECK ("used" >= 0)
);

-- CreateIndex
CREATE INDEX "payment_resource_id_created_at_idx" ON "payment"("resource_id", "created_at");

-- AddForeignKey
ALTER TABLE "quota_use" ADD CONSTRAINT "quota_use_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;
