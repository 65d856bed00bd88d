import type { RpcHealth } from './RpcHealth'

/** Which claims of an endpoint the others contradict. Pure. */

const frozenMs = 10_000
const frozenBlockTimes = 5
const frozenBlocks = 3n

/** The most frequent value, if at least two gave it and no other value is as frequent; else undefined. */
export function majority<Value>(answers: readonly (Value | undefined)[]): Value | undefined {
  const counts = new Map<Value, number>()
  for (const answer of answers) if (answer !== undefined) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  const [best, second] = [...counts].sort(([, one], [, other]) => other - one)
  return best && best[1] >= 2 && best[1] > (second?.[1] ?? 0) ? best[0] : undefined
}

/** True if its head stands still while the best one moves. `bestHead` was read at the same time as its own. */
export function isFrozen(health: RpcHealth, bestHead: bigint, blockTimeMs: number, nowMs: number): boolean {
  return (
    health.head !== undefined &&
    bestHead - health.head >= frozenBlocks &&
    nowMs - health.headSinceMs >= Math.max(frozenMs, frozenBlockTimes * blockTimeMs)
  )
}

/** One endpoint's transaction count of an account. */
export type NonceClaim = {
  /** At a block that every endpoint had before `latest` was asked for. */
  atCommon: bigint | undefined
  latest: bigint | undefined
  /** At this endpoint's later head, by the other endpoints. */
  atOwnHead: bigint | undefined
}

/** Why this claim cannot be true; undefined if it can. `agreed` is the count at the common block by two endpoints. */
export function doubtNonce(claim: NonceClaim, agreed: bigint | undefined): string | undefined {
  const { atCommon, latest, atOwnHead } = claim
  if (agreed !== undefined && atCommon !== undefined && atCommon !== agreed)
    return `It counts ${atCommon} transactions of an account where two others count ${agreed}.`
  if (agreed !== undefined && latest !== undefined && latest < agreed)
    return `Its transaction count went back to ${latest} after ${agreed}.`
  if (atOwnHead !== undefined && latest !== undefined && latest > atOwnHead)
    return `Its transaction count of ${latest} is ahead of the chain's ${atOwnHead}.`
  return undefined
}
