import { sql, type Sql } from '@/lib/db'

/** Columns of a payment in the shape of `Payment.Payment`. */
export const columns: Sql = sql`
  payment.id, payment.origin, payment.merchant_id, payment.resource_id, payment.protocol,
  payment.scheme, payment.authorized_base, payment.settle_via, payment.identifier,
  payment.wire, payment.network, payment.asset, payment.payer, payment.pay_to, payment.amount_base,
  payment.claim_key, payment.request, payment.settle_when AS when, payment.status, payment.settlement, payment.instrument,
  payment.credential, payment.tx_hash, payment.transaction_id, payment.reason,
  payment.receipt`
