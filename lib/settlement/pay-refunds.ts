import type { Ctx } from '../ctx'
import { recordEvent } from '@/lib/audit'
import { addressesFor, Chain, Erc20, Svm, type Call } from '@/lib/chains'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import { awaitOutcome, enqueueTransaction, submitNow, type Outcome } from '@/lib/execution'
import { Account, postTransfers } from '@/lib/ledger'
import { Caip, type Caip2 } from '@/lib/money'
import { findChange } from './find-svm-transfer'

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
    if (!walletFor(network)) continue
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
    const wallet = walletFor(refund.network)
    if (wallet === undefined) return undefined
    const { id: transactionId } = await enqueueTransaction(tx, ctx, toCall(refund, wallet))
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

/** Who pays refunds on a network; undefined where nobody does. */
function walletFor(network: Caip2): string | undefined {
  return addressesFor(network, 'refund')[0]
}

function toCall({ id, network, asset, to, amountBase }: Refund, wallet: string): Call {
  if (!Caip.isSolana(network)) {
    const token = asset as `0x${string}`
    const data = Erc20.transferData(to, amountBase)
    return { kind: 'call', network, purpose: 'refund', signer: wallet as `0x${string}`, to: token, data, value: 0n }
  }
  const decimals = Chain.findAsset(network, asset)?.decimals
  if (decimals === undefined) throw new TypeError(`${asset} is no token of ${network}`)
  // The memo tells two refunds of one amount to one payer apart.
  const moved = { mint: asset, decimals, from: wallet, to, amountBase, memo: `sluice refund ${id}` }
  return { kind: 'svm', network, purpose: 'refund', signer: wallet, instructions: Svm.Message.transfer(moved) }
}

/** Whether the transaction moved exactly the refund. @throws AppError unavailable when the chain cannot tell yet. */
async function hasMoved(
  { network, asset, to, amountBase }: Refund,
  wallet: string,
  { hash, logs }: Extract<Outcome.Outcome, { kind: 'included' }>,
): Promise<boolean> {
  if (!Caip.isSolana(network)) {
    const moved = { asset, from: wallet, to, value: amountBase }
    return Erc20.findPlainTransfer(logs, moved, new Set()) !== undefined
  }
  const [source, destination] = [Svm.Ata.of(wallet, asset), Svm.Ata.of(to, asset)]
  const change = { source, destination, mint: asset, value: amountBase }
  // What cannot be told yet is asked again by the next run.
  return (await findChange(network, hash, change).catch(() => undefined)) !== undefined
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
  const wallet = walletFor(refund.network)
  if (outcome.kind !== 'included' || wallet === undefined || !(await hasMoved(refund, wallet, outcome))) return false
  await withTransaction((tx) => bookPaid(tx, ctx, refund, outcome.hash, wallet))
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
      credit: Account.refundWallet(wallet),
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
