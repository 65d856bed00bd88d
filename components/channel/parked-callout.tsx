import { CirclePause } from 'lucide-react'
import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { Time } from '../time'

/** Why a channel that is due is not settled, and what helps. */
export function ParkedCallout({ channel }: { channel: ChannelView.Detail }) {
  const { parkedReason, parkedUntil, spentBase, settledBase, token, protocol } = channel
  if (parkedReason === null) return null
  const close = BigInt(spentBase) > BigInt(settledBase) ? spentBase : settledBase
  return (
    <section
      aria-labelledby="parked-title"
      className="mb-4 flex gap-3 rounded-lg border border-warning/40 bg-warning-soft px-4 py-3 text-warning"
    >
      <CirclePause aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1">
        <h2 id="parked-title" className="font-semibold">
          Parked: it is due, and it is not settled
        </h2>
        <p className="wrap-anywhere">{sentence(parkedReason)}</p>
        <p>
          It settles by itself as soon as the agent’s next voucher fits
          {parkedUntil && (
            <>
              , and is looked at again <Time at={parkedUntil} />
            </>
          )}
          .
          {protocol === 'mpp' && (
            <>
              {' '}
              To be paid now, close the channel: a closing takes exactly the{' '}
              <Amount base={close} decimals={token.decimals} className="font-semibold" /> that was earned and gives the
              rest back, whatever the voucher says.
            </>
          )}
        </p>
      </div>
    </section>
  )
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(start) ? start : `${start}.`
}
