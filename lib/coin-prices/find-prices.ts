import { db, sql } from '@/lib/db'
import * as CoinPrice from './CoinPrice'
import { priceSource } from './price-source'

/** How long a process reuses what it read, ms: every page asks. */
const reusedMs = 15_000

let known: { untilMs: number; prices: Promise<CoinPrice.CoinPriceView[]> } | undefined

/**
 * The prices of now, one for each coin. A price that is too old is left out: amounts are then shown without dollars, never with
 * guessed ones. Dollars themselves need no source. Reads only.
 */
export function findPrices(): Promise<CoinPrice.CoinPriceView[]> {
  if (known && known.untilMs > Date.now()) return known.prices
  const prices = read()
  known = { untilMs: Date.now() + reusedMs, prices }
  prices.catch(() => (known = undefined))
  return prices
}

async function read(): Promise<CoinPrice.CoinPriceView[]> {
  const source = priceSource()
  const rows = source
    ? await db.query<{ coin: string; micros: bigint; source: string; at: Date }>(sql`
        SELECT DISTINCT ON (coin) coin, micros, source, at FROM coin_price
        WHERE at > now() - make_interval(secs => ${source.validSeconds}) ORDER BY coin, at DESC`)
    : []
  const dollar = CoinPrice.priceOfDollar(new Date().toISOString())
  return [dollar, ...rows.map((row) => ({ ...row, at: row.at.toISOString() }))].map((price) => ({
    ...price,
    micros: price.micros.toString(),
  }))
}
