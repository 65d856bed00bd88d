import { randomOf } from './random'

/** The fault of one call. */
export type Fault =
  /** The answer comes later. */
  | { kind: 'latency'; ms: number }
  /** No answer, ever; nothing is passed on. */
  | { kind: 'hang' }
  /** The connection ends; nothing is passed on. */
  | { kind: 'reset' }
  /** HTTP error with a page of text; nothing is passed on. */
  | { kind: 'status'; status: 500 | 502 | 503 | 504 }
  /** HTTP 429 with Retry-After. */
  | { kind: 'rate-limit'; retryAfterS: number }
  /** HTTP 200, and the body is cut off in the middle. */
  | { kind: 'malformed' }
  /** HTTP 200 with a JSON-RPC error: -32005 or 429 for a limit, -32603 for an inner failure. */
  | { kind: 'rpc-error'; code: number; message: string }
  /** Passed on; the connection ends instead of the reply. */
  | { kind: 'lost-reply' }
  /** Sends are confirmed by their hash and never passed on. */
  | { kind: 'black-hole' }
  /** Passed on twice; the second answer counts. */
  | { kind: 'duplicate' }
  /** Every answer is of the state so many blocks ago. */
  | { kind: 'stale'; blocks: number }
  /** The nonce is this much too high (negative: too low); `frozen`: always the first one. */
  | { kind: 'nonce'; by: number | 'frozen' }
  /** Receipts are missing for this long after each was first asked for; for ever without `ms`. */
  | { kind: 'no-receipt'; ms?: number }
  /** Another chain's id. */
  | { kind: 'wrong-chain'; chainId: number }
  /** Blocks have other hashes than they have. */
  | { kind: 'other-fork' }
  /**
   * What decides about money is made up: `receipt` shows what is in no block as included and transferred, `revert` what ran as
   * reverted, `no-logs` what moved as if nothing had, and `unused` a nonce that was used as free.
   */
  | { kind: 'forged'; what: Forged }

export type Forged = 'receipt' | 'revert' | 'no-logs' | 'unused'

export type Rule = {
  fault: Fault
  /** Which calls; all of them when absent. */
  methods?: readonly string[]
  /** Share of these calls that are hit; 1 when absent. */
  probability?: number
  /** Lets this many go by first. */
  after?: number
  /** Stops after this many hits. */
  times?: number
  /** Hits exactly these of its calls, counted from 1, whatever else is said: how a recorded run is repeated. */
  at?: readonly number[]
}

/** A rule in use, with its own random numbers: calls of other rules and providers change nothing for it. */
export type ArmedRule = {
  rule: Rule
  /** Which call this is to it, counted from 1, when it is hit; undefined when it is not. */
  hit(method: string): number | undefined
}

/** Takes a rule into use. `seed` must be its own. */
export function arm(rule: Rule, seed: string): ArmedRule {
  const random = randomOf(seed)
  let seen = 0
  let hits = 0
  const isHit = () => {
    if (rule.at) return rule.at.includes(seen)
    if (seen <= (rule.after ?? 0) || hits >= (rule.times ?? Infinity)) return false
    return random() < (rule.probability ?? 1)
  }
  return {
    rule,
    hit(method) {
      if (rule.methods && !rule.methods.includes(method)) return undefined
      seen++
      if (!isHit()) return undefined
      hits++
      return seen
    },
  }
}
