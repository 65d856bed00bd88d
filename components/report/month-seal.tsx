import Link from 'next/link'
import type { ClosedMonth, Month } from '@/lib/reports'
import { Address } from '../address'
import { Facts } from '../facts'
import { Panel } from '../panel'
import { Time } from '../time'

/** When and by whom a month was closed, and how to check it. */
export function MonthSeal({ month, closed }: { month: Month.Month; closed: ClosedMonth }) {
  return (
    <Panel
      title="Closed and sealed"
      description="The audit log states the digest of the sealed file. Anyone can check the file without this server: npm run audit:verify -- FILE"
      isRegion
      className="mb-6"
    >
      <Facts
        facts={[
          { label: 'Closed', value: <Time at={closed.closedAt} format="absolute" /> },
          { label: 'By', value: <Address value={closed.closedBy} label="member address" /> },
          { label: 'Entries', value: closed.entries.toLocaleString('en') },
          { label: 'SHA-256', value: <span className="font-mono text-xs break-all">{closed.digest}</span> },
          {
            label: 'Check',
            value: (
              <Link href="/audit/verify" className="underline underline-offset-4">
                Verify sluice-sealed-{month}.jsonl in this browser
              </Link>
            ),
          },
        ]}
      />
    </Panel>
  )
}
