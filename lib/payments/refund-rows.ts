import { labelNetwork, labelToken } from '@/lib/chains'
import type { Reader } from '../ctx'
import { allOf, pageQuery, sql, type Sql } from '@/lib/db'
import { visible } from './payment-rows'
import type * as PaymentView from './PaymentView'
import { Filter } from '@/lib/paging'
import type { RefundFilter } from './RefundFilter'

/** What `toRefundRow` reads of a refund `t`. */
export const refundColumns = sql`
  t.id, t.payment_id, t.created_at, t.paid_at, t.status, t.reason, t.held_reason, t.network, t.asset, t.amount_base, t."to", t.tx_hash,
  t.transaction_id, t.kind, t.source, t.wallet, t.requested_by, t.block_number`

export type RefundRecord = Omit<
  PaymentView.RefundRow,
  'createdAt' | 'paidAt' | 'network' | 'token' | 'amountBase' | 'blockNumber'
> & {
  createdAt: Date
  paidAt: Date | null
  network: string
  asset: string
  amountBase: bigint
  blockNumber: bigint | null
}

export function toRefundRow({ asset, ...row }: RefundRecord): PaymentView.RefundRow {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    paidAt: row.paidAt?.toISOString() ?? null,
    network: labelNetwork(row.network),
    token: labelToken(row.network, asset),
    amountBase: row.amountBase.toString(),
    blockNumber: row.blockNumber?.toString() ?? null,
  }
}

/** The reads of the list of refunds, for `loadPage` and `readAll`. */
export function refundSource(reader: Reader, filter: RefundFilter) {
  return {
    ...pageQuery<RefundRecord>({
      columns: refundColumns,
      from: sql`refund t`,
      where: whereOf(reader, filter),
      at: sql`t.created_at`,
      id: sql`t.id`,
    }),
    cursorOf: (row: RefundRecord) => ({ atMs: row.createdAt.getTime(), id: row.id }),
  }
}

function whereOf(reader: Reader, { status, kind, network, token, payTo, from, to }: RefundFilter): Sql {
  const { gte, lt } = Filter.between(from, to) ?? {}
  return allOf(
    visible(reader),
    status && sql`t.status = ANY(${status}::refund_status[])`,
    kind && sql`t.kind = ANY(${kind}::refund_kind[])`,
    network !== undefined && sql`t.network = ${network}`,
    token !== undefined && sql`t.asset LIKE ${`${token}%`}`,
    payTo !== undefined &&
      sql`EXISTS (SELECT FROM payment p WHERE p.id = t.payment_id AND p.pay_to LIKE ${`${payTo}%`})`,
    gte && sql`t.created_at >= ${gte}`,
    lt && sql`t.created_at < ${lt}`,
  )
}
