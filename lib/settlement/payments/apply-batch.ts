import type { Ctx } from '../../ctx'
import { env } from '../../env'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { recordEvent } from '@/lib/audit'
import { sql, withTransaction, type Tx } from '@/lib/db'
import { AppError, toAppError } from '@/lib/errors'
import type { TransactionOutcome } from '@/lib/execution'
import {
  bookFailed,
  bookSettled,
  bookSettledAgain,
  findSettling,
  lockSettling,
  requeueUnsettled,
  type SettlementBooking,
  type Payment,
  type TransferProof,
  type NoTransferProof,
  type RailProof,
} from '@/lib/payments'
import { byName } from '@/lib/protocols'
import { findTransfer, isAlike } from './find-transfer'
import { type TransferFinding } from './TransferFinding'
import { isMadeForUs } from './is-paid-here-only'
import { watchPayments } from './watch-payments'

/** The outcome of one payment of a batch. */
export type PaymentResult =
  /** `txHash` is null if nothing had to move. */
  | { kind: 'settled'; receipt: Payment.ReceiptHeaders; delivered: boolean; txHash: string | null }
  | { kind: 'failed'; reason: string }
  | { kind: 'unknown' }

/** The result of one look at a batch. */
type Applied = {
  /** Payments of this process that went back to wait for another batch. */
  again: ReadonlySet<string>
  /** Why some outcomes are not known yet; undefined if all are booked. */
  waitsFor?: string
}

/**
 * Books each payment of a batch from the payment's own logs. A transfer is booked at inclusion and taken back if the
 * block vanishes (`takeBack`). A missing transfer is booked only when nothing can change it, because until then the
 * same bytes may still run. Any process may call it any number of times: the first to lock the rows books them.
 */
export async function applyBatch(
  ctx: Ctx,
  batchId: string,
  outcome: TransactionOutcome.TransactionOutcome,
): Promise<Applied> {
  if (outcome.kind === 'unknown') return { again: new Set(), waitsFor: 'Its transaction has not run yet.' }
  const { findings, trouble } = await findAll(await findSettling(batchId), outcome)
  return withTransaction(async (tx) => {
    const payments = await lockSettling(tx, batchId)
    const { bookings, unused, dead, reason } = sortOut(payments, findings, outcome, ctx.now())
    const isOpen = new Set(payments.filter(({ status }) => status === 'authorized').map(({ id }) => id))
    await bookSettled(
      tx,
      ctx,
      bookings.filter(({ paymentId }) => isOpen.has(paymentId)),
    )
    await bookSettledAgain(
      tx,
      ctx,
      bookings.filter(({ paymentId }) => !isOpen.has(paymentId)),
    )
    const again = new Set((await requeueUnsettled(tx, unused)).map(({ id }) => id))
    const failed =
      outcome.kind === 'failed' || outcome.isFinal ? [...dead, ...unused.filter(({ id }) => !again.has(id))] : []
    await bookFailed(tx, ctx, failed, reason)
    const own = outcome.kind === 'included' ? outcome.hash : undefined
    const foreign = new Set(bookings.filter(({ txHash }) => txHash !== own).map(({ paymentId }) => paymentId))
    await watchPayments(tx, [...failed, ...payments.filter(({ id }) => foreign.has(id))])
    const known = bookings.length + failed.length + again.size
    if (known === payments.length && known > 0)
      await closeBooks(tx, ctx, batchId, outcome, failed.length + again.size > 0 ? reason : null)
    else if (known > 0) await assertCurrent(tx, batchId, outcome)
    failpoint('before-commit')
    const waitsFor =
      dead.length + unused.length > 0 ? 'A transfer is missing in a block that is not final yet.' : trouble
    return { again, ...(known < payments.length && { waitsFor: waitsFor ?? 'A payment was not looked at.' }) }
  })
}

type Sorted = { bookings: SettlementBooking[]; unused: Payment.Payment[]; dead: Payment.Payment[]; reason: string }

/** Payments that were not looked at are in none of the lists and stay unchanged until the next look. */
function sortOut(
  payments: readonly Payment.Payment[],
  findings: ReadonlyMap<string, TransferFinding>,
  outcome: Exclude<TransactionOutcome.TransactionOutcome, { kind: 'unknown' }>,
  nowMs: number,
): Sorted {
  const sorted: Sorted = {
    ...{ bookings: [], unused: [], dead: [] },
    reason: outcome.kind === 'included' ? 'The transfer did not happen.' : outcome.reason,
  }
  for (const payment of payments) {
    const finding = findings.get(payment.id)
    if (finding?.kind === 'moved') sorted.bookings.push(toBooking(payment, finding.proof, nowMs))
    else if (finding?.kind === 'unused' && payments.length > 1) sorted.unused.push(payment)
    else if (finding) sorted.dead.push(payment)
    if (finding?.kind === 'dead') sorted.reason = finding.reason
  }
  return sorted
}

/** How many reorganisations the outcome was read under; null for an outcome that can no longer change. */
function reorgsOf(outcome: TransactionOutcome.TransactionOutcome): number | null {
  return outcome.kind === 'included' || outcome.kind === 'reverted' ? outcome.reorgs : null
}

/** @throws AppError stale-state if a reorganisation has undone the outcome; the next look reads the new one. */
async function assertCurrent(tx: Tx, batchId: string, outcome: TransactionOutcome.TransactionOutcome): Promise<void> {
  const reorgs = reorgsOf(outcome)
  if (reorgs === null) return
  const current = await tx.query(sql`
    SELECT 1 FROM settlement_batch WHERE id = ${batchId} AND reorgs = ${reorgs} FOR UPDATE`)
  if (current.length === 0) throw new AppError('stale-state', 'The block of this batch has left the chain meanwhile.')
}

/**
 * Closes the batch when every member's outcome is known, after one look or several. @throws AppError as
 * `assertCurrent`.
 */
async function closeBooks(
  tx: Tx,
  ctx: Ctx,
  batchId: string,
  outcome: TransactionOutcome.TransactionOutcome,
  error: string | null,
): Promise<void> {
  const reorgs = reorgsOf(outcome)
  const [batch] = await tx.query<{ status: 'applied' | 'failed'; settled: number; size: number }>(sql`
    UPDATE settlement_batch b SET status = (CASE WHEN p.settled > 0 THEN 'applied' ELSE 'failed' END)::batch_status,
      applied_at = now(), settled_count = p.settled, error = coalesce(${error}, b.error), waits_for = NULL
    FROM (SELECT count(*)::int AS settled FROM payment WHERE batch_id = ${batchId} AND settlement = 'settled') p
    WHERE b.id = ${batchId} AND b.status = 'submitted' AND b.reorgs = coalesce(${reorgs}::int, b.reorgs)
    RETURNING b.status, b.settled_count AS settled, b.size`)
  if (!batch) return assertCurrent(tx, batchId, outcome)
  const { status, settled, size } = batch
  await recordEvent(tx, ctx, { type: `batch.${status}`, batchId, data: { settled, size, ...(error && { error }) } })
}

/** With the agent's receipt, made once: a repeat gets the same one. */
export function toBooking(
  payment: Payment.Payment,
  proof: TransferProof | RailProof | NoTransferProof,
  settledAtMs: number,
): SettlementBooking {
  const { wire, network, payer, amountBase, credential: decoded, origin, request } = payment
  const resourceUrl = `${env.PUBLIC_URL}${request.path}${request.query && `?${request.query}`}`
  const settled = {
    ...{ wire, network, payer, amountBase, decoded, txHash: proof.txHash ?? '', settledAtMs },
    ...(origin === 'gateway' && { resourceUrl }),
  }
  return { ...proof, receipt: byName(payment.protocol).receipt(settled) }
}

/**
 * The transfer was made by another party and may pay for something at another seller, so it does not pay for this
 * request.
 */
const paidByOther: TransferFinding = {
  kind: 'dead',
  reason:
    'The transfer was submitted by another party, and may have paid for something else: its pay-to address is not declared to be this server’s alone.',
}

type Findings = { findings: Map<string, TransferFinding>; trouble?: string }

async function findAll(
  payments: readonly Payment.Payment[],
  outcome: Exclude<TransactionOutcome.TransactionOutcome, { kind: 'unknown' }>,
): Promise<Findings> {
  const included = outcome.kind === 'included' ? outcome : undefined
  // A node that has not seen our transaction, or the block of its simulation, cannot know about anything before it.
  const notBefore = outcome.kind === 'failed' ? (outcome.asOf ?? 0n) : outcome.blockNumber
  const taken = new Set<number>()
  const findings = new Map<string, TransferFinding>()
  let trouble: string | undefined
  for (const payment of payments) {
    try {
      const alike = payments.some((other) => other !== payment && isAlike(payment, other))
      const finding = await findTransfer(payment, { included, notBefore }, taken, alike)
      const isOurs = finding.kind !== 'moved' || finding.proof.txHash === included?.hash
      findings.set(payment.id, isOurs || (await isMadeForUs(payment, finding.proof.txHash)) ? finding : paidByOther)
    } catch (error) {
      // One unknown outcome must not delay the others.
      log().warn({ err: error, paymentId: payment.id }, 'the outcome of a payment is not known yet')
      trouble = toAppError(error).message
    }
  }
  return { findings, ...(trouble !== undefined && { trouble }) }
}
