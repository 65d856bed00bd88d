import Link from 'next/link'
import type { ReactNode } from 'react'
import { Amount as Money } from '@/lib/money'
import type { PaymentTotals } from '@/lib/payments'
import { Gas } from '../gas'

/** What the filtered list adds up to, token by token. */
export function PaymentTotalsBar({ totals, cap }: { totals: PaymentTotals; cap: string }) {
  const { tokens, gas, isCapped } = totals
  if (tokens.length === 0) return null
  const several = new Set(tokens.map(({ network }) => network.network)).size > 1
  const amounts = (base: 'grossBase' | 'refundsBase' | 'netBase') =>
    tokens.map(({ network, token, [base]: amount }) => ({
      key: `${network.network}|${token.address}`,
      text: `${Money.toDecimal(BigInt(amount), token.decimals)} ${token.symbol}`,
      network: several ? network.name : '',
    }))
  const fees = gas.map(({ network, feeBase }) => ({
    key: network.network,
    text: `${Money.toDecimal(BigInt(feeBase), network.gasDecimals)} ${network.gasSymbol}`,
    shown: <Gas wei={feeBase} symbol={network.gasSymbol} decimals={network.gasDecimals} />,
    network: several ? network.name : '',
  }))
  return (
    <section aria-label="Totals of this list" className="mb-3 rounded-lg border bg-card px-4 py-3">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Total name="Gross" amounts={amounts('grossBase')} />
        <Total name="Refunds" amounts={amounts('refundsBase')} />
        <Total name="Net" amounts={amounts('netBase')} />
        <Total name="Gas" amounts={fees} />
      </dl>
      {isCapped && (
        <p className="mt-2 text-xs text-muted-foreground">
          Of the newest {cap}.{' '}
          <Link href="/reports" className="underline underline-offset-4">
            Reports
          </Link>{' '}
          add up whole months.
        </p>
      )}
    </section>
  )
}

function Total({
  name,
  amounts,
}: {
  name: string
  amounts: readonly { key: string; text: string; shown?: ReactNode; network: string }[]
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted-foreground">{name}</dt>
      {amounts.length === 0 && <dd>–</dd>}
      {amounts.map(({ key, text, shown, network }) => (
        <dd key={key} className="truncate tabular-nums" title={network ? `${text} on ${network}` : text}>
          {shown ?? text} {network && <span className="text-xs text-muted-foreground">{network}</span>}
        </dd>
      ))}
    </div>
  )
}
