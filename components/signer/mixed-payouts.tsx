import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import type { MixedPayout } from '@/lib/merchants'
import { Address } from '../address'

/** Says which resources pay into a signer. Nothing when none does. */
export function MixedPayouts({ payouts }: { payouts: readonly MixedPayout[] }) {
  if (payouts.length === 0) return null
  return (
    <section
      aria-labelledby="mixed-title"
      className="mb-4 flex gap-3 rounded-lg border border-warning/40 bg-warning-soft px-4 py-3 text-warning"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1">
        <h2 id="mixed-title" className="font-semibold">
          Revenue goes to an address that signs
        </h2>
        <p>
          A signer shall hold what it needs for fees and nothing more: whoever gets its key gets the rest too. Give
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
      </div>
    </section>
  )
}
