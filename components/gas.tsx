'use client'

import { Amount as Money, Worth } from '@/lib/money'
import { useCoinPrice } from './coin-prices'
import { readableCoin } from './readable-coin'
import { cn } from './ui/cn'

type Props = {
  /** The smallest unit of the coin: wei, lamports. */
  wei: string
  symbol: string
  decimals?: number
  /** For balances and caps, which are counted in coins: the coin first, and its worth after it. */
  inCoins?: boolean
  className?: string
}

/**
 * An amount of gas in dollars, by the price of now; in the title all digits of the coin, and the price with its source. Without a
 * price that is young enough it is shown in the coin alone.
 */
export function Gas({ wei, symbol, decimals = 18, inCoins = false, className }: Props) {
  const price = useCoinPrice(symbol)
  const base = BigInt(wei)
  const exact = `${Money.toDecimal(base, decimals)} ${symbol}`
  const picos = price && Worth.picos(base, decimals, BigInt(price.micros))
  // A chain whose gas is a dollar coin needs no second figure, and what is worth nothing measurable is shown in its coin.
  const dollars = picos === undefined || (picos === 0n && base !== 0n) ? undefined : Worth.format(picos)
  const coin = readableCoin(base, symbol, decimals)
  const title = price && price.coin !== 'USD' ? `${exact}, at ${priceWords(price)}` : exact
  return (
    <span title={title} className={cn('whitespace-nowrap tabular-nums', className)}>
      {dollars === undefined || inCoins ? <Coin {...coin} /> : dollars}
      {inCoins && dollars !== undefined && symbol !== 'USD' && (
        <span className="ml-1 text-xs text-muted-foreground">{dollars}</span>
      )}
    </span>
  )
}

function Coin({ amount, unit }: { amount: string; unit: string }) {
  return (
    <>
      {amount}
      <span className="ml-1 text-xs text-muted-foreground">{unit}</span>
    </>
  )
}

function priceWords({
  micros,
  coin,
  source,
  at,
}: {
  micros: string
  coin: string
  source: string
  at: string
}): string {
  return `${Money.formatDollars(BigInt(micros))} for 1 ${coin} (${source}, ${at.slice(0, 16).replace('T', ' ')} UTC)`
}

/** A price per gas. */
export function Gwei({ wei, className }: { wei: string; className?: string }) {
  return (
    <span title={`${Money.toDecimal(BigInt(wei), 9)} gwei`} className={cn('whitespace-nowrap tabular-nums', className)}>
      <Coin {...readableCoin(BigInt(wei), 'gwei', 9)} />
    </span>
  )
}
