import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { addressesFor, Chain, Erc20, labelNetwork, labelToken, servedNetworks, Svm, type Call } from '@/lib/chains'
import { db, sql, withTransaction, type Sql } from '@/lib/db'
import { enqueueTransaction, submitNow } from '@/lib/execution'
import { Amount, Caip, Rail, type Caip2 } from '@/lib/money'
import { payRailRefunds } from '../rails/pay-rail-refunds'
import { bookOwnTransfers } from './book-own-transfers'
import { bookRefunds } from './book-refunds'
import { explainDueRefunds, markRefundSent, postponeRefunds } from '@/lib/payments'
import { readRefundFunds } from './read-refund-funds'
import { refundColumns, type PendingRefund } from './refund-row'

/** Refunds of one token in one run. */
const batchMax = 50
/** An operator can fund the wallet at any moment, so the balance is checked more often than a failure is retried. */
const shortMaxSeconds = 60

/** Networks that this process is working on. A slow network is left to the work already waiting for it. */
const busy = new Set<Caip2>()

/** A refund that this server pays, or looks for: one that waits for a merchant's wallet needs nothing from it. */
const isOurs = sql`(status = 'sent' OR (status = 'due' AND source = 'signer'))`

/** SQL condition: `payRefunds` may have something to do. */
export const toPayRefunds: Sql = sql`EXISTS (SELECT FROM refund WHERE ${isOurs})`

/**
 * Sends due refunds and books those that arrived. Networks are independent, and each token has its share of a run, so a
 * refund that cannot move delays no other: it says why (`held_reason`) and is due again later. Without a refund wallet
 * on its network it stays due and visible. Safe to run in any process at any time: a refund has at most one transaction
 * that may still run, and gets another only when the first is proven to have moved nothing.
 * @param patienceMs longest time to wait for a network, ms. After it the work goes on in the background, and the next
 * run starts.
 * @returns the number of refunds sent or booked by then.
 */
export async function payRefunds(ctx: Ctx, patienceMs = 1_000): Promise<number> {
  const found = await db.query<{ network: Caip2 }>(sql`SELECT DISTINCT network FROM refund WHERE ${isOurs}`)
  let moved = 0
  const works = found
    .filter(({ network }) => !busy.has(network))
    .map(async ({ network }) => {
      busy.add(network)
      try {
        for await (const _ of payOn(ctx, network)) moved += 1
      } catch (error) {
        log().warn({ err: error, network }, 'refunds could not be sent or booked yet')
      } finally {
        busy.delete(network)
      }
    })
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, patienceMs)))
  await Promise.race([Promise.all(works), patience])
  clearTimeout(timer)
  return moved
}

/** Books and sends what is due on one network. Yields once for each refund that moved. */
async function* payOn(ctx: Ctx, network: Caip2): AsyncGenerator<void> {
  if (Rail.kindOf(network)) return yield* payRailRefunds(ctx, network)
  yield* bookRefunds(ctx, network)
  yield* bookOwnTransfers(ctx, network)
  const wallet = servedNetworks().includes(network) ? addressesFor(network, 'refund')[0] : undefined
  if (wallet === undefined)
    return explainDueRefunds(
      sql`source = 'signer' AND network = ${network}`,
      `There is no refund wallet for ${labelNetwork(network).name}.`,
    )
  const assets = await db.query<{ asset: string }>(
    sql`SELECT DISTINCT asset FROM refund WHERE status = 'due' AND source = 'signer' AND network = ${network} AND due_at <= now()`,
  )
  for (const { asset } of assets) yield* sendDue(ctx, { network, asset }, wallet)
}

type Token = { network: Caip2; asset: string }

/** Sends the due refunds of a token that the wallet can pay. */
async function* sendDue(ctx: Ctx, token: Token, wallet: string): AsyncGenerator<void> {
  let leftBase: bigint
  try {
    leftBase = await readRefundFunds(token, wallet)
  } catch (error) {
    log().warn({ err: error, ...token }, 'the balance of the refund wallet could not be read')
    const { network, asset } = token
    const words = error instanceof Error ? error.message : String(error)
    return explainDueRefunds(
      sql`source = 'signer' AND network = ${network} AND asset = ${asset}`,
      `What the refund wallet holds cannot be read: ${words}`,
    )
  }
  for (const refund of await findDue(token, leftBase, wallet)) {
    if (ctx.isLate()) return
    if (refund.amountBase > leftBase) continue
    const transactionId = await send(ctx, refund, wallet)
    if (transactionId === undefined) continue
    leftBase -= refund.amountBase
    failpoint('after-refund-sent')
    await submitNow(ctx, transactionId)
    yield
  }
}

/** A payment that a reorganisation took back owes no refund until it has moved again. */
const hasMoved = sql`
  EXISTS (SELECT 1 FROM payment p WHERE p.id = r.payment_id AND p.settlement = 'settled')`

/**
 * The refund wallet pays for the refund's merchant (`findServerWallets` of lib/auth). One that a member requested was allowed when it was
 * requested.
 */
const isPaidFor = sql`
  (r.kind = 'member' OR EXISTS (SELECT 1 FROM merchant m WHERE m.id = r.merchant_id AND m.server_wallets))`

/** Due refunds of a token that the balance covers; new ones first. The others become due again later. */
async function findDue({ network, asset }: Token, leftBase: bigint, wallet: string): Promise<PendingRefund[]> {
  const isDue = sql`r.status = 'due' AND r.source = 'signer' AND r.network = ${network} AND r.asset = ${asset} AND r.due_at <= now()`
  const { decimals, symbol } = labelToken(network, asset)
  const amount = `${Amount.toDecimal(leftBase > 0n ? leftBase : 0n, decimals)} ${symbol}`
  await postponeRefunds(sql`${isDue} AND NOT ${hasMoved}`, {
    reason: 'The transfer of its payment left the chain. It is sent when the payment has moved again.',
    secondsMax: shortMaxSeconds,
  })
  await postponeRefunds(sql`${isDue} AND ${hasMoved} AND NOT ${isPaidFor}`, {
    reason: 'The refund wallet does not pay for this shop until an operator allows it under Merchants.',
    secondsMax: shortMaxSeconds,
  })
  await postponeRefunds(sql`${isDue} AND ${hasMoved} AND ${isPaidFor} AND r.amount_base > ${leftBase}::numeric`, {
    // The important part comes first, because a table cuts off the end.
    reason: `Only ${amount} is left for it in the refund wallet ${wallet}.`,
    secondsMax: shortMaxSeconds,
  })
  return db.query<PendingRefund>(
    sql`SELECT ${refundColumns} FROM refund r WHERE ${isDue} AND ${hasMoved} AND ${isPaidFor} ORDER BY r.attempts, r.due_at LIMIT ${batchMax}`,
  )
}

/**
 * Locks a due refund and queues its transaction, in one database transaction. One that cannot be sent is due again
 * later.
 */
async function send(ctx: Ctx, { id }: PendingRefund, wallet: string): Promise<string | undefined> {
  try {
    return await withTransaction(async (tx) => {
      const [refund] = await tx.query<PendingRefund>(
        sql`SELECT ${refundColumns} FROM refund r JOIN payment p ON p.id = r.payment_id
          WHERE r.id = ${id} AND r.status = 'due' AND r.source = 'signer' AND p.settlement = 'settled' FOR UPDATE OF r SKIP LOCKED FOR SHARE OF p`,
      )
      if (!refund) return undefined
      const { id: transactionId } = await enqueueTransaction(tx, ctx, toCall(refund, wallet))
      await markRefundSent(tx, id, transactionId)
      await recordEvent(tx, ctx, {
        type: 'payment.refund_sent',
        merchantId: refund.merchantId,
        paymentId: refund.paymentId,
        transactionId,
        data: { refundId: id, amountBase: refund.amountBase, to: refund.to },
      })
      failpoint('before-refund-sent')
      return transactionId
    })
  } catch (error) {
    log().warn({ err: error, refundId: id }, 'a refund could not be sent yet')
    const reason = error instanceof Error ? error.message : String(error)
    await postponeRefunds(sql`r.id = ${id} AND r.status = 'due'`, { reason })
    return undefined
  }
}

function toCall({ id, network, asset, to, amountBase }: PendingRefund, wallet: string): Call {
  const soleFor = `refund ${id}`
  if (!Caip.isSolana(network)) {
    const token = asset as `0x${string}`
    const data = Erc20.transferData(to, amountBase)
    return {
      kind: 'call',
      network,
      purpose: 'refund',
      signer: wallet as `0x${string}`,
      to: token,
      data,
      value: 0n,
      soleFor,
    }
  }
  const decimals = Chain.findAsset(network, asset)?.decimals
  if (decimals === undefined) throw new TypeError(`${asset} is no token of ${network} that this server knows.`)
  // The memo distinguishes two refunds of the same amount to the same payer.
  const moved = { mint: asset, decimals, from: wallet, to, amountBase, memo: `sluice refund ${id}` }
  return { kind: 'svm', network, purpose: 'refund', signer: wallet, instructions: Svm.Message.transfer(moved), soleFor }
}
