import type { StripeOutcome } from '@/lib/stripe'

const firstPauseMs = 200
const mostPauseMs = 4_000

/**
 * Repeats a call under its one key until the other party says what it did, or the deadline passes. Only for calls that carry an
 * idempotency key, or only read.
 */
export async function callUntilKnown<Value>(
  call: () => Promise<StripeOutcome<Value>>,
  deadlineAtMs: number,
): Promise<StripeOutcome<Value>> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(mostPauseMs, pauseMs * 2)) {
    const outcome = await within(call(), deadlineAtMs)
    if (outcome.kind !== 'unknown' || Date.now() + pauseMs >= deadlineAtMs) return outcome
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random() / 2)))
  }
}

/** The call continues after the deadline; its row is resolved later. */
async function within<Value>(
  calling: Promise<StripeOutcome<Value>>,
  deadlineAtMs: number,
): Promise<StripeOutcome<Value>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<StripeOutcome<Value>>((resolve) => {
    const settle = () => resolve({ kind: 'unknown', reason: 'There was no answer in time.' })
    timer = setTimeout(settle, Math.max(0, deadlineAtMs - Date.now()))
  })
  try {
    return await Promise.race([calling, late])
  } finally {
    clearTimeout(timer)
  }
}
