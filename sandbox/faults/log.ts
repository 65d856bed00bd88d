import type { Hex } from 'viem'
import type { Fault, Rule } from './rule'

/** Events of a transaction in the pool that the providers share. */
export type PoolChange =
  /** Taken. */
  | 'pooled'
  /** Taken in place of another of its nonce. */
  | 'replaced'
  /** Too cheap for the next block; stays. */
  | 'kept'
  /** Given to the chain again. */
  | 'offered-again'
  | 'mined'
  /** Another transaction used its nonce. */
  | 'displaced'
  /** Its block vanished; it is back in the pool. */
  | 'reinjected'
  /** Forgotten, for want of room or by order. */
  | 'evicted'

export type Entry =
  /** The `nth` call that a provider's rule looked at was hit. */
  | { what: 'fault'; provider: string; rule: number; nth: number; method: string; kind: Fault['kind'] }
  | { what: 'send'; provider: string; isPrivate: boolean; hash: Hex; answer: string }
  | { what: 'pool'; change: PoolChange; hash: Hex; from: string; nonce: bigint; isPrivate: boolean }

/** Everything that happened, in order. */
export type Log = (Entry & { atMs: number })[]

/** The rules of one provider such that they hit the same calls of a rule's own count as when `log` was written. */
export function replay(log: Log, provider: string, rules: readonly Rule[]): Rule[] {
  const hits = log.filter((entry) => entry.what === 'fault' && entry.provider === provider)
  return rules.map((rule, index) => ({
    ...rule,
    at: hits.flatMap((entry) => (entry.what === 'fault' && entry.rule === index ? [entry.nth] : [])),
  }))
}
