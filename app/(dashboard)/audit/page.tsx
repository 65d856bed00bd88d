import { Download, ScrollText, ShieldCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { anchorNow, proveEvent, redact } from './actions'
import { dateField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { AnchorButton } from '@/components/audit/anchor-button'
import { EventList } from '@/components/audit/event-list'
import { EventProof } from '@/components/audit/event-proof'
import { LogStatus } from '@/components/audit/log-status'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { buttonVariants } from '@/components/ui/button-variants'
import { Card, CardHeader } from '@/components/ui/card'
import { AuditEvent, EventFilter, listEvents, readLogStatus } from '@/lib/audit'
import { labelNetwork } from '@/lib/chains'
import { Filter } from '@/lib/paging'

export const metadata: Metadata = { title: 'Audit' }

const path = '/audit'

export default async function AuditPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(EventFilter.shape, await searchParams)
  const [page, status] = await Promise.all([listEvents(scope, values, ask), readLogStatus()])
  const exportHref = Filter.href('/audit/export', query, { size: undefined })
  return (
    <>
      <PageHeader
        title="Audit"
        description="Every change, recorded in the same transaction as the change itself, in a log in which any later edit can be proven."
        actions={
          <>
            <ButtonLink href="/audit/verify" variant="outline">
              <ShieldCheck aria-hidden /> Verify
            </ButtonLink>
            <a href={exportHref} download className={buttonVariants({ variant: 'outline' })}>
              <Download aria-hidden /> Export JSONL
            </a>
          </>
        }
      />
      <Card className="mb-4">
        <CardHeader title="The log" actions={scope.operator && <AnchorButton anchor={anchorNow} />} />
        <LogStatus status={status} networkName={status.anchor ? labelNetwork(status.anchor.network).name : null} />
      </Card>
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields}
        noun="events"
        icon={ScrollText}
        none={{
          title: 'No events yet',
          text: 'Each change of a payment, a transaction or a resource adds an event.',
        }}
      >
        {(empty) => (
          <div className="overflow-hidden rounded-lg border bg-card">
            {page.rows.length === 0 ? (
              empty
            ) : (
              <EventList
                events={page.rows}
                more={({ seq, index, personal }) => (
                  <EventProof
                    seq={seq}
                    index={index}
                    redactable={scope.operator ? personal : []}
                    publicKey={status.key}
                    prove={proveEvent}
                    redact={redact}
                  />
                )}
              />
            )}
          </div>
        )}
      </FilteredList>
    </>
  )
}

const groupWords: Record<string, string> = { batch: 'settlement batch', reconcile: 'reconciliation' }

const fields: FilterField[] = [
  {
    kind: 'choice',
    name: 'type',
    label: 'Type',
    options: [
      ...EventFilter.groups.map((group) => ({ value: group, label: `Every ${groupWords[group] ?? group} event` })),
      ...Object.keys(AuditEvent.types).map((type) => ({ value: type, label: type })),
    ],
  },
  {
    kind: 'choice',
    name: 'actor',
    label: 'Actor',
    options: [
      { value: 'agent', label: 'Agent' },
      { value: 'member', label: 'Member' },
      { value: 'key', label: 'API key' },
      { value: 'system', label: 'System' },
    ],
  },
  { kind: 'text', name: 'by', label: 'By', placeholder: '0x… or a task', hint: 'A wallet address, or a task’s name.' },
  {
    kind: 'text',
    name: 'subject',
    label: 'Subject',
    placeholder: 'id',
    hint: 'Id of a payment, channel, transaction, batch, resource or merchant.',
  },
  {
    kind: 'text',
    name: 'text',
    label: 'Search',
    placeholder: 'a hash, an address, a word',
    hint: 'Anywhere in the data of the newest 20,000 events; an export searches all.',
  },
  dateField,
]
