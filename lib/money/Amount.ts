/**
 * Money is `bigint` base units in code, `Decimal(78,0)` in PostgreSQL and a decimal string on the
 * wire. Prices are micro-dollars: $1 = 1_000_000n.
 */

const microDecimals = 6
const baseUnits = /^(0|[1-9][0-9]{0,77})$/
const dollars = /^\$?(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,6}))?$/

/**
 * Base units from the wire. Only plain decimal digits: no sign, blank, exponent, hex or leading zero. @throws TypeError
 * otherwise; `BigInt` alone would read "", " 1 " and "0x10" as money.
 */
export function parseBase(text: string): bigint {
  if (!baseUnits.test(text)) throw new TypeError(`"${text}" is not an amount in base units`)
  return BigInt(text)
}

/**
 * Micro-dollars from typed text: "0.01", "$1", "0.000001". @throws TypeError unless it is a dollar amount with at most six
 * decimals.
 */
export function parseDollars(text: string): bigint {
  const match = dollars.exec(text.trim())
  if (!match) throw new TypeError('Write the price in dollars with at most six decimals, for example 0.01')
  return BigInt(match[1] ?? '0') * 1_000_000n + BigInt((match[2] ?? '').padEnd(microDecimals, '0') || '0')
}

/** Micro-dollars in base units of a dollar token. @throws RangeError if the token has too few decimals for the exact price. */
export function microsToBase(micros: bigint, decimals: number): bigint {
  if (decimals >= microDecimals) return micros * 10n ** BigInt(decimals - microDecimals)
  const divisor = 10n ** BigInt(microDecimals - decimals)
  if (micros % divisor !== 0n) throw new RangeError(`A token with ${decimals} decimals cannot hold this price exactly`)
  return micros / divisor
}

/** As `microsToBase`, rounded up where the token has too few decimals: a card is charged whole cents. */
export function microsToBaseUp(micros: bigint, decimals: number): bigint {
  if (decimals >= microDecimals) return microsToBase(micros, decimals)
  const divisor = 10n ** BigInt(microDecimals - decimals)
  return (micros + divisor - 1n) / divisor
}

/** Base units of a dollar token in micro-dollars, for sums over tokens; rounded down. */
export function baseToMicros(amountBase: bigint, decimals: number): bigint {
  if (decimals <= microDecimals) return amountBase * 10n ** BigInt(microDecimals - decimals)
  return amountBase / 10n ** BigInt(decimals - microDecimals)
}

/** Base units as a plain decimal string, trailing zeros cut: (10000n, 6) -> "0.01". */
export function toDecimal(amountBase: bigint, decimals: number): string {
  const negative = amountBase < 0n
  const digits = (negative ? -amountBase : amountBase).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`
}

/** Dollars for people, never rounded, at least two decimals: 10000n -> "$0.01", 25n -> "$0.000025". */
export function formatDollars(amountBase: bigint, decimals = microDecimals): string {
  const text = toDecimal(amountBase, decimals)
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${text.startsWith('-') ? '-' : ''}$${grouped}.${fraction.padEnd(2, '0')}`
}
