-- Payments whose outcome rests on no transaction of ours, and may still change. A new table: nothing is locked but the rows of payment that
-- it refers to.
CREATE TABLE "payment_watch" (
  "payment_id" UUID PRIMARY KEY REFERENCES "payment" ("id"),
  "network" TEXT NOT NULL,
  "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "looks" INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX "payment_watch_network_due_at_idx" ON "payment_watch" ("network", "due_at");
