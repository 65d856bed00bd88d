import { CirclePause } from 'lucide-react'
import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { Callout } from '../callout'
import { Time } from '../time'

/** Why a due channel is not settled, and what helps. */
export function ParkedCallout({ channel }: { channel: ChannelView.ChannelDetail }) {
  const { parkedReason, parkedUntil, spentBase, settledBase, token, protocol } = channel
  if (parkedReason === null) return null
  const close = BigInt(spentBase) > BigInt(settledBase) ? spentBase : settledBase
  return (
    <Callout icon={CirclePause} title="Parked: due, but not settled">
      <p className="wrap-anywhere">{sentence(parkedReason)}</p>
      <p>
        It settles by itself as soon as the agent’s next voucher fits
        {parkedUntil && (
          <>
            , and is checked again <Time at={parkedUntil} />
          </>
        )}
        .
        {protocol === 'mpp' && (
          <>
            {' '}
            To be paid now, close the channel: closing pays exactly the{' '}
            <Amount base={close} decimals={token.decimals} className="font-semibold" /> that was earned and refunds the
            rest, whatever amount the voucher has.
          </>
        )}
      </p>
    </Callout>
  )
}

function sentence(text: string): string {
  const start = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(start) ? start : `${start}.`
}
