import { awaitOutcome } from '@/lib/execution'
import { db, sql } from '@/lib/db'
import { findProgress } from './find-progress'
import * as IntentProgress from './IntentProgress'
import { watchMoves, type IntentMoves } from './watch-moves'

/** One event of a transaction of an intent, safe to show to its requester. */
export type IntentStep = {
  /** queued, simulated, signed, submitted, replaced, held, resumed, included, reorged, safe, final, … */
  name: string
  /** ISO 8601. */
  at: string
  transactionId: string
  /** Only the members listed in `shown`. */
  data: Record<string, unknown>
}

/** `idle`: nothing happened for a while; the caller can check whether its client is still connected. */
export type IntentUpdate =
  | { kind: 'step'; step: IntentStep }
  | { kind: 'idle' }
  | { kind: 'end'; progress: IntentProgress.IntentProgress }

const idleMs = 10_000

/**
 * Yields the steps of an intent from its beginning, as they happen. Ends when the verdict is final, after `ms`, or
 * when `isGone` returns true (the client has left). The last item is the progress at the end. Reads only, except that
 * this process looks for the inclusion of what it sent.
 */
export async function* followIntent(intentId: string, ms: number, isGone = () => false): AsyncGenerator<IntentUpdate> {
  const endMs = Date.now() + ms
  const seen = new Set<bigint>()
  let isAwaited = false
  let yieldedAtMs = Date.now()
  let moves: IntentMoves | undefined
  try {
    for (;;) {
      // Reads the progress before the steps, so that every step that led to it is yielded before the end.
      const progress = await findProgress({ intentId })
      if (!progress) throw new Error(`intent ${intentId} has no transactions`)
      const steps = await readSteps(progress)
      for (const { seq, ...step } of steps) {
        if (seen.has(seq)) continue
        seen.add(seq)
        yieldedAtMs = Date.now()
        yield { kind: 'step', step }
      }
      if (IntentProgress.verdict(progress) !== 'pending' || Date.now() >= endMs || isGone())
        return yield { kind: 'end', progress }
      if (Date.now() - yieldedAtMs >= idleMs) {
        yieldedAtMs = Date.now()
        yield { kind: 'idle' }
      }
      if (!isAwaited) void awaitAll(progress, endMs)
      isAwaited = true
      // The first round only starts to listen, then reads again, so that no change in between is missed.
      if (moves) await moves.next(Math.max(0, endMs - Date.now()))
      else moves = watchMoves(progress.transactions.map(({ id }) => id))
    }
  } finally {
    moves?.end()
  }
}

/** The waiting process polls the chain for receipts. Without that, the tracking task finds them a second later. */
async function awaitAll({ transactions }: IntentProgress.IntentProgress, endMs: number): Promise<void> {
  for (const { id } of transactions) await awaitOutcome(id, Math.max(0, endMs - Date.now()))
}

const names: Record<string, string> = { broadcast: 'submitted' }
/** The members of an event's data that are not secret. */
const shown = ['hash', 'blockNumber', 'reason', 'error', 'gasUsed'] as const

async function readSteps({ transactions }: IntentProgress.IntentProgress): Promise<(IntentStep & { seq: bigint })[]> {
  const rows = await db.query<{ seq: bigint; type: string; at: Date; id: string; data: Record<string, unknown> }>(sql`
    SELECT seq, type, at, transaction_id AS id, data FROM audit_event
    WHERE transaction_id = ANY(${transactions.map(({ id }) => id)}::uuid[]) AND type LIKE 'transaction.%' ORDER BY seq`)
  return rows.map(({ seq, type, at, id, data }) => {
    const name = type.replace('transaction.', '')
    const visibleData = Object.fromEntries(shown.flatMap((key) => (data[key] == null ? [] : [[key, data[key]]])))
    return { seq, name: names[name] ?? name, at: at.toISOString(), transactionId: id, data: visibleData }
  })
}
