import { log } from '../log'
import { db, sql } from '@/lib/db'
import { priceSource } from './price-source'

/**
 * Stores what the price source says, at most once in its interval over all processes. A source that cannot be asked writes
 * nothing: prices grow old and are not shown any more. Safe to run at any time.
 * @returns the number of prices stored.
 */
export async function samplePrices(): Promise<number> {
  const source = priceSource()
  if (!source) return 0
  const [{ fresh } = { fresh: false }] = await db.query<{ fresh: boolean }>(sql`
    SELECT EXISTS (SELECT FROM coin_price WHERE at > now() - make_interval(secs => ${source.everySeconds})) AS fresh`)
  if (fresh) return 0
  try {
    const prices = await source.read()
    return await db.execute(sql`
      INSERT INTO coin_price (coin, at, micros, source)
      SELECT coin, now(), micros, source FROM unnest(
        ${prices.map(({ coin }) => coin)}::text[], ${prices.map(({ micros }) => micros)}::numeric[],
        ${prices.map((price) => price.source)}::text[]) AS p(coin, micros, source)
      ON CONFLICT DO NOTHING`)
  } catch (error) {
    log().warn({ err: error }, 'the prices of coins could not be read')
    return 0
  }
}
