/**
 * When to look for an inclusion: a node is asked when its next block is expected to be there, not all the time. Times are of one
 * monotonic clock, in milliseconds. Pure.
 */

/** What was seen of a network's blocks. */
export type BlockPace = {
  /** How long inclusions take at most: the longest of late, older ones counting less and less. */
  afterMs: number
  /** When one was seen last. */
  atMs: number
}

const fadeBy = 0.7
/** Blocks come when there is something to include, if an inclusion takes less than this part of a block. */
const atOncePart = 8
/** So much later than it is expected, a block is there. */
const slackMs = 15
const firstMs = 50

export function seen(known: BlockPace | undefined, sentAtMs: number, atMs: number): BlockPace {
  return { afterMs: Math.max(atMs - sentAtMs, (known?.afterMs ?? 0) * fadeBy), atMs }
}

/** How long to wait before the next look. `looks` is how many there were. */
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
  // The first look is for the block that comes next; should it come later than expected, it is looked for more and more seldom.
  if (looks > 0) return Math.min(most, (blockTimeMs / 16) * 2 ** (looks - 1))
  const since = (nowMs - known.atMs) % blockTimeMs
  return blockTimeMs - since + slackMs
}
