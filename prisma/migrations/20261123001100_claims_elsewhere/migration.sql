ALTER TABLE "facilitator_call" ADD COLUMN "first_slot" BIGINT;

ALTER TABLE "channel" ADD COLUMN "apart_until" TIMESTAMPTZ(3),
ADD COLUMN "state_block" BIGINT NOT NULL DEFAULT 0;

ALTER TABLE "channel_payout" ADD COLUMN "owed_since" TIMESTAMPTZ(3),
ADD COLUMN "asked_id" UUID,
ADD COLUMN "asked_at" TIMESTAMPTZ(3),
ADD COLUMN "asked_base" DECIMAL(78,0),
ADD COLUMN "said_paid" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN "transaction_id" UUID;
