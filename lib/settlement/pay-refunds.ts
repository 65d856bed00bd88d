import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { Erc20, signerFor } from '@/lib/chains'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { awaitOutcome, enqueueTransaction, submitNow } from '@/lib/execution'
import { Account, postTransfers } from '@/lib/ledger'
import type { Caip2 } from '@/lib/money'

const batchMax = 50

type Refund = {
  id: string
  paymentId: string
  merchantId: string
  network: Caip2
  asset: string
  to: string
  amountBase: bigint
  transactionId: string | null
}

/**
 * Sends refunds that are due and books those that arrived. Without a refund wallet on its network a refund
 * stays due and visible. Safe to run anywhere at any time: a refund has one transaction, and gets another
 * only when the first is proven never to have run.
 * @returns how many refunds were sent or booked.
 */
export async function payRefunds(ctx: Ctx): Promise<number> {
  let moved = 0
  for (const { id, network } of await findRefunds('due')) {
    if (!signerFor(network, 'refund')) continue
    const transactionId = await send(ctx, id)
    if (transactionId === undefined) continue
    await submitNow(ctx, transactionId)
    moved += 1
  }
  for (const refund of await findRefunds('sent')) if (await book(ctx, refund)) moved += 1
  return moved
}

function findRefunds(status: 'due' | 'sent'): Promise<Refund[]> {
  return db.query<Refund>(
    sql`${select} WHERE r.status = ${status}::refund_status ORDER BY r.created_at LIMIT ${batchMax}`,
  )
}

const select = sql`
  SELECT r.id, r.payment_id AS "paymentId", p.merchant_id AS "merchantId", r.network, r.asset, r."to", r.amount_base AS "amountBase",
    r.transaction_id AS "transactionId"
  FROM refund r JOIN payment p ON p.id = r.payment_id`

/** Locks a due refund and gives it its transaction, in one database transaction. */
async function send(ctx: Ctx, refundId: string): Promise<string | undefined> {
  return withTransaction(async (tx) => {
    const [refund] = await tx.query<Refund>(
      sql`${select} WHERE r.id = ${refundId} AND r.status = 'due' FOR UPDATE OF r SKIP LOCKED`,
    )
    if (!refund) return undefined
    // One wallet holds the tokens, and `book` looks for its transfer.
    const wallet = signerFor(refund.network, 'refund')
    const { id: transactionId } = await enqueueTransaction(tx, ctx, {
      kind: 'call',
      network: refund.network,
      purpose: 'refund',
      ...(wallet && { signer: wallet.address }),
      to: refund.asset as `0x${string}`,
      data: Erc20.transferData(refund.to, refund.amountBase),
      value: 0n,
    })
    await tx.execute(sql`UPDATE refund SET status = 'sent', transaction_id = ${transactionId} WHERE id = ${refund.id}`)
    await recordEvent(tx, ctx, {
      type: 'payment.refund_sent',
      merchantId: refund.merchantId,
      paymentId: refund.paymentId,
      transactionId,
      data: { amountBase: refund.amountBase, to: refund.to },
    })
    return transactionId
  })
}

async function book(ctx: Ctx, refund: Refund): Promise<boolean> {
  if (refund.transactionId === null) return false
  const outcome = await awaitOutcome(refund.transactionId, 0)
  if (outcome.kind === 'failed') {
    await db.execute(
      sql`UPDATE refund SET status = 'due', transaction_id = NULL WHERE id = ${refund.id} AND status = 'sent'`,
    )
    return false
  }
  const wallet = signerFor(refund.network, 'refund')
  if (outcome.kind !== 'included' || !wallet) return false
  const moved = { asset: refund.asset, from: wallet.address, to: refund.to, value: refund.amountBase }
  if (Erc20.findPlainTransfer(outcome.logs, moved, new Set()) === undefined) return false
  await withTransaction((tx) => bookPaid(tx, ctx, refund, outcome.hash, wallet.address))
  return true
}

async function bookPaid(tx: Tx, ctx: Ctx, refund: Refund, hash: string, wallet: string): Promise<void> {
  const paid = await tx.execute(sql`
    UPDATE refund SET status = 'paid', paid_at = now(), tx_hash = ${hash} WHERE id = ${refund.id} AND status = 'sent'`)
  if (paid === 0) return
  await tx.execute(sql`UPDATE payment SET status = 'refunded' WHERE id = ${refund.paymentId} AND status = 'refund_due'`)
  await postTransfers(tx, [
    {
      kind: 'direct',
      reason: 'refund_paid',
      debit: Account.refundPayable(refund.merchantId),
      credit: Account.refundWallet(wallet.toLowerCase()),
      network: refund.network,
      asset: refund.asset,
      amountBase: refund.amountBase,
      paymentId: refund.paymentId,
    },
  ])
  await recordEvent(tx, ctx, {
    type: 'payment.refunded',
    merchantId: refund.merchantId,
    paymentId: refund.paymentId,
    transactionId: refund.transactionId ?? undefined,
    data: { txHash: hash, amountBase: refund.amountBase },
  })
}
