import { sql, type Sql } from '@/lib/db'

/** Columns of `OwnRefund`, of a refund `r` and its payment `p`. */
export const ownRefundColumns: Sql = sql`
  r.id, r.payment_id, r.merchant_id, r.network, r.asset, r."to", r.wallet, r.amount_base, r.status, r.tx_hash, r.log_index,
  r.block_number, p.block_number AS payment_block`
