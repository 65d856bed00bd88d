import { Amount as Money } from '@/lib/money'
import { cn } from './ui/cn'

type Props = {
  /** Base units, as bigint or decimal string. */
  base: bigint | string
  /** Decimals of the token; micro-dollars have six. */
  decimals?: number
  /** Token, shown small after the amount. */
  symbol?: string
  className?: string
}

/** Money, exact to the last base unit, in tabular figures. */
export function Amount({ base, decimals = 6, symbol, className }: Props) {
  return (
    <span className={cn('whitespace-nowrap tabular-nums', className)}>
      {Money.formatDollars(BigInt(base), decimals)}
      {symbol && <span className="ml-1 text-xs text-muted-foreground">{symbol}</span>}
    </span>
  )
}
