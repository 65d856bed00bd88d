import type { Ctx } from '../ctx'
import { recordEvents } from '@/lib/audit'
import { json, sql, type Tx } from '@/lib/db'
import { Account, postTransfers, type LedgerEntry } from '@/lib/ledger'
import { columns } from './columns'
import { reserves } from './exposure'
import { isBooked, type Payment } from './Payment'
import type { SettlementBooking } from './settle-payments'

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
  await postTransfers(tx, back.filter(isBooked).map(toEntry('reorged')))
  await reserveAgain(tx, back)
  await recordEvents(
    tx,
    ctx,
    back.map((payment) => ({ type: 'payment.reorged', ...about(payment), data: which })),
  )
  return back
}

/**
 * Books that payments which were taken back moved after all. They were earned, refunded or facilitated meanwhile, and stay so:
 * only the money is booked. One that is still to be answered is booked as any other (`bookSettled`).
 */
export async function bookSettledAgain(tx: Tx, ctx: Ctx, bookings: readonly SettlementBooking[]): Promise<void> {
  if (bookings.length === 0) return
  const settled = await tx.query<Payment>(sql`
    UPDATE payment SET settlement = 'settled', settled_at = now(), tx_hash = p.tx_hash, log_index = p.log_index,
      block_number = p.block_number, receipt = p.receipt
    FROM unnest(
      ${bookings.map(({ paymentId }) => paymentId)}::uuid[], ${bookings.map(({ txHash }) => txHash)}::text[],
      ${bookings.map(({ logIndex }) => logIndex)}::int[], ${bookings.map(({ blockNumber }) => blockNumber)}::bigint[],
      ${bookings.map(({ receipt }) => json(receipt))}::jsonb[]
    ) AS p(id, tx_hash, log_index, block_number, receipt)
    WHERE payment.id = p.id AND payment.settlement = 'pending' AND payment.status <> 'authorized'
    RETURNING ${columns}`)
  await postTransfers(tx, settled.filter(isBooked).map(toEntry('settle')))
  await recordEvents(
    tx,
    ctx,
    settled.map((payment) => ({ type: 'payment.settled', ...about(payment), data: { txHash: payment.txHash } })),
  )
}

function toEntry(reason: 'settle' | 'reorged'): (payment: Payment) => LedgerEntry {
  return ({ id: paymentId, payTo, merchantId, network, asset, amountBase }) => {
    const [cash, receivable] = [Account.cash(payTo), Account.receivable(merchantId)]
    const accounts = reason === 'settle' ? { debit: cash, credit: receivable } : { debit: receivable, credit: cash }
    return { kind: 'direct', reason, ...accounts, network, asset, amountBase, paymentId }
  }
}

function about({ id, merchantId, resourceId, transactionId }: Payment) {
  return {
    merchantId,
    resourceId: resourceId ?? undefined,
    paymentId: id,
    transactionId: transactionId ?? undefined,
  }
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
