import { Amount as Money } from '@/lib/money'
import { cn } from './ui/cn'

const shownDigits = 6

type Props = { wei: string; symbol: string; decimals?: number; className?: string }

/** An amount of the gas currency: six significant digits, all digits in the title. */
export function Gas({ wei, symbol, decimals = 18, className }: Props) {
  const exact = Money.toDecimal(BigInt(wei), decimals)
  return (
    <span title={`${exact} ${symbol}`} className={cn('whitespace-nowrap tabular-nums', className)}>
      {significant(exact)}
      <span className="ml-1 text-xs text-muted-foreground">{symbol}</span>
    </span>
  )
}

/** A price per gas. */
export function Gwei({ wei, className }: { wei: string; className?: string }) {
  return <Gas wei={wei} symbol="gwei" decimals={9} {...(className !== undefined && { className })} />
}

/** Truncated, not rounded: "0.000211271", "12.5". */
function significant(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.')
  const leading = whole === '0' ? (/^0*/.exec(fraction)?.[0].length ?? 0) : 0
  const room = whole === '0' ? leading + shownDigits : Math.max(0, shownDigits - whole.length)
  const kept = fraction.slice(0, room).replace(/0+$/, '')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return kept ? `${grouped}.${kept}` : grouped
}
