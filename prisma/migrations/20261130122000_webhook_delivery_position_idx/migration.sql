-- What was told to one endpoint, in the order of the list.
CREATE INDEX CONCURRENTLY "webhook_delivery_endpoint_id_position_idx" ON "webhook_delivery"("endpoint_id", "position" DESC);
