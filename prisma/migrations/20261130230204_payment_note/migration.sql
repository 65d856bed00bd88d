CREATE TABLE "payment_note" (
    "merchant_id" UUID NOT NULL,
    "subject_id" TEXT NOT NULL,
    "label" TEXT NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "updated_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "payment_note_pkey" PRIMARY KEY ("merchant_id", "subject_id")
);
CREATE INDEX "payment_note_label_idx" ON "payment_note"("merchant_id", "label") WHERE "label" <> '';

CREATE TABLE "saved_view" (
    "id" UUID NOT NULL,
    "merchant_id" UUID NOT NULL,
    "member" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "saved_view_name_key" ON "saved_view"("merchant_id", "member", "page", "name");
