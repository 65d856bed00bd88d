/** What went wrong decides how soon it may go better: each ladder's first step and its last, in milliseconds. */
const ladders = {
  /** No answer: another endpoint, or the same one in a moment. */
  transport: { baseMs: 250, capMs: 30_000 },
  /** An endpoint asks for fewer calls. */
  'rate-limit': { baseMs: 1_000, capMs: 30_000 },
  /** A pool does not take the bytes: blocks make room. */
  refusal: { baseMs: 500, capMs: 15_000 },
  /** A person must bring something. */
  funds: { baseMs: 3_000, capMs: 30_000 },
} as const

export type BackoffLadder = keyof typeof ladders

/**
 * Full jitter: any delay up to base × 2^tries, at most the cap. Drivers that failed together do not come back together.
 * `tries` counts from 0. Pure but for `random`.
 */
export function delayMs(
  tries: number,
  ladder: BackoffLadder = 'transport',
  random: () => number = Math.random,
): number {
  const { baseMs, capMs } = ladders[ladder]
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(tries, 20)))
}
