import type { Ctx } from '../../ctx'
import { failpoint } from '../../failpoint'
import { recordEvent, recordEvents, type AuditEvent } from '@/lib/audit'
import { Chain, Svm } from '@/lib/chains'
import { sql, withTransaction } from '@/lib/db'
import type { Caip2 } from '@/lib/money'
import { withoutFlush } from '../without-flush'
import * as Transaction from '../Transaction'

/** `status` if the current one is known. */
type Subject = { id: string; network: Caip2; status?: Transaction.TransactionStatus }

/**
 * Records a cluster's status of one attempt, once, whichever process sees it first: `processed` makes it included,
 * `confirmed` safe (with its cost), `finalized` final or reverted. The status never goes back. A finalized status needs
 * two endpoints.
 */
export async function noteSvmStatus(
  ctx: Ctx,
  subject: Subject,
  signature: string,
  status: Svm.SignatureStatus,
): Promise<void> {
  failpoint('after-inclusion')
  if (subject.status !== 'safe') {
    await include(ctx, subject, signature, status)
    if (status.level === 'processed') return
    await confirm(ctx, subject, signature)
  }
  if (status.level !== 'finalized') return
  const final = await Svm.readFinal(subject.network, signature)
  if (final) await finalize(ctx, subject, signature, final)
}

async function include(
  ctx: Ctx,
  { id, network }: Subject,
  signature: string,
  { slot, err }: Svm.SignatureStatus,
): Promise<void> {
  const error = err === null ? null : Svm.describeFailure(err)
  await withTransaction(async (tx) => {
    const written = await tx.execute(sql`
      UPDATE transaction SET status = 'included', hash = ${signature}, block_number = ${slot}, error = ${error},
        held_reason = NULL, lease_until = NULL, included_at = now(), submitted_at = coalesce(submitted_at, now()),
        due_at = now() + make_interval(secs => ${Chain.get(network).blockTimeMs / 1000})
      WHERE id = ${id}::uuid AND status = ANY(${Transaction.mayBecome('included')}::transaction_status[])
        AND ${withoutFlush}`)
    if (written === 0) return
    const data = { hash: signature, ok: err === null, blockNumber: slot, ...(error !== null && { reason: error }) }
    await recordEvents(tx, ctx, [{ type: 'transaction.included', transactionId: id, data }])
    failpoint('before-inclusion')
  })
}

/** A node may have the votes before the block's details. Then the next look writes it. */
async function confirm(ctx: Ctx, { id, network }: Subject, signature: string): Promise<void> {
  const effects = await Svm.readEffects(network, signature)
  if (!effects) return
  const { slot, err, feeLamports, units, logs } = effects
  const error = err === null ? null : Svm.describeFailure(err, logs)
  await withTransaction(async (tx) => {
    const risen = await tx.execute(sql`
      UPDATE transaction SET status = 'safe', safe_at = now(), block_number = ${slot}, error = ${error},
        gas_used = ${units}, fee_lamports = ${feeLamports}
      WHERE id = ${id}::uuid AND hash = ${signature} AND status = 'included'`)
    const data = { blockNumber: slot, gasUsed: units, feeLamports, ...(error !== null && { reason: error }) }
    if (risen === 1) await recordEvent(tx, ctx, { type: 'transaction.safe', transactionId: id, data })
  })
}

async function finalize(
  ctx: Ctx,
  { id }: Subject,
  signature: string,
  { slot, err }: Svm.SignatureStatus,
): Promise<void> {
  const level = err === null ? 'final' : 'reverted'
  await withTransaction(async (tx) => {
    const risen = await tx.execute(sql`
      UPDATE transaction SET status = ${level}::transaction_status, final_at = now()
      WHERE id = ${id}::uuid AND hash = ${signature} AND block_number = ${slot} AND status = 'safe'`)
    const events: AuditEvent.AuditEvent[] = [
      { type: `transaction.${level}`, transactionId: id, data: { blockNumber: slot } },
    ]
    if (risen === 1) await recordEvents(tx, ctx, events)
    failpoint('before-final')
  })
}
