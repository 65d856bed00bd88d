-- A refund that was requested and withdrawn before any money left. In a migration of its own: a new value cannot be used in the
-- transaction that adds it.
ALTER TYPE "refund_status" ADD VALUE 'cancelled';
