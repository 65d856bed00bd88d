import { Amount, type Caip2 } from '@/lib/money'
import { type BookSettings, type JournalScheme, numberOf } from './BookSettings'
import { type JournalEntry, reasons } from './Journal'

/**
 * Entries added up for a bookkeeping program, which counts in cents: one booking per day (or month), kind of event, pair of accounts and token.
 * A token counts as one dollar, as in the prices of resources.
 */
export type Booking = {
  /** "SL-202611-0001": the same in every export of the month. */
  voucher: string
  /** Last day that it adds up, "2026-11-30", UTC. */
  day: string
  debit: string
  credit: string
  cents: bigint
  text: string
}

/** A token and the name of its network; undefined if it is unknown. */
export type FindBookedToken = (
  network: Caip2,
  asset: string,
) => { decimals: number; symbol: string; networkName: string } | undefined

export type BookingOptions = {
  settings: BookSettings
  scheme: JournalScheme
  find: FindBookedToken
  /** What one booking adds up. */
  per: 'day' | 'month'
}

type Pile = { base: bigint; entries: number }
type Pair = { reason: string; debit: string; credit: string; network: string; asset: string; corrects: string | null }

/**
 * Takes the entries of a month in order and gives the bookings of each day that is complete. Fractions of a cent are carried: the
 * bookings of a pair of accounts add up to its exact sum, rounded down once.
 */
export class BookingPiles {
  readonly #piles = new Map<string, Pile & { pair: Pair }>()
  readonly #booked = new Map<string, { base: bigint; cents: bigint }>()
  #day: string | undefined
  #count = 0

  readonly #options: BookingOptions

  constructor(options: BookingOptions) {
    this.#options = options
  }

  /** @returns the bookings of the days before this entry's. */
  add(entry: JournalEntry): Booking[] {
    const day = entry.at.toISOString().slice(0, 10)
    const { settings, scheme, per } = this.#options
    const isSame = this.#day === undefined || per === 'month' || this.#day === day
    const before = isSame ? [] : this.flush()
    this.#day = day
    const { reason, network, asset, corrects } = entry
    const [debit, credit] = [entry.debit, entry.credit].map((account) => numberOf(settings, scheme, account)) as [
      string,
      string,
    ]
    const pair = { reason, debit, credit, network, asset, corrects }
    const key = JSON.stringify(pair)
    const pile = this.#piles.get(key) ?? { base: 0n, entries: 0, pair }
    pile.base += entry.amountBase
    pile.entries += 1
    this.#piles.set(key, pile)
    return before
  }

  /** The bookings of the last day; call it after the last entry. */
  flush(): Booking[] {
    const bookings = [...this.#piles]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flatMap(([key, pile]) => this.#toBooking(key, pile))
    this.#piles.clear()
    return bookings
  }

  #toBooking(key: string, { base, entries, pair }: Pile & { pair: Pair }): Booking[] {
    const token = this.#options.find(pair.network as Caip2, pair.asset)
    if (!token || this.#day === undefined) return []
    const booked = this.#booked.get(key) ?? { base: 0n, cents: 0n }
    const total = booked.base + base
    const cents = Amount.baseToMicros(total, token.decimals) / 10_000n
    this.#booked.set(key, { base: total, cents })
    // Both sides on one account change nothing there.
    if (cents === booked.cents || pair.debit === pair.credit) return []
    this.#count += 1
    const correction = pair.corrects ? `Correction of ${pair.corrects}: ` : ''
    return [
      {
        voucher: `SL-${this.#day.slice(0, 7).replace('-', '')}-${String(this.#count).padStart(4, '0')}`,
        day: this.#day,
        debit: pair.debit,
        credit: pair.credit,
        cents: cents - booked.cents,
        text: `${correction}${reasons[pair.reason] ?? pair.reason}, ${entries} x ${token.symbol} on ${token.networkName}`,
      },
    ]
  }
}

/** "12.34" */
export function decimal(cents: bigint): string {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`
}
