import type { Ctx } from '../ctx'
import { env } from '../env'
import { failpoint } from '../failpoint'
import { log } from '../log'
import { recordEvent } from '@/lib/audit'
import { db, sql, withTransaction, type Tx } from '@/lib/db'
import type { Outcome } from '@/lib/execution'
import {
  bookFailed,
  bookSettled,
  findSettling,
  lockSettling,
  unsettle,
  type Booking,
  type Payment,
  type Proof,
  type Uncharged,
} from '@/lib/payments'
import { byName } from '@/lib/protocols'
import { findTransfer, isAlike, type Finding } from './find-transfer'

/** The outcome of one payment of a batch. */
export type Result =
  /** `txHash` is null where nothing had to move. */
  | { kind: 'settled'; receipt: Payment.Receipt; delivered: boolean; txHash: string | null }
  | { kind: 'failed'; reason: string }
  | { kind: 'unknown' }

/**
 * Books what a batch's transaction did to each of its payments. Each outcome is read from the payment's own
 * logs. May be called any number of times by any process: the first to lock the rows books them.
 * @returns the ids of payments that went back to wait for another batch, in this process.
 */
export async function applyBatch(ctx: Ctx, batchId: string, outcome: Outcome.Outcome): Promise<Set<string>> {
  if (outcome.kind === 'unknown') return new Set()
  const findings = await findAll(await findSettling(batchId), outcome)
  return withTransaction(async (tx) => {
    const payments = await lockSettling(tx, batchId)
    const bookings: Booking[] = []
    const dead: Payment.Payment[] = []
    const unused: Payment.Payment[] = []
    let reason = outcome.kind === 'included' ? 'The transfer did not happen.' : outcome.reason
    for (const payment of payments) {
      const finding = findings.get(payment.id)
      // Not looked at: it stays as it is, for the next look.
      if (!finding) continue
      if (finding.kind === 'moved') bookings.push(toBooking(payment, finding.proof, ctx.now()))
      else if (finding.kind === 'unused' && payments.length > 1) unused.push(payment)
      else dead.push(payment)
      if (finding.kind === 'dead') reason = finding.reason
    }
    await bookSettled(tx, ctx, bookings)
    await bookFailed(tx, ctx, dead, reason)
    const again = await unsettle(tx, ctx, unused, reason)
    const unknown = payments.length - bookings.length - dead.length - unused.length
    if (payments.length > 0 && unknown === 0)
      await closeBooks(tx, ctx, batchId, dead.length + unused.length > 0 ? reason : null)
    failpoint('before-commit')
    return new Set(again.map((payment) => payment.id))
  })
}

/** Once every member's outcome is known, whether in one look or in several. */
async function closeBooks(tx: Tx, ctx: Ctx, batchId: string, error: string | null): Promise<void> {
  const [batch] = await tx.query<{ status: 'applied' | 'failed'; settled: number; size: number }>(sql`
    UPDATE settlement_batch b SET status = (CASE WHEN p.settled > 0 THEN 'applied' ELSE 'failed' END)::batch_status,
      applied_at = now(), settled_count = p.settled, error = coalesce(${error}, b.error)
    FROM (SELECT count(*)::int AS settled FROM payment WHERE batch_id = ${batchId} AND settlement = 'settled') p
    WHERE b.id = ${batchId} AND b.status = 'submitted'
    RETURNING b.status, b.settled_count AS settled, b.size`)
  if (!batch) return
  const { status, settled, size } = batch
  await recordEvent(tx, ctx, { type: `batch.${status}`, batchId, data: { settled, size, ...(error && { error }) } })
}

/** With the receipt that the agent gets, made once: a repeat is given the same. */
export function toBooking(payment: Payment.Payment, proof: Proof | Uncharged, settledAtMs: number): Booking {
  const { wire, network, payer, amountBase, credential: decoded, origin, asked } = payment
  const resourceUrl = `${env.PUBLIC_URL}${asked.path}${asked.query && `?${asked.query}`}`
  const settled = {
    ...{ wire, network, payer, amountBase, decoded, txHash: proof.txHash ?? '', settledAtMs },
    ...(origin === 'gateway' && { resourceUrl }),
  }
  return { ...proof, receipt: byName(payment.protocol).receipt(settled) }
}

async function findAll(payments: readonly Payment.Payment[], outcome: Outcome.Outcome): Promise<Map<string, Finding>> {
  const included = outcome.kind === 'included' ? outcome : undefined
  const taken = new Set<number>()
  const findings = new Map<string, Finding>()
  for (const payment of payments) {
    try {
      const alike = payments.some((other) => other !== payment && isAlike(payment, other))
      findings.set(payment.id, await findTransfer(payment, included, taken, alike))
    } catch (error) {
      // One whose outcome cannot be told yet must not keep the others from theirs.
      log().warn({ err: error, paymentId: payment.id }, 'the outcome of a payment cannot be told yet')
    }
  }
  return findings
}

/** Where payments stand now, whoever booked them. */
export async function readResults(ids: readonly string[]): Promise<Map<string, Result>> {
  const rows = await db.query<{
    id: string
    status: Payment.Status
    settlement: Payment.Settlement
    receipt: Payment.Receipt | null
    txHash: string | null
    reason: string | null
  }>(
    sql`SELECT id, status, settlement, receipt, tx_hash AS "txHash", reason FROM payment WHERE id = ANY(${ids}::uuid[])`,
  )
  return new Map(
    rows.map(({ id, status, settlement, receipt, txHash, reason }): [string, Result] => {
      if (settlement === 'settled' && receipt)
        return [id, { kind: 'settled', receipt, delivered: status === 'delivered', txHash }]
      if (status === 'voided') return [id, { kind: 'failed', reason: reason ?? 'The payment was voided.' }]
      return [id, { kind: 'unknown' }]
    }),
  )
}
