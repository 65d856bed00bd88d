import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import type { MixedPayout } from '@/lib/merchants'
import { Address } from '../address'
import { Callout } from '../callout'

/** A warning that lists the resources whose pay-to address is a signer; nothing if there are none. */
export function MixedPayouts({ payouts }: { payouts: readonly MixedPayout[] }) {
  if (payouts.length === 0) return null
  return (
    <Callout icon={TriangleAlert} title="Revenue goes to a signer’s address">
      <p>
        A signer should hold only the money that it needs for fees: a stolen key loses everything at its address. Give
        these resources another pay-to address.
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
