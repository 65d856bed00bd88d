import type { Ctx } from '../ctx'
import { failpoint } from '../failpoint'
import { writeAudited, type AuditEvent } from '@/lib/audit'
import { Chain, type SendAnswer } from '@/lib/chains'
import { sql, type WritePart } from '@/lib/db'
import { withoutFlush } from './without-flush'
import * as Transaction from './Transaction'

/** How often to look again at what an operator has to fund or allow. */
export const holdMs = 3_000

/** A node's answer to an attempt's bytes. */
export type BroadcastAnswer = { transaction: Transaction.Transaction; hash: string; answer: SendAnswer }

/** Writes a node's answer and the resulting status of the transaction. */
export async function recordAnswer(ctx: Ctx, answered: BroadcastAnswer): Promise<void> {
  const { transaction, answer } = answered
  const { id, status, epoch } = transaction
  const { kind, message } = answer
  const isRefused = Transaction.isOurs(transaction) && (kind === 'funds' || kind === 'rejected')
  const next: Transaction.TransactionStatus = isRefused && status !== 'submitted' ? 'held' : 'submitted'
  const heldReason = next === 'held' ? message.slice(0, 300) : null
  const dueMs = next === 'held' ? holdMs : kind === 'underpriced' ? 0 : Chain.get(transaction.network).blockTimeMs
  const { part, events } = answerPart(answered)
  if (heldReason && heldReason !== transaction.heldReason)
    events.push({ type: 'transaction.held', transactionId: id, data: { reason: heldReason } })
  // The guard lets no status go back, so an inclusion seen meanwhile stands. A driver that slept past its lease records
  // the answer on the attempt and leaves the row to its new owner.
  const row: WritePart = {
    writes: (when) => sql`
      moved AS (
        UPDATE transaction SET status = ${next}::transaction_status, lease_until = NULL,
          held_reason = CASE WHEN status = 'submitted' THEN held_reason ELSE ${heldReason} END,
          submitted_at = CASE WHEN ${next === 'submitted'} THEN coalesce(submitted_at, now()) ELSE submitted_at END,
          due_at = now() + make_interval(secs => ${dueMs / 1000})
        WHERE id = ${id}::uuid AND epoch = ${epoch} AND status = ANY(${Transaction.mayBecome(next)}::transaction_status[])
          AND status NOT IN ('included', 'safe') AND ${when})`,
  }
  failpoint('before-answer')
  await writeAudited(ctx, { parts: [part, row, { holds: withoutFlush }], events })
}

/** The write of a node's answer to an attempt, and its event. */
export function answerPart({ transaction, hash, answer }: BroadcastAnswer): {
  part: WritePart
  events: AuditEvent.AuditEvent[]
} {
  const { kind, message, endpoint } = answer
  const part: WritePart = {
    writes: (when) => sql`
      answered AS (
        UPDATE attempt SET first_broadcast_at = coalesce(first_broadcast_at, now()), last_broadcast_at = now(),
          broadcasts = broadcasts + 1, answer = ${kind}, endpoint = ${endpoint ?? null}
        WHERE hash = ${hash} AND ${when})`,
  }
  const data = { hash, answer: kind, message, endpoint }
  // The same answer to the same bytes makes no event.
  const isNews = transaction.attempts.find((attempt) => attempt.hash === hash)?.answer !== kind
  return { part, events: isNews ? [{ type: 'transaction.broadcast', transactionId: transaction.id, data }] : [] }
}
