'use client'

import { createContext, useContext, type ReactNode } from 'react'
import type { CoinPrice } from '@/lib/coin-prices'

const Prices = createContext<readonly CoinPrice.CoinPriceView[]>([])

/** Makes the prices of coins known to every amount of gas below. */
export function CoinPrices({ prices, children }: { prices: readonly CoinPrice.CoinPriceView[]; children: ReactNode }) {
  return <Prices value={prices}>{children}</Prices>
}

/** The price of a coin now; undefined if no source has said it lately. */
export function useCoinPrice(coin: string): CoinPrice.CoinPriceView | undefined {
  return useContext(Prices).find((price) => price.coin === coin)
}
