-- Reads the table while it is read and written.
ALTER TABLE "refund" VALIDATE CONSTRAINT "refund_merchant_known";
