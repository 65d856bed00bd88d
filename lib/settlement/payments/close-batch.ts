import type { Ctx } from '../../ctx'
import { recordEvent } from '@/lib/audit'
import { hasSettler } from '@/lib/chains'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { enqueueTransaction } from '@/lib/execution'
import type { Caip2 } from '@/lib/money'
import { beginSettling, bookSettled, captureCharges, lockUnsettled, type SettlingPayment } from '@/lib/payments'
import { toBooking } from './apply-batch'
import * as Batch from './Batch'

export type ClosedBatch = { batchId: string; transactionId: string; network: Caip2; items: readonly SettlingPayment[] }

/**
 * Turns waiting payments into one batch with its transaction, in one database transaction. After its commit a crash
 * changes nothing: the background tasks finish it. Under `upto` it charges the final amount, and settles a zero charge
 * at once. Payments that another process resolved are left out; returns undefined if nothing has to move.
 */
export async function closeBatch(ctx: Ctx, waiting: readonly SettlingPayment[]): Promise<ClosedBatch | undefined> {
  const network = waiting[0]?.payment.network
  const known = { hasSettler: waiting.length > 1 && network !== undefined && (await hasSettler(network)) }
  return withTransaction(async (tx) => {
    const ours = await lockUnsettled(
      tx,
      waiting.map(({ payment }) => payment.id),
    )
    const charged = await captureCharges(
      tx,
      ctx,
      waiting.filter(({ payment }) => ours.has(payment.id)),
    )
    const items = charged.filter(({ payment }) => payment.amountBase > 0n)
    await settleNothing(
      tx,
      ctx,
      charged.filter(({ payment }) => payment.amountBase === 0n),
    )
    const payments = items.map(({ payment }) => payment)
    const [first] = payments
    if (!first) return undefined
    const batchId = ctx.id()
    const { id: transactionId } = await enqueueTransaction(tx, ctx, Batch.toCall(payments, known))
    const form = Batch.formOf(payments)
    const amountBase = payments.reduce((sum, payment) => sum + payment.amountBase, 0n)
    await tx.execute(sql`
      INSERT INTO settlement_batch (id, network, asset, form, transaction_id, size, amount_base)
      VALUES (${batchId}, ${first.network}, ${first.asset}, ${form}, ${transactionId}, ${items.length}, ${amountBase})`)
    await beginSettling(tx, ctx, { batchId, transactionId }, items)
    await recordEvent(tx, ctx, {
      type: 'batch.submitted',
      batchId,
      transactionId,
      data: { form, network: first.network, size: items.length, amountBase },
    })
    return { batchId, transactionId, network: first.network, items }
  })
}

/** A zero charge needs no transaction. */
async function settleNothing(tx: Tx, ctx: Ctx, items: readonly SettlingPayment[]): Promise<void> {
  if (items.length === 0) return
  await beginSettling(tx, ctx, undefined, items)
  const nothing = { txHash: null, logIndex: null, blockNumber: null }
  await bookSettled(
    tx,
    ctx,
    items.map(({ payment }) => toBooking(payment, { paymentId: payment.id, ...nothing }, ctx.now())),
  )
}
