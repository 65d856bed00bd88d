import { Price, type PricePlan } from '@/lib/pricing'

/** What a draft price would have charged for calls that were paid. Amounts are micro-dollars. */
export type PriceReplay = {
  fromMs: number
  /** Earlier than requested if there is too much to read. */
  toMs: number
  /** Paid calls, and how many of them the draft can be computed for. */
  calls: number
  known: number
  /** Of the computable calls: what was charged, and what the draft would have charged. */
  thenMicros: bigint
  nowMicros: bigint
  dearer: number
  cheaper: number
  /** Of the cheaper ones: how many would be free. */
  free: number
  /** Calls whose price under the draft is unknown, and what they paid. */
  unknown: { calls: number; thenMicros: bigint; missing: readonly { what: string; calls: number }[] }
  /** Days of UTC with sales, oldest first. */
  days: readonly ReplayDay[]
  /** The payers with the largest changes, and how many payers change. */
  payers: readonly ReplayPayer[]
  changedPayers: number
  /** Calls in the window that a free quota served: nothing was paid, so they are not included. */
  freeCalls: number
}

export type ReplayDay = { day: string; calls: number; thenMicros: bigint; nowMicros: bigint }
export type ReplayPayer = { payer: string; calls: number; thenMicros: bigint; nowMicros: bigint }

/** A payment, or a voucher that bought several calls at one price. */
export type ReplayedCall = {
  atMs: number
  /** When its price was quoted. */
  quotedAtMs: number
  payer: string
  /** The wallet that had signed in; its free calls and discount apply, else the payer's. */
  wallet: string | null
  calls: number
  chargedMicros: bigint
  /** The units that the draft counts; undefined if unknown. */
  units: bigint | undefined
  /** The missing fact, in words, if the units are needed and unknown. */
  missing: string | undefined
}

const payersMax = 10
const dayMs = 86_400_000

type Sum = { calls: number; thenMicros: bigint; nowMicros: bigint }

/** Computes a draft on calls, which must be in order of time, and sums up. Pure. */
export function start(draft: PricePlan.PricePlan) {
  const total = { ...emptySum(), known: 0, dearer: 0, cheaper: 0, free: 0 }
  const unknown = { calls: 0, thenMicros: 0n }
  const missing = new Map<string, number>()
  const days = new Map<number, Sum>()
  const payers = new Map<string, Sum>()
  // Free calls by wallet, of the day in progress.
  let quotaDay = 0
  let quota = new Map<string, number>()

  function priceOf(sold: ReplayedCall): bigint {
    const { quotedAtMs, calls, units } = sold
    const wallet = sold.wallet ?? sold.payer
    const { micros } = Price.of(draft, { atMs: quotedAtMs, wallet, units })
    if (draft.freePerDay === 0) return micros * BigInt(calls)
    const day = Math.floor(sold.atMs / dayMs)
    if (day !== quotaDay) [quotaDay, quota] = [day, new Map()]
    const used = quota.get(wallet) ?? 0
    const freed = Math.min(calls, Math.max(0, draft.freePerDay - used))
    quota.set(wallet, used + freed)
    return micros * BigInt(calls - freed)
  }

  function add(sold: ReplayedCall): void {
    const { calls, chargedMicros } = sold
    total.calls += calls
    if (sold.missing !== undefined) {
      unknown.calls += calls
      unknown.thenMicros += chargedMicros
      missing.set(sold.missing, (missing.get(sold.missing) ?? 0) + calls)
      return
    }
    const nowMicros = priceOf(sold)
    total.known += calls
    total.thenMicros += chargedMicros
    total.nowMicros += nowMicros
    if (nowMicros > chargedMicros) total.dearer += calls
    if (nowMicros < chargedMicros) total.cheaper += calls
    if (nowMicros === 0n && chargedMicros > 0n) total.free += calls
    addTo(days, Math.floor(sold.atMs / dayMs), calls, chargedMicros, nowMicros)
    addTo(payers, sold.payer, calls, chargedMicros, nowMicros)
  }

  function finish(range: { fromMs: number; toMs: number; freeCalls: number }): PriceReplay {
    const changed = [...payers]
      .map(([payer, sum]) => ({ payer, ...sum }))
      .filter(({ thenMicros, nowMicros }) => thenMicros !== nowMicros)
      .toSorted((a, b) => compare(change(b), change(a)) || (a.payer < b.payer ? -1 : 1))
    return {
      ...range,
      ...total,
      unknown: { ...unknown, missing: [...missing].map(([what, calls]) => ({ what, calls })) },
      days: [...days]
        .toSorted(([a], [b]) => a - b)
        .map(([day, sum]) => ({ day: new Date(day * dayMs).toISOString().slice(0, 10), ...sum })),
      payers: changed.slice(0, payersMax),
      changedPayers: changed.length,
    }
  }

  return { add, finish }
}

function addTo<Key>(sums: Map<Key, Sum>, key: Key, calls: number, thenMicros: bigint, nowMicros: bigint): void {
  let sum = sums.get(key)
  if (!sum) sums.set(key, (sum = emptySum()))
  sum.calls += calls
  sum.thenMicros += thenMicros
  sum.nowMicros += nowMicros
}

function emptySum(): Sum {
  return { calls: 0, thenMicros: 0n, nowMicros: 0n }
}

function change({ thenMicros, nowMicros }: Sum): bigint {
  return nowMicros > thenMicros ? nowMicros - thenMicros : thenMicros - nowMicros
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
