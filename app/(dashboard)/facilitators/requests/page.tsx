import { Handshake } from 'lucide-react'
import type { Metadata } from 'next'
import { dateField, networkField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { FacilitationTable } from '@/components/facilitator/facilitation-table'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { FacilitationFilter, listCallers, listFacilitations } from '@/lib/facilitator'
import { Filter } from '@/lib/paging'

export const metadata: Metadata = { title: 'Facilitator requests' }

const path = '/facilitators/requests'

type Props = { searchParams: Promise<Filter.FilterParams> }

export default async function FacilitatorRequestsPage({ searchParams }: Props) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(FacilitationFilter.shape, await searchParams)
  const [page, callers] = await Promise.all([listFacilitations(scope, values, ask), listCallers(scope)])
  return (
    <>
      <PageHeader
        title="Facilitator requests"
        crumbs={[{ label: 'Facilitators', href: '/facilitators' }, { label: 'Requests' }]}
        description="Payments that other servers verified or settled here, with the reason for each refusal."
      />
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields(callers)}
        noun="requests"
        icon={Handshake}
        none={{
          title: 'No requests yet',
          text: 'Point the facilitator client of an x402 server to /facilitator, with an API key that has the scope facilitate.',
        }}
      >
        {(empty) => <FacilitationTable rows={page.rows} empty={empty} />}
      </FilteredList>
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
    networkField(),
    { kind: 'single', name: 'caller', label: 'Caller', options: callers },
    { kind: 'text', name: 'reason', label: 'Reason', placeholder: 'insufficient', hint: 'Part of the reason.' },
    dateField,
  ]
}
