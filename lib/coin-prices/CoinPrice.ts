/** What a coin that pays gas is worth. Pure. */

export type CoinPrice = {
  /** Symbol: ETH, POL, SOL. */
  coin: string
  /** Micro-dollars for one whole coin. */
  micros: bigint
  /** Host that said it, or "fixed". */
  source: string
  /** ISO 8601. */
  at: string
}

/** A price as pages get it: plain data. */
export type CoinPriceView = Omit<CoinPrice, 'micros'> & { micros: string }

/** A coin that is a dollar: chains whose gas is paid in stablecoins. */
export const dollarCoin = 'USD'
const dollarMicros = 1_000_000n

/** The price of dollars themselves, which no source has to say. */
export function priceOfDollar(at: string): CoinPrice {
  return { coin: dollarCoin, micros: dollarMicros, source: 'fixed', at }
}

/**
 * Micro-dollars for one coin from a source's number, such as 3200.5 or "3200.50"; undefined if it is none above zero. Reads the
 * decimal text, so that no binary fraction gets in.
 */
export function readMicros(value: unknown): bigint | undefined {
  const text = typeof value === 'number' ? plain(value) : typeof value === 'string' ? value.trim() : ''
  const match = /^([0-9]{1,15})(?:\.([0-9]+))?$/.exec(text)
  if (!match) return undefined
  const [, whole = '0', fraction = ''] = match
  const micros = BigInt(whole + fraction.slice(0, 6).padEnd(6, '0'))
  return micros > 0n ? micros : undefined
}

/** Without an exponent. */
function plain(value: number): string {
  return Number.isFinite(value) ? value.toFixed(12) : ''
}
