/**
 * A token bucket, kept as the one instant at which it would be full again: so many may be taken at once, and one more every
 * `everyMs`.
 */

export type BucketLimits = { burst: number; everyMs: number }

/** The instant after one more was taken, or how long to wait for one; a missing instant is a full bucket. Pure. */
export function take(
  fullAtMs: number | undefined,
  { burst, everyMs }: BucketLimits,
  nowMs: number,
): { fullAtMs: number } | { waitMs: number } {
  const then = Math.max(fullAtMs ?? nowMs, nowMs) + everyMs
  const waitMs = then - nowMs - burst * everyMs
  return waitMs > 0 ? { waitMs } : { fullAtMs: then }
}
