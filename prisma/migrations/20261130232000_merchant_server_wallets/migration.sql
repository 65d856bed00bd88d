SELECT briefly($$ALTER TABLE "merchant" ADD COLUMN "server_wallets" BOOLEAN NOT NULL DEFAULT true$$);
