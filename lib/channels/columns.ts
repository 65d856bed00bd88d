import { sql, type Sql } from '@/lib/db'

/** Columns of a Channel for `channel`. */
export const columns: Sql = sql`
  channel.id, channel.merchant_id AS "merchantId", channel.resource_id AS "resourceId", channel.protocol, channel.wire,
  channel.network, channel.escrow, channel.asset, channel.payer, channel.payee, channel.operator, channel.signer,
  channel.descriptor, channel.grace_seconds AS "graceSeconds", channel.status, channel.deposit_base AS "depositBase", channel.accepted_base AS "acceptedBase",
  channel.accepted_signature AS "acceptedSignature", channel.spent_base AS "spentBase",
  channel.reserved_base AS "reservedBase", channel.settled_base AS "settledBase", channel.refunded_base AS "refundedBase", channel.units, channel.vouchers,
  channel.settled_units AS "settledUnits", channel.settled_spent_base AS "settledSpentBase",
  channel.close_requested_at AS "closeRequestedAt", channel.close_deadline_at AS "closeDeadlineAt",
  channel.settlement_id AS "settlementId", channel.parked_reason AS "parkedReason",
  channel.open_transaction_id AS "openTransactionId", channel.opening_key AS "openingKey", channel.error`
