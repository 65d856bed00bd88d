/** When a failed delivery is tried again. */

const leastMs = 1_000
const firstMs = 5_000
const mostMs = 12 * 60 * 60_000

/** After this many tries it is given up: after three and a half days at most, half of that on average. */
export const triesMax = 16

/** An endpoint that failed for this long without a success is switched off. */
export const failingDaysMax = 3

/**
 * Milliseconds until the next try after `tries` failures; undefined if there is none. Exponential with full jitter, so that
 * deliveries that failed together do not return together.
 * @param random from 0 to 1.
 */
export function delayMs(tries: number, random: number): number | undefined {
  if (tries >= triesMax) return undefined
  return Math.max(leastMs, Math.round(Math.min(mostMs, firstMs * 3 ** (tries - 1)) * random))
}
