ALTER TABLE "payment" ADD COLUMN "deployment_id" UUID;
