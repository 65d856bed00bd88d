-- AlterTable
ALTER TABLE "transaction" ADD COLUMN "fee_lamports" DECIMAL(78,0),
ADD COLUMN "instructions" JSONB;

-- AlterTable
ALTER TABLE "attempt" ADD COLUMN "last_valid_height" BIGINT;
