-- How often a payload was called valid, by whichever process.
CREATE TABLE "facilitator_verification" (
    "claim_key" TEXT NOT NULL,
    "times" INTEGER NOT NULL DEFAULT 1,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "facilitator_verification_pkey" PRIMARY KEY ("claim_key")
);
CREATE INDEX "facilitator_verification_seen_at_idx" ON "facilitator_verification" ("seen_at");
