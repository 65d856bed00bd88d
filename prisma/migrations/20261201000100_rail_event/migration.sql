CREATE TABLE "rail_event" (
  "id" TEXT NOT NULL,
  "network" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "object_id" TEXT NOT NULL,
  "refers" JSONB NOT NULL DEFAULT '{}',
  "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  "times" INTEGER NOT NULL DEFAULT 1,
  "taken_at" TIMESTAMPTZ(3),
  "due_at" TIMESTAMPTZ(3) DEFAULT now(),
  "looks" INTEGER NOT NULL DEFAULT 0,
  "error" TEXT,
  CONSTRAINT "rail_event_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "rail_event_due_idx" ON "rail_event" ("due_at") WHERE "due_at" IS NOT NULL;
CREATE INDEX "rail_event_received_idx" ON "rail_event" ("received_at");
