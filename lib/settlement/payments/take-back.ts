import type { Ctx } from '../../ctx'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction, type Sql, type Tx } from '@/lib/db'
import { Account, postTransfers } from '@/lib/ledger'
import { reopenRefund, takeBackSettled } from '@/lib/payments'

/** More than one reorganisation undoes. The next run finds the rest. */
const takenMax = 200
const reason = 'The block that held its transfer is no longer part of the chain.'

type Undone = { kind: 'batch' | 'refund'; id: string; transactionId: string; reorgs: number }

const undoneRows: Sql = sql`
  SELECT 'batch' AS kind, b.id, t.id AS transaction_id, t.reorgs FROM transaction t
    JOIN settlement_batch b ON b.transaction_id = t.id
  WHERE t.reorgs > 0 AND b.reorgs < t.reorgs AND b.form <> 'channels'
  UNION ALL
  SELECT 'refund', r.id, t.id, t.reorgs FROM transaction t JOIN refund r ON r.transaction_id = t.id
  WHERE t.reorgs > 0 AND r.reorgs < t.reorgs
  LIMIT ${takenMax}`

/** SQL condition: `takeBack` has something to do. */
export const toTakeBack: Sql = sql`EXISTS (${undoneRows})`

/**
 * Takes back payments and refunds that were booked from a block that a reorganisation has undone, in the ledger and in
 * the audit log. Their batches and transactions wait for the new outcome and are booked by it. Channels follow their
 * contract's state (`bookChannelStates`). Safe to run in any process at any time: one reorganisation takes a booking back
 * once.
 * @returns the number of payments and refunds taken back.
 */
export async function takeBack(ctx: Ctx): Promise<number> {
  const undone = await db.query<Undone>(undoneRows)
  let taken = 0
  for (const one of undone) {
    if (ctx.isLate()) break
    taken += await withTransaction((tx) =>
      one.kind === 'batch' ? takeBackBatch(tx, ctx, one) : takeBackRefund(tx, ctx, one),
    ).catch((error: unknown) => {
      log().error({ err: error, kind: one.kind, id: one.id }, 'what a reorganisation undid could not be taken back yet')
      return 0
    })
  }
  return taken
}

/** Payments that another transaction moved do not belong to this block. */
async function takeBackBatch(tx: Tx, ctx: Ctx, { id: batchId, transactionId, reorgs }: Undone): Promise<number> {
  const settled = await tx.query<{ id: string; txHash: string }>(sql`
    SELECT p.id, p.tx_hash FROM payment p
    WHERE p.batch_id = ${batchId}::uuid AND p.settlement = 'settled'
      AND p.tx_hash IN (SELECT a.hash FROM attempt a WHERE a.transaction_id = ${transactionId}::uuid)
    ORDER BY p.id FOR UPDATE`)
  const compared = await tx.execute(sql`
    UPDATE settlement_batch SET reorgs = ${reorgs}, due_at = now(), looks = 0,
      status = CASE WHEN ${settled.length > 0} THEN 'submitted' ELSE status END,
      applied_at = CASE WHEN ${settled.length > 0} THEN NULL ELSE applied_at END
    WHERE id = ${batchId}::uuid AND reorgs < ${reorgs}`)
  if (compared === 0) return 0
  const ids = settled.map(({ id }) => id)
  let taken = 0
  for (const txHash of new Set(settled.map((payment) => payment.txHash)))
    taken += (await takeBackSettled(tx, ctx, ids, { txHash, reason })).length
  return taken
}

async function takeBackRefund(tx: Tx, ctx: Ctx, { id: refundId, transactionId, reorgs }: Undone): Promise<number> {
  const [refund] = await tx.query<{
    paymentId: string
    merchantId: string
    network: string
    asset: string
    amountBase: bigint
    wallet: string
    isPaid: boolean
    txHash: string | null
  }>(sql`
    SELECT r.payment_id, p.merchant_id, r.network, r.asset, r.amount_base,
      t.signer AS wallet, r.status = 'paid' AS is_paid, r.tx_hash
    FROM refund r JOIN payment p ON p.id = r.payment_id JOIN transaction t ON t.id = r.transaction_id
    WHERE r.id = ${refundId}::uuid AND r.transaction_id = ${transactionId}::uuid AND r.reorgs < ${reorgs} FOR UPDATE OF r`)
  if (!refund) return 0
  await reopenRefund(tx, { id: refundId, paymentId: refund.paymentId, reorgs, isPaid: refund.isPaid })
  if (!refund.isPaid) return 0
  const { paymentId, merchantId, network, asset, amountBase, wallet, txHash } = refund
  const [debit, credit] = [Account.refundWallet(wallet), Account.refundPayable(merchantId)]
  await postTransfers(tx, [{ kind: 'direct', reason: 'reorged', debit, credit, network, asset, amountBase, paymentId }])
  const data = { txHash, amountBase, reason }
  await recordEvent(tx, ctx, { type: 'payment.refund_reorged', merchantId, paymentId, transactionId, data })
  return 1
}
