import type { Reader } from '../ctx'
import { labelNetwork, labelToken } from '@/lib/chains'
import { allOf, db, sql } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { Filter } from '@/lib/paging'
import type * as BulkRefund from './BulkRefund'
import type { Payment } from './Payment'
import { visible } from './payment-rows'
import { parseSubjects } from './PaymentFilter'
import { obstacleOf } from './RefundObstacle'
import { refundWalletFor } from './refund-wallet'

type Row = Pick<Payment, 'id' | 'origin' | 'status' | 'settlement' | 'amountBase' | 'payer' | 'asset'> & {
  network: Caip2
  refundedBase: bigint
}

/**
 * What a refund of each of these payments would find now, in the order of the ids. Sessions are left out: money of a channel goes back
 * on chain. Changes nothing.
 * @param subjectIds ids of payments and channels, at most a hundred.
 * @throws AppError bad-input; what the reader may not see is left out.
 */
export async function previewRefunds(
  reader: Reader,
  subjectIds: readonly string[],
): Promise<BulkRefund.RefundCandidate[]> {
  const ids = parseSubjects(subjectIds).filter(Filter.isId)
  const rows = await db.query<Row>(sql`
    SELECT t.id, t.origin, t.status, t.settlement, t.amount_base, t.refunded_base, t.payer, t.network, t.asset FROM payment t
    WHERE ${allOf(sql`t.id = ANY(${ids}::uuid[])`, visible(reader))}`)
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row ? [toCandidate(reader, row)] : []
  })
}

function toCandidate(reader: Reader, row: Row): BulkRefund.RefundCandidate {
  const wallet = refundWalletFor(reader, row.network)
  return {
    id: row.id,
    payer: row.payer,
    leftBase: (row.amountBase - row.refundedBase).toString(),
    token: labelToken(row.network, row.asset),
    network: labelNetwork(row.network),
    obstacle: obstacleOf(row) ?? null,
    signerObstacle: 'reason' in wallet ? wallet.reason : null,
  }
}
