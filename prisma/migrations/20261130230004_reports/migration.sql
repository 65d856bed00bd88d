-- The merchant of a ledger entry: one of its accounts names it, "revenue:{uuid}". Addresses have no dash.
CREATE FUNCTION "transfer_merchant"(debit text, credit text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN substr(split_part(debit, ':', 2), 9, 1) = '-' THEN split_part(debit, ':', 2) ELSE split_part(credit, ':', 2) END;

CREATE TABLE "month_close" (
    "merchant_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "entries" BIGINT NOT NULL,
    "balances" JSONB NOT NULL,
    "digest" BYTEA NOT NULL,
    "settings" JSONB NOT NULL,
    "closed_by" TEXT NOT NULL,
    "closed_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "month_close_pkey" PRIMARY KEY ("merchant_id", "month")
);

CREATE TABLE "book_setting" (
    "merchant_id" UUID NOT NULL,
    "settings" JSONB NOT NULL,
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "book_setting_pkey" PRIMARY KEY ("merchant_id")
);

-- For tax, as the merchant writes them.
SELECT briefly(
  $$ALTER TABLE "payer_note" ADD COLUMN "country" TEXT NOT NULL DEFAULT ''$$,
  $$ALTER TABLE "payer_note" ADD COLUMN "vat_id" TEXT NOT NULL DEFAULT ''$$);
