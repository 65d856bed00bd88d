import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { cn } from '../ui/cn'

type Part = { key: string; label: string; help: string; base: bigint; look: string; text?: string }

/** The deposit in parts: paid out, at risk, credit, and not yet covered by a voucher. Widths are shares of the deposit. */
export function AmountsBar({ channel }: { channel: ChannelView.ChannelDetail }) {
  const { token, state } = channel
  const [deposit, accepted, spent, settled] = [
    channel.depositBase,
    channel.acceptedBase,
    channel.spentBase,
    channel.settledBase,
  ].map(BigInt) as [bigint, bigint, bigint, bigint]
  const parts = partsOf(deposit, accepted, spent, settled, state === 'closed')
  const whole = parts.reduce((sum, { base }) => sum + base, 0n)
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
        {(
          [
            ['Deposit', deposit],
            ['Accepted', accepted],
            ['Spent', spent],
            ['Settled', settled],
          ] as const
        ).map(([label, base]) => (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-muted-foreground">{label}</dt>
            <dd className="text-lg leading-7 font-semibold tracking-tight">
              <Amount base={base} decimals={token.decimals} />
            </dd>
          </div>
        ))}
      </dl>
      <div aria-hidden className="flex h-3 gap-px overflow-hidden rounded-full bg-muted">
        {parts.map(
          ({ key, base, look }) =>
            base > 0n && (
              <span key={key} className={cn('min-w-0.5', look)} style={{ width: `${share(base, whole)}%` }} />
            ),
        )}
      </div>
      <ul className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
        {parts.map(
          ({ key, label, help, base, look, text }) =>
            (base > 0n || (key === 'risk' && state !== 'closed')) && (
              <li key={key} className="flex items-baseline gap-2">
                <span aria-hidden className={cn('size-2.5 shrink-0 translate-y-px rounded-xs', look)} />
                <span className="min-w-0">
                  <span className={cn('font-medium', base > 0n && text)}>{label}</span>{' '}
                  <span className="text-xs text-muted-foreground">{help}</span>
                </span>
                <Amount
                  base={base}
                  decimals={token.decimals}
                  className={cn('ml-auto', base > 0n && text && `font-semibold ${text}`)}
                />
              </li>
            ),
        )}
      </ul>
    </div>
  )
}

function partsOf(deposit: bigint, accepted: bigint, spent: bigint, settled: bigint, closed: boolean): Part[] {
  const least = spent < settled ? spent : settled
  const most = spent > settled ? spent : settled
  const reach = accepted > most ? accepted : most
  const plus = (amount: bigint) => (amount > 0n ? amount : 0n)
  return [
    { key: 'paid', label: 'Paid out', help: 'delivered and on chain', base: least, look: 'bg-success' },
    {
      key: 'risk',
      label: closed ? 'Lost' : 'At risk',
      help: closed ? 'delivered and never paid' : 'delivered and not on chain',
      base: plus(spent - settled),
      look: closed ? 'bg-destructive' : 'bg-warning',
      text: closed ? 'text-destructive' : 'text-warning',
    },
    {
      key: 'prepaid',
      label: 'Prepaid credit',
      help: 'on chain and not delivered yet',
      base: plus(settled - spent),
      look: 'bg-info',
    },
    {
      key: 'credit',
      label: 'Signed',
      help: closed ? 'by vouchers that were not needed' : 'by vouchers, not spent yet',
      base: plus(accepted - most),
      look: 'bg-chart-1/35',
    },
    {
      key: 'free',
      label: closed ? 'Given back' : 'Unsigned',
      help: closed ? 'of the deposit' : 'rest of the deposit',
      base: plus(deposit - reach),
      look: 'bg-muted-foreground/25',
    },
  ]
}

/** Percent for a width only. Figures that people read are exact. */
function share(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n) / whole) / 100
}
