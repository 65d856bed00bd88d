import { Landmark } from 'lucide-react'
import { Callout } from '../callout'
import { Time } from '../time'

/** Another facilitator claimed for the payee of this channel, and the escrow still holds it. `since`: ISO 8601. */
export function OwedCallout({ since }: { since: string | null }) {
  if (since === null) return null
  return (
    <Callout icon={Landmark} title="Claimed, and still in the escrow">
      <p>
        Another facilitator claimed for the address that this channel pays; its payout has been waited for since{' '}
        <Time at={since} />. It can go to that address only. It is asked for again by itself, of the next one on the
        route, and where the route allows it this server pays it out.
      </p>
    </Callout>
  )
}
