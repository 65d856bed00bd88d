/**
 * When to look for an inclusion: when the next block is expected, not all the time. Times are of one monotonic clock,
 * ms. Pure.
 */

/** Observations of a network's blocks. */
export type BlockPace = {
  /** The longest recent time to inclusion; older ones count less and less. */
  afterMs: number
  /** When the last one was seen. */
  atMs: number
}

const fadeBy = 0.7
/** The chain mines on demand if an inclusion takes less than this part of a block. */
const atOncePart = 8
/** How much later than expected a block may be there. */
const slackMs = 15
const firstMs = 50

export function seen(known: BlockPace | undefined, sentAtMs: number, atMs: number): BlockPace {
  return { afterMs: Math.max(atMs - sentAtMs, (known?.afterMs ?? 0) * fadeBy), atMs }
}

/** The delay before the next look, ms. `looks` counts the earlier ones. */
export function delayMs(
  known: BlockPace | undefined,
  { sentAtMs, nowMs, looks, blockTimeMs }: { sentAtMs: number; nowMs: number; looks: number; blockTimeMs: number },
): number {
  const most = blockTimeMs / 4
  if (!known) return looks === 0 ? 0 : Math.min(most, firstMs * 2 ** (looks - 1))
  if (known.afterMs < blockTimeMs / atOncePart) {
    const early = sentAtMs + known.afterMs / 2 - nowMs
    return looks === 0 ? Math.max(0, early) : Math.min(most, Math.max(1, known.afterMs / 4) * 1.5 ** (looks - 1))
  }
  // The first look is for the next block. If that is late, looks become rarer and rarer.
  if (looks > 0) return Math.min(most, (blockTimeMs / 16) * 2 ** (looks - 1))
  const since = (nowMs - known.atMs) % blockTimeMs
  return blockTimeMs - since + slackMs
}
