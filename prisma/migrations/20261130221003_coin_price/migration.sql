-- What gas was worth in dollars, by time.
CREATE TABLE "coin_price" (
    "coin" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "micros" DECIMAL(78,0) NOT NULL,
    "source" TEXT NOT NULL,
    CONSTRAINT "coin_price_pkey" PRIMARY KEY ("coin", "at"),
    CONSTRAINT "coin_price_positive" CHECK ("micros" > 0)
);
