import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { Erc20, Svm } from '@/lib/chains'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { awaitOutcome, type TransactionOutcome, type Transaction } from '@/lib/execution'
import { Account, postTransfers } from '@/lib/ledger'
import { Caip, type Caip2 } from '@/lib/money'
import { findChange } from '../payments/find-change'
import { markRefundFailed, markRefundPaid, postponeRefunds } from '@/lib/payments'
import { refundColumns, waiting, withTransactions, type PendingRefund } from './refund-row'

const batchMax = 50

/**
 * A refund with its transaction as they were read. Every write names both, because another process may have been
 * faster.
 */
type Sent = PendingRefund & { transactionId: string; signer: string; isOver: boolean }

/** The transaction moved nothing and never will. */
const inVain: readonly Transaction.TransactionStatus[] = ['failed', 'expired', 'cancelled', 'reverted']

/**
 * Books the sent refunds of a network whose transaction has run, and makes those due again whose transaction is proven
 * to have moved nothing. Yields once for each booked refund. Safe to run in any process at any time.
 */
export async function* bookRefunds(ctx: Ctx, network: Caip2): AsyncGenerator<void> {
  const sent = await db.query<Sent>(sql`
    SELECT t.signer, t.status = ANY(${inVain}::transaction_status[]) AS is_over, ${refundColumns} ${withTransactions}
    WHERE r.status = 'sent' AND r.network = ${network} AND r.due_at <= now() AND t.status <> ALL(${waiting}::transaction_status[])
    ORDER BY r.attempts, r.due_at LIMIT ${batchMax}`)
  for (const refund of sent) {
    if (ctx.isLate()) return
    try {
      if (await book(ctx, refund)) yield
    } catch (error) {
      log().warn({ err: error, refundId: refund.id }, 'a refund could not be booked yet')
      await postpone(refund, error instanceof Error ? error.message : String(error))
    }
  }
}

async function book(ctx: Ctx, refund: Sent): Promise<boolean> {
  const outcome = await awaitOutcome(refund.transactionId, 0)
  if (outcome.kind === 'failed' || refund.isOver) {
    const reason = 'reason' in outcome ? outcome.reason : 'Its transaction moved nothing.'
    failpoint('before-refund-booked')
    await withTransaction((tx) => makeDue(tx, ctx, refund, reason))
    return false
  }
  if (outcome.kind !== 'included' || !(await hasMoved(refund, outcome))) {
    await postpone(refund, 'Its transaction does not show the transfer yet.')
    return false
  }
  failpoint('before-refund-booked')
  return withTransaction((tx) => bookPaid(tx, ctx, refund, outcome))
}

function postpone({ id, transactionId }: Sent, reason: string): Promise<void> {
  return postponeRefunds(sql`r.id = ${id} AND r.status = 'sent' AND r.transaction_id = ${transactionId}`, { reason })
}

/** True if the transaction moved exactly the refund. @throws AppError unavailable when the chain cannot answer yet. */
async function hasMoved(
  { network, asset, to, amountBase, signer }: Sent,
  { hash, logs }: Extract<TransactionOutcome.TransactionOutcome, { kind: 'included' }>,
): Promise<boolean> {
  if (!Caip.isSolana(network))
    return Erc20.findPlainTransfer(logs, { asset, from: signer, to, value: amountBase }, new Set()) !== undefined
  const [source, destination] = [Svm.Ata.of(signer, asset), Svm.Ata.of(to, asset)]
  return (await findChange(network, hash, { source, destination, mint: asset, value: amountBase })) !== undefined
}

/** Does nothing if the refund has another transaction by now. */
async function makeDue(
  tx: Tx,
  ctx: Ctx,
  { id, merchantId, paymentId, transactionId }: Sent,
  reason: string,
): Promise<void> {
  if (!(await markRefundFailed(tx, { id, transactionId }, reason))) return
  await recordEvent(tx, ctx, {
    type: 'payment.refund_failed',
    merchantId,
    paymentId,
    transactionId,
    data: { refundId: id, reason },
  })
}

/** Does nothing if the refund has another transaction by now, or a reorganisation has undone the block. */
async function bookPaid(
  tx: Tx,
  ctx: Ctx,
  refund: Sent,
  { hash, reorgs }: Extract<TransactionOutcome.TransactionOutcome, { kind: 'included' }>,
): Promise<boolean> {
  const { merchantId, paymentId, transactionId, network, asset, amountBase, signer } = refund
  if (!(await markRefundPaid(tx, refund, { hash, reorgs }))) return false
  await postTransfers(tx, [
    {
      kind: 'direct',
      reason: 'refund_paid',
      debit: Account.refundPayable(merchantId),
      credit: Account.refundWallet(signer),
      network,
      asset,
      amountBase,
      paymentId,
    },
  ])
  await recordEvent(tx, ctx, {
    type: 'payment.refunded',
    merchantId,
    paymentId,
    transactionId,
    data: { refundId: refund.id, txHash: hash, amountBase },
  })
  failpoint('before-commit')
  return true
}
