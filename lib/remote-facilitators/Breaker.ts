/**
 * The circuit breaker of a remote facilitator. Its two numbers are columns of the facilitator's row, shared by all
 * processes and the page.
 */

/** Failures in a row that open the circuit. */
export const failuresMax = 3
const pauseMs = 10_000
const pauseMaxMs = 10 * 60_000

/** The pause after this many failures in a row, ms: doubled with each; 0 while the circuit is closed. */
export function pauseAfter(failures: number): number {
  if (failures < failuresMax) return 0
  return Math.min(pauseMaxMs, pauseMs * 2 ** Math.min(failures - failuresMax, 16))
}

export type BreakerState = 'closed' | 'open' | 'half-open'

/**
 * `closed`: requests are sent. `open`: none is sent. `half-open`: the pause is over, and the next request is a trial.
 */
export function stateOf(failures: number, openForMs: number | null): BreakerState {
  if (failures < failuresMax) return 'closed'
  return openForMs !== null && openForMs > 0 ? 'open' : 'half-open'
}
