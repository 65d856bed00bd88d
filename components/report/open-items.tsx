import { CircleAlert } from 'lucide-react'
import Link from 'next/link'
import type { OpenItem } from '@/lib/reports'
import { Callout } from '../callout'

/** What keeps the month from being closed, each with the page that lists it. */
export function OpenItems({ items }: { items: readonly OpenItem[] }) {
  return (
    <Callout icon={CircleAlert} title="Not ready to close">
      <ul className="list-disc pl-4">
        {items.map(({ kind, text, href }) => (
          <li key={kind}>
            {text}{' '}
            <Link href={href} className="underline underline-offset-4">
              Show
            </Link>
          </li>
        ))}
      </ul>
    </Callout>
  )
}
