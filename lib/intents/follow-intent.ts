import { awaitOutcome } from '@/lib/execution'
import { db, sql } from '@/lib/db'
import { findProgress } from './find-progress'
import * as IntentProgress from './IntentProgress'
import { watchMoves, type IntentMoves } from './watch-moves'

/** Something that happened to one transaction of an intent, fit to be told to whoever asked for it. */
export type IntentStep = {
  /** queued, simulated, signed, submitted, replaced, held, resumed, included, reorged, safe, final, … */
  name: string
  /** ISO 8601. */
  at: string
  transactionId: string
  /** Only those of `shown`. */
  data: Record<string, unknown>
}

/** `idle`: nothing came for a while; a reader may look whether anybody still listens. */
export type IntentUpdate =
  | { kind: 'step'; step: IntentStep }
  | { kind: 'idle' }
  | { kind: 'end'; progress: IntentProgress.IntentProgress }

const idleMs = 10_000

/**
 * What happens to an intent, from its beginning, as it happens. Ends when nothing more can change what can be said of it, after
 * `ms`, or when `isGone` says that nobody listens; the last item is how far it has come then. Reads only, but has this process
 * look for the inclusion of what it sent.
 */
export async function* followIntent(intentId: string, ms: number, isGone = () => false): AsyncGenerator<IntentUpdate> {
  const endMs = Date.now() + ms
  const seen = new Set<bigint>()
  let isAwaited = false
  let toldAtMs = Date.now()
  let moves: IntentMoves | undefined
  try {
    for (;;) {
      // First how far it is, then what happened: so that every step of it is told before the end.
      const progress = await findProgress({ intentId })
      if (!progress) throw new Error(`intent ${intentId} has no transactions`)
      const steps = await readSteps(progress)
      for (const { seq, ...step } of steps) {
        if (seen.has(seq)) continue
        seen.add(seq)
        toldAtMs = Date.now()
        yield { kind: 'step', step }
      }
      if (IntentProgress.verdict(progress) !== 'pending' || Date.now() >= endMs || isGone())
        return yield { kind: 'end', progress }
      if (Date.now() - toldAtMs >= idleMs) {
        toldAtMs = Date.now()
        yield { kind: 'idle' }
      }
      if (!isAwaited) void awaitAll(progress, endMs)
      isAwaited = true
      // The first time it only begins to be told, and what moved meanwhile is read once more.
      if (moves) await moves.next(Math.max(0, endMs - Date.now()))
      else moves = watchMoves(progress.transactions.map(({ id }) => id))
    }
  } finally {
    moves?.end()
  }
}

/** The process that waits asks the chain for receipts; without that they are found a second later. */
async function awaitAll({ transactions }: IntentProgress.IntentProgress, endMs: number): Promise<void> {
  for (const { id } of transactions) await awaitOutcome(id, Math.max(0, endMs - Date.now()))
}

const names: Record<string, string> = { broadcast: 'submitted' }
/** What of an event's data is nobody's secret. */
const shown = ['hash', 'blockNumber', 'reason', 'error', 'gasUsed'] as const

async function readSteps({ transactions }: IntentProgress.IntentProgress): Promise<(IntentStep & { seq: bigint })[]> {
  const rows = await db.query<{ seq: bigint; type: string; at: Date; id: string; data: Record<string, unknown> }>(sql`
    SELECT seq, type, at, transaction_id AS id, data FROM audit_event
    WHERE transaction_id = ANY(${transactions.map(({ id }) => id)}::uuid[]) AND type LIKE 'transaction.%' ORDER BY seq`)
  return rows.map(({ seq, type, at, id, data }) => {
    const name = type.replace('transaction.', '')
    const told = Object.fromEntries(shown.flatMap((key) => (data[key] == null ? [] : [[key, data[key]]])))
    return { seq, name: names[name] ?? name, at: at.toISOString(), transactionId: id, data: told }
  })
}
