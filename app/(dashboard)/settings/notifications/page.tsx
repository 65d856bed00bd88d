import { Bell, Webhook } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { requireSession } from '@/app/_lib/session'
import { Panel } from '@/components/panel'
import { ButtonLink } from '@/components/ui/button-link'
import { listRules } from '@/lib/alerts'
import { listEndpoints } from '@/lib/webhooks'

export const metadata: Metadata = { title: 'Notifications' }

/** Alert rules and webhooks of this shop, with links to the pages that edit them. */
export default async function NotificationsPage() {
  const scope = await requireSession()
  const [rules, endpoints] = await Promise.all([listRules(scope), listEndpoints(scope)])
  const active = rules.filter(({ enabled }) => enabled).length
  return (
    <>
      <Panel
        title="Alerts"
        description="A rule opens an alert when something needs attention, and resolves it when that has ended."
        actions={
          <ButtonLink href="/alerts" variant="outline" size="sm">
            Edit rules
          </ButtonLink>
        }
      >
        <p className="flex items-center gap-2">
          <Bell aria-hidden className="size-4 text-muted-foreground" />
          {active === 0 ? 'No rule is on.' : `${active} of ${rules.length} rules are on.`}
        </p>
      </Panel>
      <Panel
        title="Webhooks"
        description="An endpoint gets every event, signed: payments, refunds, payouts, members."
        actions={
          <ButtonLink href="/webhooks" variant="outline" size="sm">
            Edit endpoints
          </ButtonLink>
        }
      >
        {endpoints.length === 0 ? (
          <p className="flex items-center gap-2">
            <Webhook aria-hidden className="size-4 text-muted-foreground" /> No endpoint is set up.
          </p>
        ) : (
          <ul className="flex flex-col gap-1">
            {endpoints.map(({ id, url }) => (
              <li key={id}>
                <Link href={`/webhooks/${id}`} className="font-mono text-xs break-all text-brand hover:underline">
                  {url}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </>
  )
}
