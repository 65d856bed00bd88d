import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { log } from '../../log'
import { writeAudited, type AuditEvent } from '@/lib/audit'
import { sql, type WritePart } from '@/lib/db'
import { inclusionOf, recordInclusion, type InclusionWriter } from '@/lib/execution'
import { bookAtOnce, type LandedPayment } from '@/lib/payments'
import { toBooking, type PaymentResult } from './apply-batch'
import { findOwn, isAlike } from './find-transfer'
import type { LaunchedBatch } from './launch-batch'

type Receipt = Parameters<InclusionWriter>[2]

/**
 * Writes the inclusion of a launched batch together with its books, in one statement, if the receipt shows every
 * transfer. All other cases, and what another process wrote first, go to `recordInclusion` and `applyBatch`, which look
 * at each payment. `results` is set if this statement was written.
 */
export function bookIncluded(launched: LaunchedBatch): {
  include: InclusionWriter
  results(): ReadonlyMap<string, PaymentResult> | undefined
} {
  let results: ReadonlyMap<string, PaymentResult> | undefined
  const include: InclusionWriter = async (ctx, subject, receipt) => {
    const landed = findLanded(launched, receipt, ctx.now())
    try {
      results = landed && (await write(ctx, launched, { subject, receipt, landed }))
    } catch (error) {
      log().warn({ err: error, batchId: launched.batchId }, 'an inclusion is written without its books first')
    }
    return results ? 'call' : recordInclusion(ctx, subject, receipt)
  }
  return { include, results: () => results }
}

/** Undefined unless the receipt belongs to the batch's own bytes and shows every payment. */
function findLanded({ items, hash }: LaunchedBatch, receipt: Receipt, nowMs: number): LandedPayment[] | undefined {
  if (!receipt.ok || receipt.hash.toLowerCase() !== hash.toLowerCase()) return undefined
  const taken = new Set<number>()
  const payments = items.map(({ payment }) => payment)
  const landed: LandedPayment[] = []
  for (const item of items) {
    const alike = payments.some((other) => other !== item.payment && isAlike(item.payment, other))
    const proof = findOwn(item.payment, receipt, taken, alike)
    if (!proof) return undefined
    landed.push({ item, proof, receipt: toBooking(item.payment, proof, nowMs).receipt })
  }
  return landed
}

type Included = { subject: Parameters<InclusionWriter>[1]; receipt: Receipt; landed: readonly LandedPayment[] }

async function write(
  ctx: Ctx,
  { batchId, transactionId, expected }: LaunchedBatch,
  { subject, receipt, landed }: Included,
): Promise<ReadonlyMap<string, PaymentResult> | undefined> {
  failpoint('after-inclusion')
  const booked = bookAtOnce(batchId, transactionId, landed)
  const included = inclusionOf(subject, receipt, expected)
  const size = landed.length
  const closed: AuditEvent.AuditEvent = { type: 'batch.applied', batchId, data: { settled: size, size } }
  failpoint('before-commit')
  const { isWritten } = await writeAudited(ctx, {
    parts: [booked.part, closedPart(batchId, subject.reorgs, size), ...included.parts],
    events: [...included.events, ...booked.events, closed],
  })
  if (!isWritten) return undefined
  failpoint('after-commit')
  return new Map(
    landed.map(({ item: { payment }, proof, receipt: shown }): [string, PaymentResult] => [
      payment.id,
      { kind: 'settled', receipt: shown, delivered: booked.delivered.has(payment.id), txHash: proof.txHash },
    ]),
  )
}

/** True while the batch waits for its transaction and no reorganisation has been applied to it since. */
function closedPart(batchId: string, reorgs: number, settled: number): WritePart {
  return {
    locks: sql`
      open_batch AS (
        SELECT 1 FROM settlement_batch
        WHERE id = ${batchId}::uuid AND status = 'submitted' AND reorgs = ${reorgs} AND size = ${settled}::int FOR UPDATE)`,
    holds: sql`EXISTS (SELECT 1 FROM open_batch)`,
    writes: (when) => sql`
      closed AS (
        UPDATE settlement_batch SET status = 'applied', applied_at = now(), settled_count = ${settled}::int, waits_for = NULL
        WHERE id = ${batchId}::uuid AND ${when})`,
  }
}
