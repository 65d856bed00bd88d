import { Chain } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { Caip, Worth } from '@/lib/money'
import * as CoinPrice from './CoinPrice'

/** Gas that was paid on a network at a time, in the smallest unit of its coin. */
export type PaidGas = { network: string; base: bigint; at: Date }

/** Seconds from a payment of gas to the price that it is valued by, before or after it. */
const nearSeconds = 6 * 3_600

/**
 * What gas was worth when it was paid, in micro-dollars and in the order of the input, each rounded up: by the nearest price of the
 * network's coin within six hours. Null where no price of that time is known: nothing is guessed. Reads only.
 */
export async function valueGas(paid: readonly PaidGas[]): Promise<(bigint | null)[]> {
  const coins = paid.map(({ network }) => coinOf(network))
  const rows = await db.query<{ place: number; micros: bigint | null }>(sql`
    SELECT g.place::int AS place, (
      SELECT p.micros FROM (
        (SELECT micros, at FROM coin_price WHERE coin = g.coin AND at <= g.at ORDER BY at DESC LIMIT 1)
        UNION ALL (SELECT micros, at FROM coin_price WHERE coin = g.coin AND at > g.at ORDER BY at LIMIT 1)) p
      WHERE abs(extract(epoch FROM p.at - g.at)) <= ${nearSeconds}
      ORDER BY abs(extract(epoch FROM p.at - g.at)) LIMIT 1) AS micros
    FROM unnest(${coins.map((coin) => coin?.symbol ?? '')}::text[], ${paid.map(({ at }) => at)}::timestamptz[])
      WITH ORDINALITY AS g(coin, at, place)`)
  const priceAt = new Map(rows.map(({ place, micros }) => [place - 1, micros]))
  return paid.map(({ base }, index) => {
    const coin = coins[index]
    if (!coin) return null
    const micros = coin.symbol === CoinPrice.dollarCoin ? CoinPrice.priceOfDollar('').micros : priceAt.get(index)
    return micros === null || micros === undefined ? null : Worth.micros(base, coin.decimals, micros)
  })
}

/** The coin that pays gas on a network; undefined for a network that this server does not know. */
function coinOf(network: string): { symbol: string; decimals: number } | undefined {
  try {
    const { gasSymbol, gasDecimals } = Chain.get(Caip.parse(network))
    return { symbol: gasSymbol, decimals: gasDecimals }
  } catch {
    return undefined
  }
}
