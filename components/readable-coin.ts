import { Amount as Money } from '@/lib/money'

const shownDigits = 6
/** Zeros behind the point that a person still counts: below them a smaller unit is used. */
const zerosMax = 3

type Readable = { amount: string; unit: string }

/**
 * An amount of a coin in a unit that a person can read, at most six digits: "0.000211 ETH", "69.0614 gwei" instead of
 * 0.0000000690614 ETH, "7 wei", "5,000 lamports". All digits stand in a title.
 */
export function readableCoin(base: bigint, symbol: string, decimals: number): Readable {
  const units = [{ unit: symbol, decimals }, ...smaller(symbol, decimals)]
  const fitting = units.find((one) => base === 0n || leadingZeros(base, one.decimals) <= zerosMax) ?? units.at(-1)
  const chosen = fitting ?? { unit: symbol, decimals }
  return { amount: significant(Money.toDecimal(base, chosen.decimals)), unit: chosen.unit }
}

/** Smaller units of a coin, largest first. */
function smaller(symbol: string, decimals: number): { unit: string; decimals: number }[] {
  if (symbol === 'SOL') return [{ unit: 'lamports', decimals: 0 }]
  if (symbol === 'gwei') return [{ unit: 'wei', decimals: 0 }]
  if (symbol === 'USD' || decimals !== 18) return []
  return [
    { unit: 'gwei', decimals: 9 },
    { unit: 'wei', decimals: 0 },
  ]
}

function leadingZeros(base: bigint, decimals: number): number {
  const [whole = '0', fraction = ''] = Money.toDecimal(base < 0n ? -base : base, decimals).split('.')
  return whole === '0' ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0
}

/** Truncated, not rounded: "0.000211271", "12.5". */
export function significant(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.')
  const leading = whole === '0' ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0
  const room = whole === '0' ? leading + shownDigits : Math.max(0, shownDigits - whole.length)
  const kept = fraction.slice(0, room).replace(/0+$/, '')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return kept ? `${grouped}.${kept}` : grouped
}
