import type { TimelineStep } from '@/lib/audit'
import type { TransactionDetail } from './TransactionView'

/** A transaction's steps, from the request to the final block. Pure; all times ISO 8601. */

export type TransactionTimelineStep = TimelineStep & {
  /** Which details the page adds to its title. */
  about: 'asked' | 'policy' | 'accepted' | 'simulated' | 'attempt' | 'included' | 'note'
  /** The number of an attempt; else null. */
  seq: number | null
}

export type TimelineEvent = { type: string; at: string; data: unknown }

type Draft = Pick<TransactionTimelineStep, 'key' | 'title' | 'at' | 'state'> &
  Partial<Pick<TransactionTimelineStep, 'about' | 'detail' | 'seq'>>

/** The steps that happened, in order, then the expected ones. */
export function from(transaction: TransactionDetail, events: readonly TimelineEvent[]): TransactionTimelineStep[] {
  const done = [...askedSteps(transaction), ...signedSteps(transaction, events), ...recordedSteps(transaction, events)]
    .filter((step): step is Draft & { at: string } => step.at !== null)
    // Steps of one statement have the same time and keep their listed order.
    .map((step, index) => ({ step, index, atMs: Date.parse(step.at) }))
    .toSorted((one, other) => one.atMs - other.atMs || one.index - other.index)
    .map(({ step }) => step)
  const steps: Draft[] = [...done, ...waitingSteps(transaction)]
  return steps.map((step, index) => {
    const before = steps[index - 1]?.at
    const sinceMs = step.at && before ? Date.parse(step.at) - Date.parse(before) : null
    return { about: 'note', detail: null, hash: null, seq: null, ...step, sinceMs }
  })
}

function askedSteps({ intent, createdAt, accepted, retryOf }: TransactionDetail): Draft[] {
  const at = intent?.createdAt ?? createdAt
  const allowed = intent?.rules.every(({ ok }) => ok)
  const again = retryOf ? 'Repeats a transaction that had ended' : null
  return [
    { key: 'asked', about: 'asked', title: intent ? 'Requested' : 'Queued', at, state: 'done', detail: again },
    {
      key: 'policy',
      about: 'policy',
      title: allowed ? 'Allowed by its policy' : 'Refused by its policy',
      at: intent && intent.rules.length > 0 ? at : null,
      state: allowed ? 'done' : 'failed',
    },
    {
      key: 'accepted',
      about: 'accepted',
      title: accepted?.ok ? 'Simulated and accepted' : 'Simulated: would revert',
      at: accepted && at,
      state: accepted?.ok ? 'done' : 'failed',
    },
  ]
}

function signedSteps(transaction: TransactionDetail, events: readonly TimelineEvent[]): Draft[] {
  const { simulation, accepted, kind, attemptList } = transaction
  const simulated = events.find(({ type }) => type === 'transaction.simulated')
  return [
    {
      key: 'simulated',
      about: 'simulated',
      title: accepted ? 'Simulated again before signing' : 'Simulated',
      at: simulation && (simulated?.at ?? null),
      state: simulation?.ok === false ? 'failed' : 'done',
    },
    ...attemptList.map(({ seq, signedAt, kind: of }): Draft => ({
      key: `attempt-${seq}`,
      about: 'attempt',
      title:
        kind === 'raw'
          ? 'Stored, signed by the payer'
          : of === 'cancel'
            ? `Attempt ${seq} signed, to cancel it at the same nonce`
            : seq === 1
              ? 'Attempt 1 signed'
              : `Attempt ${seq} signed, with higher fees`,
      at: signedAt,
      state: 'done',
      seq,
    })),
    ...blockSteps(transaction),
  ]
}

function blockSteps(transaction: TransactionDetail): Draft[] {
  const { includedAt, safeAt, finalAt, blockNumber, status, error } = transaction
  const reverted = error !== null
  const block = `block ${Number(blockNumber).toLocaleString('en')}`
  const title = isCancelled(transaction)
    ? `Cancelled in ${block}`
    : reverted
      ? `Reverted in ${block}`
      : `Included in ${block}`
  return [
    {
      key: 'included',
      about: 'included',
      title,
      at: includedAt,
      state: reverted ? 'failed' : 'done',
      detail: reverted ? error : null,
    },
    { key: 'safe', title: 'Safe', at: safeAt, state: 'done' },
    {
      key: 'final',
      title: 'Final',
      at: finalAt,
      state: status === 'reverted' ? 'failed' : 'done',
      detail: 'Its block can no longer be undone',
    },
  ]
}

/** True if the included attempt only used up the nonce. */
export function isCancelled({ hash, attemptList }: Pick<TransactionDetail, 'hash' | 'attemptList'>): boolean {
  return hash !== null && attemptList.some((attempt) => attempt.hash === hash && attempt.kind === 'cancel')
}

const notes: Record<string, { title: string; state: TransactionTimelineStep['state'] }> = {
  'transaction.held': { title: 'Held', state: 'held' },
  'transaction.resumed': { title: 'Resumed', state: 'done' },
  'transaction.speed_up_asked': { title: 'Speed-up requested', state: 'done' },
  'transaction.cancel_asked': { title: 'Cancellation requested', state: 'done' },
  'transaction.reorged': { title: 'Its block left the chain', state: 'failed' },
  'transaction.expired': { title: 'Expired', state: 'failed' },
  'transaction.cancelled': { title: 'Cancelled', state: 'done' },
  'transaction.failed': { title: 'Failed', state: 'failed' },
}

/** Steps that only events record. */
function recordedSteps({ includedAt }: TransactionDetail, events: readonly TimelineEvent[]): Draft[] {
  const inclusions = events.filter(({ type }) => type === 'transaction.included')
  const undone = includedAt === null ? inclusions : inclusions.slice(0, -1)
  return events.flatMap((event, index): Draft[] => {
    const data = (event.data ?? {}) as Record<string, unknown>
    const key = `${event.type}-${index}`
    if (undone.includes(event)) {
      const title = `Included in block ${Number(data['blockNumber']).toLocaleString('en')}`
      return [{ key, title, at: event.at, state: 'done', detail: 'That block left the chain later' }]
    }
    const note = notes[event.type]
    const reason = data['reason']
    return note ? [{ key, ...note, at: event.at, detail: typeof reason === 'string' ? reason : null }] : []
  })
}

/** The steps that can still happen, in order. */
function waitingSteps({ status, attemptList, includedAt, safeAt, intent, kind }: TransactionDetail): Draft[] {
  if (['final', 'reverted', 'cancelled', 'expired', 'failed'].includes(status)) return []
  const waiting = (key: string, title: string): Draft => ({ key, title, at: null, state: 'waiting' })
  const before = intent?.transactions.find(({ position }) => position === intent.position - 1)
  const waits = before && ['queued', 'held', 'signed', 'submitted'].includes(before.status)
  return [
    waits && attemptList.length === 0 && waiting('turn', 'The transaction before it is included'),
    attemptList.length === 0 && kind !== 'raw' && waiting('signed', 'Simulated, priced, signed and sent'),
    includedAt === null && waiting('included', 'Included'),
    safeAt === null && waiting('safe', 'Safe'),
    waiting('final', 'Final'),
  ].filter((step) => step !== false && step !== undefined)
}
