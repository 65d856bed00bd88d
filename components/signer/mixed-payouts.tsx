import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import type { MixedPayout } from '@/lib/merchants'
import { Address } from '../address'
import { Callout } from '../callout'

/** Says which resources pay into a signer. Nothing when none does. */
export function MixedPayouts({ payouts }: { payouts: readonly MixedPayout[] }) {
  if (payouts.length === 0) return null
  return (
    <Callout icon={TriangleAlert} title="Revenue goes to an address that signs">
      <p>
        A signer shall hold what it needs for fees and nothing more: whoever gets its key gets the rest too. Give these
        resources another pay-to address.
      </p>
      <ul className="flex flex-col gap-1">
        {payouts.map(({ resourceId, resource, network, payTo, purpose }) => (
          <li key={`${resourceId}|${network}`} className="flex flex-wrap items-center gap-x-2">
            <Link href={`/resources/${resourceId}/edit`} className="font-medium underline underline-offset-2">
              {resource}
            </Link>
            <span>
              on <span className="font-mono">{network}</span>, signs for {purpose}
            </span>
            <Address value={payTo} label="pay-to address" />
          </li>
        ))}
      </ul>
    </Callout>
  )
}
