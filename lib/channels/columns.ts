import { sql, type Sql } from '@/lib/db'

/** Columns of a `Channel`, from the table `channel`. */
export const columns: Sql = sql`
  channel.id, channel.merchant_id, channel.resource_id, channel.protocol, channel.wire,
  channel.network, channel.escrow, channel.asset, channel.payer, channel.payee, channel.operator, channel.signer,
  channel.descriptor, channel.grace_seconds, channel.status, channel.deposit_base, channel.accepted_base,
  channel.accepted_signature, channel.spent_base,
  channel.reserved_base, channel.settled_base, channel.refunded_base, channel.units, channel.vouchers,
  channel.settled_units, channel.settled_spent_base,
  channel.close_requested_at, channel.close_deadline_at,
  channel.settlement_id, channel.parked_reason,
  channel.open_transaction_id, channel.opening_key, channel.error`
