-- A wallet without a row stands alone.
CREATE TABLE "wallet_link" (
  "wallet" TEXT NOT NULL,
  "person_id" UUID NOT NULL,
  "linked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT "wallet_link_pkey" PRIMARY KEY ("wallet")
);
CREATE INDEX "wallet_link_person_id_idx" ON "wallet_link" ("person_id");
