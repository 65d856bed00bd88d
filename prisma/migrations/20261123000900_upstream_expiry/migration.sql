ALTER TABLE "facilitator_call" ADD COLUMN "last_valid_height" BIGINT;
