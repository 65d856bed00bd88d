import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { sql, type Tx } from '@/lib/db'
import { postTransfers } from '@/lib/ledger'
import { columns } from './columns'
import { reserves } from './exposure'
import { isBooked, type Payment } from './Payment'
import { settleOrReverse, subjectOf } from './reversal-records'

/**
 * Reverses settled payments: the block with their transfer left the chain, or another endpoint contradicts it. They are
 * `pending` again, whatever their status, and the ledger gets a `reorged` entry for each. Answers that agents got stay theirs.
 * May be called twice: only settled payments are reversed.
 * @param which the transaction and the reason, for the audit trail.
 * @returns the reversed payments.
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

/** A payment that still needs an answer counts against its payer's balance again; its next booking releases that. */
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
