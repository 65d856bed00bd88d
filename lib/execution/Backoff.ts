const baseMs = 250
const capMs = 30_000

/**
 * Full jitter: any delay up to base × 2^tries, at most 30 s. Drivers that failed together do not come back together.
 * `tries` counts from 0. Pure but for `random`.
 */
export function delayMs(tries: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(tries, 20)))
}
