import { Handshake } from 'lucide-react'
import type { Metadata } from 'next'
import { listLinks } from '@/app/_lib/list-links'
import { requireSession } from '@/app/_lib/session'
import { Empty } from '@/components/empty'
import { FacilitationTable } from '@/components/facilitator/facilitation-table'
import { FilterBar, type FilterField } from '@/components/list/filter-bar'
import { IgnoredHint } from '@/components/list/ignored-hint'
import { ListFooter } from '@/components/list/list-footer'
import { NoMatch } from '@/components/list/no-match'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { labelServed } from '@/lib/chains'
import { FacilitationFilter, listCallers, listFacilitations } from '@/lib/facilitator'
import { Filter } from '@/lib/paging'

export const metadata: Metadata = { title: 'Facilitator requests' }

const path = '/facilitators/requests'

export default async function FacilitatorRequestsPage({
  searchParams,
}: {
  searchParams: Promise<Filter.FilterParams>
}) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(FacilitationFilter.shape, await searchParams)
  const [page, callers] = await Promise.all([listFacilitations(scope, values, ask), listCallers(scope)])
  return (
    <>
      <PageHeader
        title="Facilitator requests"
        description="Payments that other servers verified or settled here, with the reason for each refusal."
      />
      <IgnoredHint ignored={ignored} href={Filter.href(path, query, {})} />
      <FilterBar query={query} fields={fields(callers)} />
      <FacilitationTable
        rows={page.rows}
        empty={
          Object.keys(query).length > 0 ? (
            <NoMatch icon={Handshake} noun="requests" path={path} />
          ) : (
            <Empty icon={Handshake} title="No requests yet">
              Point the facilitator client of an x402 server to /facilitator, with an API key that has the scope
              facilitate.
            </Empty>
          )
        }
      />
      <ListFooter noun="requests" {...listLinks(path, query, page)} />
    </>
  )
}

function fields(callers: readonly { value: string; label: string }[]): FilterField[] {
  return [
    {
      kind: 'choice',
      name: 'kind',
      label: 'Request',
      options: [
        { value: 'verify', label: 'Verify' },
        { value: 'settle', label: 'Settle' },
      ],
    },
    { kind: 'choice', name: 'outcome', label: 'Outcome', options: statusOptions('facilitation') },
    {
      kind: 'single',
      name: 'network',
      label: 'Network',
      options: labelServed().map(({ network, name }) => ({ value: network, label: name })),
    },
    { kind: 'single', name: 'caller', label: 'Caller', options: callers },
    { kind: 'text', name: 'reason', label: 'Reason', placeholder: 'insufficient', hint: 'Part of the reason.' },
    { kind: 'range', label: 'Date', min: 'from', max: 'to', type: 'date', hint: 'Days in UTC, both included.' },
  ]
}
