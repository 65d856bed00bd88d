import { ShieldQuestion } from 'lucide-react'
import type { Metadata } from 'next'
import { dateField, networkField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { DisputeTable } from '@/components/dispute/dispute-table'
import type { FilterField } from '@/components/list/filter-field'
import { TabBar, type ListTab } from '@/components/list/tab-bar'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { Filter } from '@/lib/paging'
import { countDisputes, DisputeFilter, listDisputes } from '@/lib/rails'

export const metadata: Metadata = { title: 'Disputes' }

const path = '/disputes'

export default async function DisputesPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(DisputeFilter.shape, await searchParams)
  const [page, counts] = await Promise.all([listDisputes(scope, values, ask), countDisputes(scope, values)])
  return (
    <>
      <PageHeader
        title="Disputes"
        description="Card payments that the bank of the payer takes back. Open one to answer it before its due date."
      />
      <TabBar label="Disputes by outcome" tabs={tabsOf(query, counts)} />
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields()}
        noun="disputes"
        exportPath={`${path}/export`}
        icon={ShieldQuestion}
        none={{
          title: 'No disputes',
          text: 'A dispute appears here when a bank tells Stripe that the holder of a card does not accept a charge. That can happen up to 120 days after the payment.',
        }}
      >
        {(empty) => <DisputeTable disputes={page.rows} empty={empty} />}
      </FilteredList>
    </>
  )
}

const labels = { all: 'All', open: 'Open', won: 'Won', lost: 'Lost' } as const

function tabsOf(query: Record<string, string>, counts: Record<keyof typeof labels, number>): ListTab[] {
  return (Object.keys(labels) as (keyof typeof labels)[]).map((tab) => ({
    href: Filter.href(path, query, { tab: tab === 'all' ? undefined : tab }),
    label: labels[tab],
    count: counts[tab].toLocaleString('en'),
    isCurrent: (query.tab ?? 'all') === tab,
  }))
}

function fields(): FilterField[] {
  return [
    { kind: 'choice', name: 'status', label: 'State', options: statusOptions('dispute') },
    networkField(),
    dateField,
  ]
}
