-- AlterTable
ALTER TABLE "resource"
  ADD COLUMN "listing" JSON NOT NULL DEFAULT '{}',
  ADD COLUMN "access_seconds" INTEGER,
  ADD COLUMN "identifier_required" BOOLEAN NOT NULL DEFAULT false,
  ADD CONSTRAINT "resource_access_seconds" CHECK ("access_seconds" > 0);

-- CreateTable
CREATE TABLE "access_grant" (
    "payment_id" UUID NOT NULL,
    "resource_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "wallet" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "access_grant_pkey" PRIMARY KEY ("payment_id")
);

-- CreateTable
CREATE TABLE "sign_in_nonce" (
    "nonce" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_nonce_pkey" PRIMARY KEY ("nonce")
);

-- CreateTable
CREATE TABLE "bazaar_item" (
    "id" UUID NOT NULL,
    "resource" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "pay_to" TEXT NOT NULL,
    "x402_version" INTEGER NOT NULL,
    "accepts" JSONB NOT NULL,
    "description" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "service_name" TEXT,
    "tags" TEXT[],
    "icon_url" TEXT,
    "extension" JSONB NOT NULL,
    "words" TEXT NOT NULL,
    "settlements" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bazaar_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "access_grant_wallet_resource_id_expires_at_idx" ON "access_grant"("wallet", "resource_id", "expires_at");

-- CreateIndex
CREATE INDEX "sign_in_nonce_expires_at_idx" ON "sign_in_nonce"("expires_at");

-- CreateIndex
CREATE INDEX "bazaar_item_pay_to_idx" ON "bazaar_item"("pay_to");

-- CreateIndex
CREATE INDEX "bazaar_item_updated_at_id_idx" ON "bazaar_item"("updated_at" DESC, "id");

-- CreateIndex
CREATE UNIQUE INDEX "bazaar_item_resource_type_operation_namespace_key" ON "bazaar_item"("resource", "type", "operation", "namespace");

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_payment_id_fkey" FOREIGN KEY ("payment_id") REFERENCES "payment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_grant" ADD CONSTRAINT "access_grant_resource_id_fkey" FOREIGN KEY ("resource_id") REFERENCES "resource"("id") ON DELETE CASCADE ON UPDATE CASCADE;
