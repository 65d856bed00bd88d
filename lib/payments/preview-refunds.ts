import type { Reader } from '../ctx'
import { findServerWallets } from '@/lib/auth'
import { labelNetwork, labelToken } from '@/lib/chains'
import { allOf, db, sql } from '@/lib/db'
import { Rail, type Caip2 } from '@/lib/money'
import { Filter } from '@/lib/paging'
import type * as BulkRefund from './BulkRefund'
import type { Payment } from './Payment'
import { visible } from './payment-rows'
import { parseSubjects } from './PaymentFilter'
import { obstacleOf } from './RefundObstacle'
import { refundWalletFor } from './refund-wallet'

type Row = Pick<
  Payment,
  'id' | 'merchantId' | 'origin' | 'status' | 'settlement' | 'amountBase' | 'payer' | 'asset'
> & {
  network: Caip2
  refundedBase: bigint
  disputed: boolean
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
    SELECT t.id, t.merchant_id, t.origin, t.status, t.settlement, t.amount_base, t.refunded_base, t.disputed, t.payer, t.network, t.asset FROM payment t
    WHERE ${allOf(sql`t.id = ANY(${ids}::uuid[])`, visible(reader))}`)
  const merchants = [...new Set(rows.map(({ merchantId }) => merchantId))]
  const paying = await Promise.all(merchants.map(async (id) => [id, await findServerWallets(reader, id)] as const))
  const paid = new Set(paying.flatMap(([id, pays]) => (pays ? [id] : [])))
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row ? [toCandidate(row, signerObstacleOf(reader, row, paid))] : []
  })
}

/** @param paid the merchants that the wallets of this server pay for. */
function signerObstacleOf(reader: Reader, { network, merchantId }: Row, paid: ReadonlySet<string>): string | null {
  const wallet = refundWalletFor(reader, network)
  if ('reason' in wallet) return wallet.reason
  if (Rail.kindOf(network) || paid.has(merchantId)) return null
  return 'The refund wallet of this server does not pay for this shop.'
}

function toCandidate(row: Row, signerObstacle: string | null): BulkRefund.RefundCandidate {
  return {
    id: row.id,
    payer: row.payer,
    leftBase: (row.amountBase - row.refundedBase).toString(),
    token: labelToken(row.network, row.asset),
    network: labelNetwork(row.network),
    obstacle: obstacleOf(row) ?? null,
    signerObstacle,
    walletObstacle: Rail.kindOf(row.network) ? 'It goes back the way it came: no wallet sends it.' : null,
  }
}
