import type { TokenLabel } from '@/lib/chains'
import { Amount } from '../amount'
import { Hash } from '../hash'

type Props = { base: string; token: TokenLabel; className?: string }

/** Money of one token. A token that Sluice does not know is shown in base units, because its decimals are unknown. */
export function TokenAmount({ base, token, className }: Props) {
  const isKnown = token.symbol !== 'base units'
  if (isKnown)
    return <Amount base={base} decimals={token.decimals} symbol={token.symbol} {...(className && { className })} />
  return (
    <span className={className}>
      <span className="tabular-nums">{BigInt(base).toLocaleString('en')}</span>{' '}
      <span className="text-xs text-muted-foreground">
        base units of <Hash value={token.address} label="token address" />
      </span>
    </span>
  )
}
