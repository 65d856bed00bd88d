import { Amount as Money } from '@/lib/money'
import { cn } from './ui/cn'

type Props = {
  /** Base units, as bigint or decimal string. */
  base: bigint | string
  /** Decimals of the token; micro-dollars have six. */
  decimals?: number
  /** Token, shown small after the amount. */
  symbol?: string
  /** Fewest digits behind the point, so that the figures of a column line up. */
  digits?: number
  className?: string
}

/** Money, exact to the last base unit, in tabular figures. */
export function Amount({ base, decimals = 6, symbol, digits, className }: Props) {
  return (
    <span className={cn('whitespace-nowrap tabular-nums', className)}>
      {pad(Money.formatDollars(BigInt(base), decimals), digits)}
      {symbol && <span className="ml-1 text-xs text-muted-foreground">{symbol}</span>}
    </span>
  )
}

/** "$0.12" with three digits: "$0.120". */
function pad(text: string, digits = 0): string {
  return text + '0'.repeat(Math.max(0, digits - digitsOf(text)))
}

function digitsOf(text: string): number {
  return text.split('.')[1]?.length ?? 0
}

/** The most digits behind the point that any of these amounts needs. */
export function mostDigits(amounts: readonly { base: string; decimals: number }[]): number {
  return Math.max(0, ...amounts.map(({ base, decimals }) => digitsOf(Money.formatDollars(BigInt(base), decimals))))
}
