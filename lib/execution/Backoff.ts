/** How soon to retry after each kind of failure: the first and the longest delay, ms. */
const ladders = {
  /** No answer: try another endpoint, or the same one a moment later. */
  transport: { baseMs: 250, capMs: 30_000 },
  /** The endpoint asks for fewer calls. */
  'rate-limit': { baseMs: 1_000, capMs: 30_000 },
  /** A pool refused the bytes; new blocks make room. */
  refusal: { baseMs: 500, capMs: 15_000 },
  /** An operator has to fund the signer. */
  funds: { baseMs: 3_000, capMs: 30_000 },
} as const

export type BackoffLadder = keyof typeof ladders

/**
 * A delay in ms with full jitter: random, up to base × 2^tries and at most the cap, so that drivers that failed
 * together do not retry together. `tries` counts from 0. Pure except for `random`.
 */
export function delayMs(
  tries: number,
  ladder: BackoffLadder = 'transport',
  random: () => number = Math.random,
): number {
  const { baseMs, capMs } = ladders[ladder]
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(tries, 20)))
}
