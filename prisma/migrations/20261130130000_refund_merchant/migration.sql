-- Whose a refund is: its payment's merchant. A column without a default rewrites nothing; both locks are asked for briefly.
CREATE FUNCTION "refund_merchant"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.merchant_id := (SELECT merchant_id FROM payment WHERE id = NEW.payment_id);
  RETURN NEW;
END $$;
SELECT briefly(
  $$ALTER TABLE "refund" ADD COLUMN "merchant_id" UUID$$,
  $$ALTER TABLE "refund" ADD CONSTRAINT "refund_merchant_known" CHECK ("merchant_id" IS NOT NULL) NOT VALID$$,
  $$CREATE TRIGGER "refund_merchant" BEFORE INSERT OR UPDATE ON "refund" FOR EACH ROW
    WHEN (NEW.merchant_id IS NULL) EXECUTE FUNCTION "refund_merchant"()$$);
