import type { RpcHealth } from './RpcHealth'

/** What one endpoint may claim without being caught by the others. Pure. */

const frozenMs = 10_000
const frozenBlockTimes = 5
const frozenBlocks = 3n

/** The value that most gave, when at least two did and no other value has as many; else undefined. */
export function majority<Value>(answers: readonly (Value | undefined)[]): Value | undefined {
  const counts = new Map<Value, number>()
  for (const answer of answers) if (answer !== undefined) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  const [best, second] = [...counts].sort(([, one], [, other]) => other - one)
  return best && best[1] >= 2 && best[1] > (second?.[1] ?? 0) ? best[0] : undefined
}

/** Whether its head stands still while the best one moves on. `bestHead` was read at the same time as its own. */
export function isFrozen(health: RpcHealth, bestHead: bigint, blockTimeMs: number, nowMs: number): boolean {
  return (
    health.head !== undefined &&
    bestHead - health.head >= frozenBlocks &&
    nowMs - health.headSinceMs >= Math.max(frozenMs, frozenBlockTimes * blockTimeMs)
  )
}

/** One account's transaction count as an endpoint tells it. */
export type NonceClaim = {
  /** At a block that every endpoint had before `latest` was asked for. */
  atCommon: bigint | undefined
  latest: bigint | undefined
  /** At the head that this endpoint had afterwards, in the words of the others. */
  atOwnHead: bigint | undefined
}

/** Why this claim cannot be true, or undefined. `agreed` is what two endpoints say of the common block. */
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
