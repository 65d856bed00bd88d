import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { columns } from './columns'
import { reserves } from './exposure'
import { isBooked, type Payment } from './Payment'
import { settleOrReverse, subjectOf } from './reversal-records'

/**
 * Takes back that these payments moved: the block that showed it has left the chain, or another endpoint tells otherwise. They are
 * `pending` again, whatever was earned by them, and the ledger gets a `reorged` entry for each. What an agent was given stays given.
 * May be called twice: only what is settled is taken back.
 * @param which what is wrong, for the trail.
 * @returns what was taken back.
 */
export async function takeBackSettled(
  tx: Tx,
  ctx: Ctx,
  ids: readonly string[],
  which: { txHash: string; reason: string },
): Promise<Payment[]> {
  if (ids.length === 0) return []
  const back = await tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'pending', settled_at = NULL, tx_hash = NULL, log_index = NULL, block_number = NULL
    WHERE id = ANY(${ids}::uuid[]) AND settlement = 'settled' AND tx_hash = ${which.txHash}
    RETURNING ${columns}`)
  await postTransfers(tx, back.filter(isBooked).map(settleOrReverse('reorged')))
  await reserveAgain(tx, back)
  await recordEvents(
    tx,
    ctx,
    back.map((payment) => ({ type: 'payment.reorged', ...subjectOf(payment), data: which })),
  )
  return back
}

/** One that is still to be answered counts against what its payer holds again; its next booking gives that back. */
async function reserveAgain(tx: Tx, payments: readonly Payment[]): Promise<void> {
  const open = payments.filter(({ status, instrument }) => status === 'authorized' && reserves(instrument))
  if (open.length === 0) return
  await tx.execute(sql`
    INSERT INTO exposure (network, asset, payer, reserved_base)
    SELECT network, asset, payer, sum(amount) FROM unnest(
      ${open.map(({ network }) => network)}::text[], ${open.map(({ asset }) => asset)}::text[],
      ${open.map(({ payer }) => payer)}::text[], ${open.map(({ amountBase }) => amountBase)}::numeric[]
    ) AS p(network, asset, payer, amount)
    GROUP BY network, asset, payer ORDER BY network, asset, payer
    ON CONFLICT (network, asset, payer) DO UPDATE SET reserved_base = exposure.reserved_base + EXCLUDED.reserved_base`)
}
