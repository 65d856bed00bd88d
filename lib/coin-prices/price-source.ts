import { env } from '../env'
import * as CoinPrice from './CoinPrice'
import { askPrices } from './ask-prices'

/** Where prices of coins come from. */
export type PriceSource = {
  /** Seconds between two reads. */
  everySeconds: number
  /** Seconds after which a price is too old to be used: nothing is shown in dollars then. */
  validSeconds: number
  /** Prices now, of the coins that it knows. @throws Error with a sentence if it cannot say. */
  read(): Promise<CoinPrice.CoinPrice[]>
}

/** A price of the settings holds until it is edited: it is written again each hour. */
const fixedSeconds = 3_600
/** A price may be missed twice before it is too old. */
const missedMost = 3

/** The source of the settings (COIN_PRICES); undefined if there is none. */
export function priceSource(): PriceSource | undefined {
  const setting = env.COIN_PRICES
  if (setting === undefined) return undefined
  if (setting.kind === 'fixed') {
    const at = () => new Date().toISOString()
    const prices = Object.entries(setting.prices)
    return {
      everySeconds: fixedSeconds,
      validSeconds: fixedSeconds * missedMost,
      read: () =>
        Promise.resolve(
          prices.flatMap(([coin, text]) => {
            const micros = CoinPrice.readMicros(text)
            return micros === undefined ? [] : [{ coin, micros, source: 'fixed', at: at() }]
          }),
        ),
    }
  }
  const { everySeconds } = setting
  return { everySeconds, validSeconds: everySeconds * missedMost, read: () => askPrices(setting) }
}
