-- Reads the table, and holds up nobody.
ALTER TABLE "payment" VALIDATE CONSTRAINT "payment_refunded";
