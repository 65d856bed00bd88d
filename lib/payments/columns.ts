import { sql, type Sql } from '@/lib/db'

/** Columns of a payment in the shape of `Payment.Payment`, for raw statements. */
export const columns: Sql = sql`
  payment.id, payment.origin, payment.merchant_id AS "merchantId", payment.resource_id AS "resourceId", payment.protocol,
  payment.scheme, payment.authorized_base AS "authorizedBase", payment.settle_via AS "settleVia", payment.identifier,
  payment.wire, payment.network, payment.asset, payment.payer, payment.pay_to AS "payTo", payment.amount_base AS "amountBase",
  payment.claim_key AS "claimKey", payment.request AS asked, payment.settle_when AS "when", payment.status, payment.settlement, payment.instrument,
  payment.credential, payment.tx_hash AS "txHash", payment.transaction_id AS "transactionId", payment.reason,
  payment.receipt`
