import Link from 'next/link'
import { Amount as Money } from '@/lib/money'
import { cn } from '../ui/cn'

export type ShownToken = { symbol: string; decimals: number }

/** An amount of a token, exact to the base unit; it may be negative. With `href` it opens what it sums. */
export function TokenMoney({
  base,
  token,
  href,
  label,
}: {
  base: bigint
  token: ShownToken
  href?: string
  label?: string
}) {
  const text = `${Money.toDecimal(base, token.decimals)} ${token.symbol}`
  const look = cn('whitespace-nowrap tabular-nums', base === 0n && 'text-muted-foreground')
  if (href === undefined || base === 0n) return <span className={look}>{text}</span>
  return (
    <Link
      href={href}
      aria-label={label && `${label}: ${text}`}
      className={cn(look, 'underline decoration-dotted underline-offset-4 hover:decoration-solid')}
    >
      {text}
    </Link>
  )
}
