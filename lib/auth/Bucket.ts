/**
 * A token bucket, stored as the one instant at which it is full again: it allows a burst, and then one more every `everyMs`.
 */

export type BucketLimits = { burst: number; everyMs: number }

/** The new instant after taking one, or how long to wait for one; no instant means a full bucket. Pure. */
export function take(
  fullAtMs: number | undefined,
  { burst, everyMs }: BucketLimits,
  nowMs: number,
): { fullAtMs: number } | { waitMs: number } {
  const then = Math.max(fullAtMs ?? nowMs, nowMs) + everyMs
  const waitMs = then - nowMs - burst * everyMs
  return waitMs > 0 ? { waitMs } : { fullAtMs: then }
}
