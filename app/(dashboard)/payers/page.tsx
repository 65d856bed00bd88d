import { Users } from 'lucide-react'
import type { Metadata } from 'next'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { AddPayer } from '@/components/payer/add-payer'
import { ImportPayers } from '@/components/payer/import-payers'
import { GateDialog } from '@/components/payer/gate-dialog'
import { PayerTable } from '@/components/payer/payer-table'
import { MemberScope } from '@/lib/auth'
import { listResourceNames } from '@/lib/merchants'
import { Filter, Page } from '@/lib/paging'
import { findGate, listPayers, PayerFilter, type Payer, type PayerView } from '@/lib/payers'
import { importNotesAction, setGateAction, setNoteAction } from './actions'

export const metadata: Metadata = { title: 'Payers' }

const path = '/payers'

export default async function PayersPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { merchantId } = scope
  const { values, ask, query: asked, ignored } = Filter.read(PayerFilter.shape, await searchParams)
  // Another filter or order starts at its first page.
  const { page: _page, ...query } = asked
  const { sort: _sort, order: _order, ...filters } = query
  const [page, gate, resources] = await Promise.all([
    listPayers(merchantId, values, ask),
    findGate(merchantId),
    listResourceNames({ operator: false, merchantId }),
  ])
  return (
    <>
      <PageHeader
        title="Payers"
        description={`Every wallet with an accepted payment, charged or not. ${describeGate(gate)}`}
        actions={
          MemberScope.may(scope, merchantId, 'customers') && (
            <>
              <GateDialog gate={gate} resources={resources} save={setGateAction} />
              <ImportPayers save={importNotesAction} />
              <AddPayer save={setNoteAction} />
            </>
          )
        }
      />
      <FilteredList
        list={{ path, query, ignored }}
        fields={fields}
        noun="payers"
        exportPath={`${path}/export`}
        icon={Users}
        none={{
          title: 'No payers yet',
          text: 'Wallets that pay for your resources, or try to, are listed here with their spending.',
        }}
        isFiltered={Object.keys(filters).length > 0}
        links={links(query, page)}
      >
        {(empty) => (
          <PayerTable
            payers={page.rows}
            sort={values.sort ?? 'spent'}
            isAscending={values.order === 'asc'}
            sortHref={sortHref(query)}
            empty={empty}
          />
        )}
      </FilteredList>
    </>
  )
}

function describeGate({ wholeShop, resourceIds }: Payer.PayerGate): string {
  if (wholeShop) return 'Only allowed payers are served, in the whole shop.'
  if (resourceIds.length === 0) return 'All payers are served except denied ones.'
  return `By ${resourceIds.length === 1 ? '1 resource' : `${resourceIds.length} resources`} only allowed ones are served.`
}

function sortHref(query: Record<string, string>): Record<PayerFilter.PayerSort, string> {
  const to = (sort: PayerFilter.PayerSort) => {
    const isReversed = sort === (query['sort'] ?? 'spent') && query['order'] !== 'asc'
    return Filter.href(path, query, {
      sort: sort === 'spent' ? undefined : sort,
      order: isReversed ? 'asc' : undefined,
    })
  }
  return { spent: to('spent'), calls: to('calls'), failures: to('failures'), recent: to('recent'), first: to('first') }
}

function links(query: Record<string, string>, { rows, total, size, page }: PayerView.PayerPage) {
  const to = (number: number) => Filter.href(path, query, { page: number > 1 ? String(number) : undefined })
  return {
    shown: rows.length,
    total,
    of: Page.totalWords(total),
    ...(page > 1 && { previousHref: to(page - 1) }),
    ...(page > 2 && { firstHref: to(1) }),
    ...(page * size < total && { nextHref: to(page + 1) }),
    sizes: Page.sizes.map((choice) => ({
      size: choice,
      href: Filter.href(path, query, { size: choice === Page.sizes[0] ? undefined : String(choice) }),
      current: choice === size,
    })),
  }
}

const fields: FilterField[] = [
  {
    kind: 'text',
    name: 'q',
    label: 'Search',
    placeholder: '0x… or a label',
    hint: 'The beginning of an address, or a part of a label.',
  },
  {
    kind: 'choice',
    name: 'stance',
    label: 'Access',
    options: [
      { value: 'allow', label: 'Allowed' },
      { value: 'deny', label: 'Denied' },
      { value: 'none', label: 'No rule' },
    ],
  },
  {
    kind: 'single',
    name: 'ours',
    label: 'Whose',
    options: [
      { value: 'no', label: 'Not ours' },
      { value: 'yes', label: 'Ours' },
    ],
  },
  {
    kind: 'choice',
    name: 'protocol',
    label: 'Protocol',
    options: [
      { value: 'x402', label: 'x402' },
      { value: 'mpp', label: 'MPP' },
    ],
  },
  {
    kind: 'single',
    name: 'silent',
    label: 'Silent',
    options: [
      { value: '7', label: 'For 7 days' },
      { value: '30', label: 'For 30 days' },
      { value: '90', label: 'For 90 days' },
    ],
  },
]
