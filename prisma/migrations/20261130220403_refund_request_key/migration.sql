-- A request makes one refund, however often it is sent; the engine refunds a payment once. Its first column finds the refunds of a payment.
CREATE UNIQUE INDEX CONCURRENTLY "refund_payment_id_request_key_key" ON "refund"("payment_id", "request_key");
