/** When a facilitator that fails is left alone. Its two numbers stand in its row, so that every process and the page see them. */

/** As many failures in a row open the circuit. */
export const failuresMax = 3
const pauseMs = 10_000
const pauseMaxMs = 10 * 60_000

/** How long nothing is sent after this many failures in a row, ms: doubled with each; 0 while the circuit is closed. */
export function pauseAfter(failures: number): number {
  if (failures < failuresMax) return 0
  return Math.min(pauseMaxMs, pauseMs * 2 ** Math.min(failures - failuresMax, 16))
}

export type BreakerState = 'closed' | 'open' | 'half-open'

/** `closed`: asked as usual. `open`: not asked. `half-open`: the pause is over and the next call is a trial. */
export function stateOf(failures: number, openForMs: number | null): BreakerState {
  if (failures < failuresMax) return 'closed'
  return openForMs !== null && openForMs > 0 ? 'open' : 'half-open'
}
