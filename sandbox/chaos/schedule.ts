import { between, oneOf, randomOf, type Random } from '../faults/random'
import type { Fault, Forged, Rule } from '../faults/rule'

/** The faults. Each ends by itself. */
export type Trouble =
  /** A public provider has a fault for a while. */
  | { kind: 'provider'; provider: number; rule: Rule; forMs: number }
  /** The next block's base fee is so many times higher; it falls by an eighth a block. */
  | { kind: 'spike'; factor: number }
  /** The pool forgets some of what it holds. */
  | { kind: 'drop'; count: number }
  /** The newest blocks vanish. */
  | { kind: 'reorg'; depth: number }
  /** The last provider makes up what decides about money. It is the only one that ever does. */
  | { kind: 'lie'; what: Forged; forMs: number }
  /** Answers of PostgreSQL to the workers are lost, with their connections. */
  | { kind: 'lost-replies'; probability: number; forMs: number }
  /** A worker is stopped past the time at which others take over its work. */
  | { kind: 'sleep'; worker: number; forMs: number }
  /** A worker is killed, at once or when it reaches a named point. */
  | { kind: 'kill'; worker: number; at: string }
  /** Another program signs with a signer's key. */
  | { kind: 'foreign'; signer: number }
  /** The signer that was given little gets more. */
  | { kind: 'top-up' }

export type Step = { atMs: number; trouble: Trouble }

/** A number that names it for `--drop`. */
export type Schedule = readonly (Step & { number: number })[]

export type Bounds = { seed: number; forMs: number; providers: number; workers: number; signers: number; kills: number }

/** Where work can die, in the order of a transaction's life and then of a refund's; `now` is wherever it happens to be. */
export const points = [
  'after-lease',
  'after-simulation',
  'after-slot',
  'after-sign',
  'after-attempt-commit',
  'while-sending',
  'after-broadcast',
  'before-answer',
  'after-track-claim',
  'after-inclusion',
  'before-inclusion',
  'before-final',
  'before-commit',
  'before-refund-sent',
  'after-refund-sent',
  'before-refund-booked',
  'now',
] as const

/** One trouble about every so often, beside the kills. */
const everyMs = 1_500

/** A random schedule, the same for the same bounds, in the order of time. Pure. */
export function draw(bounds: Bounds): Schedule {
  const random = randomOf(`schedule ${bounds.seed}`)
  const count = Math.floor(bounds.forMs / everyMs)
  const anyTime = () => Math.floor(random() * bounds.forMs)
  const troubles = Array.from({ length: count }, () => ({ atMs: anyTime(), trouble: drawTrouble(random, bounds) }))
  const kills = Array.from({ length: bounds.kills }, (_, index) => ({
    atMs: anyTime(),
    trouble: {
      kind: 'kill',
      worker: between(random, 0, bounds.workers - 1),
      at: points[index % points.length] ?? 'now',
    },
  })) satisfies Step[]
  const topUp: Step = { atMs: Math.floor(bounds.forMs * (0.4 + 0.3 * random())), trouble: { kind: 'top-up' } }
  const steps: Step[] = [...troubles, ...kills, topUp]
  return steps.sort((one, other) => one.atMs - other.atMs).map((step, number) => ({ ...step, number }))
}

/** The same schedule without some of its steps, to narrow a failure down. */
export function drop(schedule: Schedule, numbers: readonly number[]): Schedule {
  return schedule.filter(({ number }) => !numbers.includes(number))
}

function drawTrouble(random: Random, { providers, workers, signers, forMs }: Bounds): Trouble {
  const kinds = [
    ...['provider', 'provider', 'provider', 'provider', 'spike', 'drop', 'reorg', 'reorg'],
    ...['sleep', 'sleep', 'foreign', 'lie', 'lost-replies'],
  ] as Exclude<Trouble['kind'], 'kill' | 'top-up'>[]
  const kind = oneOf(random, kinds)
  switch (kind) {
    case 'provider':
      return {
        ...{ kind, provider: between(random, 0, providers - 1), forMs: between(random, 1_000, 8_000) },
        rule: { fault: drawFault(random), probability: oneOf(random, [0.1, 0.5, 1]) },
      }
    case 'spike':
      return { kind, factor: oneOf(random, [2, 5, 10]) }
    case 'drop':
      return { kind, count: between(random, 1, 5) }
    case 'reorg':
      return { kind, depth: oneOf(random, [1, 2, 3, 3, 6]) }
    case 'lie': {
      const what = oneOf<Forged>(random, ['receipt', 'revert', 'no-logs', 'unused'])
      return { kind, what, forMs: between(random, 2_000, 15_000) }
    }
    case 'lost-replies':
      return { kind, probability: oneOf(random, [0.005, 0.02]), forMs: between(random, 1_000, 8_000) }
    case 'sleep':
      // A minute, where the storm lasts longer than that.
      return {
        ...{ kind, worker: between(random, 0, workers - 1) },
        forMs: random() < 0.2 && forMs > 120_000 ? 60_000 : between(random, 6_000, 20_000),
      }
    case 'foreign':
      return { kind, signer: between(random, 0, signers - 1) }
  }
}

function drawFault(random: Random): Fault {
  return oneOf<Fault>(random, [
    { kind: 'latency', ms: between(random, 50, 1_500) },
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'status', status: oneOf(random, [500, 502, 503] as const) },
    { kind: 'rate-limit', retryAfterS: 1 },
    { kind: 'malformed' },
    { kind: 'rpc-error', code: -32005, message: 'limit exceeded' },
    { kind: 'lost-reply' },
    { kind: 'black-hole' },
    { kind: 'duplicate' },
    { kind: 'stale', blocks: between(random, 1, 6) },
    { kind: 'nonce', by: oneOf(random, [5, 1, -1, -3, 'frozen'] as const) },
    { kind: 'no-receipt', ms: between(random, 1_000, 10_000) },
    { kind: 'wrong-chain', chainId: 1 },
    { kind: 'other-fork' },
  ])
}

/** In words, for the run's log. */
export function describe({ atMs, number, trouble }: Schedule[number]): string {
  const { kind, ...details } = trouble
  return `${(atMs / 1000).toFixed(1).padStart(6)} s  #${number} ${kind} ${JSON.stringify(details)}`
}
