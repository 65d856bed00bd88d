import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Amount as Money } from '@/lib/money'
import type { SpendView } from '@/lib/payers'
import type { PaymentView } from '@/lib/payments'
import { Amount } from '../amount'
import { TokenAmount } from './token-amount'

type Props = {
  spend: SpendView.WalletSpend
  channels: readonly ChannelView.ChannelCredit[]
  refunds: readonly PaymentView.RefundRow[]
}

type Owned = { base: string; token: { decimals: number; symbol: string; coin?: string } }

/** The amount spent, the credit left, and pending refunds. */
export function SpendFigures({ spend, channels, refunds }: Props) {
  const credit = dollars(channels.map(({ leftBase, token }) => ({ base: leftBase, token })))
  const owed = dollars(refunds.map(({ amountBase, token }) => ({ base: amountBase, token })))
  return (
    <dl className="grid grid-cols-2 overflow-hidden rounded-lg border bg-card lg:grid-cols-4">
      <Figure
        label="Spent"
        value={<Amount base={spend.spentMicros} />}
        more={
          spend.others.length === 0
            ? 'Since the first payment'
            : spend.others.map(({ network, token, amountBase }) => (
                <span key={`${network.network} ${token.address}`} className="block">
                  and <TokenAmount base={amountBase} token={token} />
                </span>
              ))
        }
      />
      <Figure
        label="Paid calls"
        value={spend.calls.toLocaleString('en')}
        more={
          spend.failed === 0 ? 'None failed' : `${spend.failed.toLocaleString('en')} failed: not charged, or refunded`
        }
      />
      <Figure label="Credit in channels" value={<Amount base={credit} />} more={openWords(channels.length)} />
      <Figure
        label="Pending refunds"
        value={<Amount base={owed} />}
        more={refunds.length === 0 ? 'Nothing is owed' : 'Paid automatically'}
      />
    </dl>
  )
}

function openWords(count: number): string {
  if (count === 0) return 'No channel is open'
  return count === 1 ? 'In 1 open channel' : `In ${count} open channels`
}

/** The sum in micro-dollars of known tokens. Other tokens are listed with their channel or refund. */
function dollars(owned: readonly Owned[]): bigint {
  return owned
    .filter(({ token }) => token.symbol !== 'base units' && token.coin === undefined)
    .reduce((sum, { base, token }) => sum + Money.baseToMicros(BigInt(base), token.decimals), 0n)
}

function Figure({ label, value, more }: { label: string; value: ReactNode; more: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1 p-4 max-lg:odd:border-r max-lg:nth-[n+3]:border-t lg:not-first:border-l">
      <dt className="text-xs text-muted-foreground">{label}</dt>
      <dd className="text-xl leading-7 font-semibold tracking-tight wrap-anywhere tabular-nums">{value}</dd>
      <dd className="text-xs text-muted-foreground tabular-nums">{more}</dd>
    </div>
  )
}
