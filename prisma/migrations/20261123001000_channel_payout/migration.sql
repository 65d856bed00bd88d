-- CreateTable
CREATE TABLE "channel_payout" (
    "merchant_id" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "payee" TEXT NOT NULL,
    "asset" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "watch_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_payout_pkey" PRIMARY KEY ("merchant_id","network","payee","asset")
);

-- CreateIndex
CREATE INDEX "channel_payout_due_at_idx" ON "channel_payout"("due_at");
