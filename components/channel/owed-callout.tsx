import { Landmark } from 'lucide-react'
import { Callout } from '../callout'
import { Time } from '../time'

/** A remote facilitator has claimed for the payee of this channel, and the escrow still holds the money. `since`: ISO 8601. */
export function OwedCallout({ since }: { since: string | null }) {
  if (since === null) return null
  return (
    <Callout icon={Landmark} title="Claimed, not paid out yet">
      <p>
        Another facilitator claimed for the pay-to address of this channel; the payout has been pending since{' '}
        <Time at={since} />. The money can go to that address only. The server requests the payout again from the next
        facilitator of the route, and pays it out itself if the route allows it.
      </p>
    </Callout>
  )
}
