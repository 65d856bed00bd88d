import { z } from 'zod'
import { Amount } from '@/lib/money'
import * as Clock from './Clock'

/**
 * How a call is priced if one fixed price is not enough. It is plain data, and everything computed from it is pure (`Price`). A
 * price is, in this order: the base, plus the units by their tiers, times the window's percent, less the agent's discount,
 * rounded up once to a micro-dollar, then limited to the minimum and maximum of a charge.
 */
export type PricePlan = {
  /** What a call costs before its units, micro-dollars. */
  baseMicros: bigint
  unit: PricedUnit | null
  /** Limits of the final charge, micro-dollars; a call that a window or a discount makes free stays free. */
  minMicros: bigint | null
  /** Required if something is counted: it is the most that an agent signs for. */
  maxMicros: bigint | null
  /** Free calls of a signed-in wallet per day (UTC). */
  freePerDay: number
  /** The first matching one counts. */
  windows: readonly PriceWindow[]
  discounts: readonly AgentDiscount[]
}

/** What is counted, and what it costs. */
export type PricedUnit = {
  count: UnitCount
  /** In a word, for agents: "token". */
  name: string
  /** A tier's price buys this many. */
  per: bigint
  /** Graduated: each unit costs the price of its own tier. Ordered by `upTo`, which is null only in the last. */
  tiers: readonly PriceTier[]
}

export type PriceTier = {
  /** The last unit of a call with this price; null: every further one. */
  upTo: bigint | null
  /** Micro-dollars for `per` units. */
  micros: bigint
}

/** The source of a number of units. Numbers are whole: a fraction of a unit is not counted. */
export type UnitCount =
  | { of: 'request-bytes' | 'response-bytes' | 'events' | 'event-units' }
  /** A number in a JSON body, by its JSON pointer (RFC 6901). */
  | { of: 'request-number' | 'response-number'; at: string }
  /** A parameter of the query, or a header of the answer, by its name. */
  | { of: 'query' | 'response-header'; at: string }

/** Another price at certain times, in percent of the usual one. */
export type PriceWindow = {
  /** Days on which it begins, 1 is Monday. */
  days: readonly number[]
  /**
   * Minutes of the day, on the clock of its zone. `to` is exclusive; if it is before `from` it is on the next day, and equal
   * means 24 hours.
   */
  from: number
  to: number
  /** IANA name, "Europe/Berlin". */
  timeZone: string
  percent: number
}

/** A discount for one agent, which identifies itself by signing in. */
export type AgentDiscount = {
  /** Canonical address: lower-case for EVM. */
  wallet: string
  /** Taken off, 1 to 100. */
  percent: number
}

export const counts = {
  'request-bytes': 'bytes of the request’s body',
  'request-number': 'a number in the request’s JSON body',
  query: 'a parameter of the query',
  'response-bytes': 'bytes of the answer',
  'response-number': 'a number in the answer’s JSON body',
  'response-header': 'a header of the answer',
  events: 'server-sent events of the answer',
  'event-units': 'units in the answer’s server-sent events',
} as const satisfies Record<UnitCount['of'], string>

const Micros = z.string().transform(Amount.parseBase)
const Whole = z.string().regex(/^[1-9][0-9]{0,14}$/)

const Stored = z.object({
  baseMicros: Micros,
  unit: z
    .object({
      count: z.union([
        z.object({ of: z.enum(['request-bytes', 'response-bytes', 'events', 'event-units']) }),
        z.object({ of: z.enum(['request-number', 'response-number']), at: z.string() }),
        z.object({ of: z.enum(['query', 'response-header']), at: z.string() }),
      ]),
      name: z.string(),
      per: Whole.transform(BigInt),
      tiers: z.array(z.object({ upTo: Whole.transform(BigInt).nullable(), micros: Micros })).min(1),
    })
    .nullable(),
  minMicros: Micros.nullable(),
  maxMicros: Micros.nullable(),
  freePerDay: z.int().min(0),
  windows: z.array(
    z.object({
      days: z.array(z.int().min(1).max(7)),
      from: z.int().min(0).max(1439),
      to: z.int().min(0).max(1439),
      timeZone: z.string(),
      percent: z.int().min(0),
    }),
  ),
  discounts: z.array(z.object({ wallet: z.string(), percent: z.int().min(1).max(100) })),
})

/** A price plan as the database stores it; null is a fixed price. Amounts there are decimal strings. */
export function parse(stored: unknown): PricePlan | null {
  return stored === null || stored === undefined ? null : Stored.parse(stored)
}

/** A fixed price as a plan, for code that handles both. */
export function fixed(baseMicros: bigint): PricePlan {
  return { baseMicros, unit: null, minMicros: null, maxMicros: null, freePerDay: 0, windows: [], discounts: [] }
}

/** Whether the plan has only a base: then it is stored as the price alone. */
export function isFixed({ unit, minMicros, maxMicros, freePerDay, windows, discounts }: PricePlan): boolean {
  return !unit && minMicros === null && maxMicros === null && freePerDay + windows.length + discounts.length === 0
}

/** Whether the cost of a call is known only with its answer. */
export function isMetered({ unit }: Pick<PricePlan, 'unit'>): boolean {
  return unit !== null && !isInRequest(unit.count)
}

/** Whether the request itself states the number of units. */
export function isInRequest({ of }: UnitCount): boolean {
  return of === 'request-bytes' || of === 'request-number' || of === 'query'
}

/** Whether the price depends on the content of the request, so that its quote buys only that request. */
export function isBound({ unit }: Pick<PricePlan, 'unit'>): boolean {
  return unit !== null && isInRequest(unit.count)
}

/** A key for what is counted and where: two counts with one key count the same. */
export function keyOf(count: UnitCount): string {
  return 'at' in count ? `${count.of} ${count.at}` : count.of
}

/** What is not a plain whole number up to this is no count. */
const unitsMax = 1_000_000_000_000_000

/** A number of units: rounded down, because a fraction of a unit is not counted. A string of digits is a number too. */
export function toUnits(value: unknown): bigint | undefined {
  if (typeof value === 'string') return /^[0-9]{1,15}$/.test(value) ? BigInt(value) : undefined
  if (typeof value !== 'number' || !(value >= 0 && value <= unitsMax)) return undefined
  return BigInt(Math.floor(value))
}

/** The number in a query parameter; undefined if it is there twice, because the upstream could read the other one. */
export function unitsInQuery(query: string, name: string): bigint | undefined {
  const values = new URLSearchParams(query).getAll(name)
  return values.length === 1 ? toUnits(values[0]) : undefined
}

/** The list price: of one call of unknown size, at the usual hours, without a discount. */
export function listMicros({ baseMicros, unit, minMicros, maxMicros }: PricePlan): bigint {
  if (unit) return maxMicros ?? baseMicros
  return minMicros !== null && minMicros > baseMicros ? minMicros : baseMicros
}

/** The plan in sentences, one a line, for its merchant. */
export function inWords(policy: PricePlan): string[] {
  return partsOf(policy).map(({ words }) => words)
}

/** The plan in sentences for agents, without the discounts of single agents. */
export function forAgents(policy: PricePlan): string[] {
  return inWords({ ...policy, discounts: [] })
}

/** The differences between two plans, part by part: removed, added, or both. */
export function compare(before: PricePlan, after: PricePlan): { from?: string; to?: string }[] {
  const [old, fresh] = [partsOf(before), partsOf(after)]
  const wordsOf = (parts: readonly Part[], key: string) => parts.find((part) => part.key === key)?.words
  const keys = new Set([...old, ...fresh].map(({ key }) => key))
  return [...keys].flatMap((key) => {
    const [from, to] = [wordsOf(old, key), wordsOf(fresh, key)]
    return from === to ? [] : [{ ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
  })
}

type Part = { key: string; words: string }

function partsOf(policy: PricePlan): Part[] {
  const { baseMicros, unit, minMicros, maxMicros, freePerDay, windows, discounts } = policy
  const part = (key: string, words: string): Part[] => [{ key, words }]
  return [
    ...(unit && baseMicros === 0n ? [] : part('base', `${dollars(baseMicros)} a call`)),
    ...(unit ? tiersInWords(unit).map((words, index) => ({ key: `tier ${index}`, words })) : []),
    ...(minMicros === null ? [] : part('least', `at least ${dollars(minMicros)} a call`)),
    ...(maxMicros === null ? [] : part('most', `at most ${dollars(maxMicros)} a call`)),
    ...(freePerDay === 0
      ? []
      : part('free', `${freePerDay.toLocaleString('en')} free a day (UTC) for a wallet that signs in`)),
    ...windows.map((window, index) => ({ key: `window ${index}`, words: windowInWords(window) })),
    ...discounts.map(({ wallet, percent }) => ({ key: wallet, words: `${percent} % less for ${wallet}` })),
  ]
}

/** Tier by tier: "$0.01 for 1,000 tokens", counted by what. */
function tiersInWords({ count, name, per, tiers }: PricedUnit): string[] {
  const where = 'at' in count ? `${counts[count.of]}, ${count.at}` : counts[count.of]
  let before = 0n
  return tiers.map(({ upTo, micros }, index) => {
    const range = tiers.length === 1 ? '' : upTo === null ? ` from ${plain(before + 1n)} on` : ` up to ${plain(upTo)}`
    before = upTo ?? before
    return `${dollars(micros)} for ${plain(per)} ${nameOf(name, per)}${range}${index === 0 ? ` (${where})` : ''}`
  })
}

export function windowInWords({ days, from, to, timeZone, percent }: PriceWindow): string {
  const when = from === 0 && to === 0 ? 'all day' : `${Clock.format(from)} to ${Clock.format(to)}`
  return `${percent} % of the price ${Clock.daysInWords(days)}, ${when} (${timeZone})`
}

export function nameOf(name: string, number: bigint): string {
  return number === 1n ? name : `${name}s`
}

function dollars(micros: bigint): string {
  return Amount.formatDollars(micros)
}

function plain(number: bigint): string {
  return number.toLocaleString('en')
}
