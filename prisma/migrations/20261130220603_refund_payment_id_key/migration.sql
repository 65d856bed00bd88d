-- A payment may have several refunds; the request key takes the place of this index.
DROP INDEX CONCURRENTLY "refund_payment_id_key";
