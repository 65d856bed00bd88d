/** What an amount of a coin is worth in dollars, for gas, whose price is often far below a micro-dollar. Pure. */

/** Digits of a pico-dollar: 10^-12 dollars. */
const picoDigits = 12
const microDigits = 6
/** Digits that are shown of an amount below a cent. */
const shownDigits = 2

/**
 * Pico-dollars (10^-12 dollars) that an amount of a coin's smallest unit is worth, rounded down.
 * @param decimals of the coin: 18 for wei, 9 for lamports.
 * @param priceMicros micro-dollars for one whole coin.
 */
export function picos(base: bigint, decimals: number, priceMicros: bigint): bigint {
  return (base * priceMicros * 10n ** BigInt(picoDigits - microDigits)) / 10n ** BigInt(decimals)
}

/** The same in micro-dollars, rounded up: a cost is never counted as nothing. */
export function micros(base: bigint, decimals: number, priceMicros: bigint): bigint {
  const scale = 10n ** BigInt(decimals)
  return (base * priceMicros + scale - 1n) / scale
}

/** Dollars for people: cents from one cent on, below that two digits: "$1,234.50", "$0.12", "$0.0002", "$0.00000021". */
export function format(amountPicos: bigint): string {
  if (amountPicos < 0n) return `-${format(-amountPicos)}`
  if (amountPicos === 0n) return '$0.00'
  const leading = picoDigits - amountPicos.toString().length
  const kept = Math.min(picoDigits, Math.max(2, leading < 2 ? 2 : leading + shownDigits))
  const unit = 10n ** BigInt(picoDigits - kept)
  const rounded = (amountPicos + unit / 2n) / unit
  const digits = rounded.toString().padStart(kept + 1, '0')
  const whole = digits.slice(0, -kept).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = digits.slice(-kept)
  return `$${whole}.${fraction.slice(0, 2)}${fraction.slice(2).replace(/0+$/, '')}`
}
