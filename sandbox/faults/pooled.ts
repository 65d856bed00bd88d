import type { Hex } from 'viem'
import type { Raw } from './raw'

export type Pooled = Raw & { isPrivate: boolean }

/** Transactions that wait for a block, one for each sender and nonce, private ones apart. */
export type PooledSet = {
  get(hash: Hex): Pooled | undefined
  at(from: string, nonce: bigint, isPrivate: boolean): Pooled | undefined
  /** Takes the place of another of its nonce. */
  put(pooled: Pooled): void
  remove(pooled: Pooled): void
  /** Of one sender, by nonce. */
  of(from: string, isPrivate: boolean): Pooled[]
  /** By nonce. */
  all(): Pooled[]
}

export function pooledSet(): PooledSet {
  const byHash = new Map<Hex, Pooled>()
  const lanes = new Map<string, Map<bigint, Pooled>>()
  const laneOf = (from: string, isPrivate: boolean) => {
    const key = `${isPrivate ? 'private' : 'public'}|${from}`
    const lane = lanes.get(key) ?? new Map<bigint, Pooled>()
    lanes.set(key, lane)
    return lane
  }
  return {
    get: (hash) => byHash.get(hash),
    at: (from, nonce, isPrivate) => laneOf(from, isPrivate).get(nonce),
    put(pooled) {
      const lane = laneOf(pooled.from, pooled.isPrivate)
      const before = lane.get(pooled.nonce)
      if (before) byHash.delete(before.hash)
      byHash.set(pooled.hash, pooled)
      lane.set(pooled.nonce, pooled)
    },
    remove(pooled) {
      byHash.delete(pooled.hash)
      laneOf(pooled.from, pooled.isPrivate).delete(pooled.nonce)
    },
    of: (from, isPrivate) => [...laneOf(from, isPrivate).values()].sort(byNonce),
    all: () => [...byHash.values()].sort(byNonce),
  }
}

function byNonce(one: Pooled, other: Pooled): number {
  return one.nonce < other.nonce ? -1 : 1
}
