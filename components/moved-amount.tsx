import { Amount as Money } from '@/lib/money'
import { significant } from './readable-coin'

/** An amount of any coin or token, in its own unit: six significant digits, all digits in the title. */
export function MovedAmount({ base, token }: { base: string; token: { symbol: string; decimals?: number } }) {
  const exact = Money.toDecimal(BigInt(base), token.decimals ?? 18)
  return (
    <span title={`${exact} ${token.symbol}`} className="whitespace-nowrap tabular-nums">
      {significant(exact)}
      <span className="ml-1 text-xs text-muted-foreground">{token.symbol}</span>
    </span>
  )
}
