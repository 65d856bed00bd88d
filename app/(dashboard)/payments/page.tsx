import { ArrowLeftRight } from 'lucide-react'
import type { Metadata } from 'next'
import {
  dateField,
  networkField,
  payerField,
  paymentStatusField,
  payToField,
  resourceField,
  tokenField,
} from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { DocsLink } from '@/components/docs-link'
import type { FilterField } from '@/components/list/filter-field'
import { SavedViews } from '@/components/list/saved-views'
import { TabBar } from '@/components/list/tab-bar'
import { ViewOptions } from '@/components/list/view-options'
import { PageHeader } from '@/components/page-header'
import { NotedTable } from '@/components/payment/noted-table'
import { PaymentTotalsBar } from '@/components/payment/payment-totals'
import { PaymentSelection } from '@/components/payment/selection'
import { statusOptions } from '@/components/status'
import { ButtonLink } from '@/components/ui/button-link'
import { MemberScope, type MemberPermission } from '@/lib/auth'
import { listResourceNames } from '@/lib/merchants'
import { Filter, Page } from '@/lib/paging'
import { countTabs, listPayments, PaymentFilter, sumPayments } from '@/lib/payments'
import { listViews } from '@/lib/reports'
import {
  deleteViewAction,
  notePaymentsAction,
  previewRefundsAction,
  requestRefundsAction,
  saveViewAction,
} from './actions'
import { PaymentPeek } from './peek'
import { savedViewsOf, tabsOf, viewOf } from './views'

export const metadata: Metadata = { title: 'Payments' }

const description = (
  <>
    Accepted payments; a session is one line. Refused ones are not kept: their answer names{' '}
    <DocsLink page="errors">the reason</DocsLink>.
  </>
)

const path = '/payments'

export default async function PaymentsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(PaymentFilter.viewShape, await searchParams)
  const { peek, sort: by = 'time', order = 'desc', columns = PaymentFilter.columns, rows, ...filter } = values
  const [page, resources, tabs, totals, views] = await Promise.all([
    listPayments(scope, filter, ask, { by, order }),
    listResourceNames(scope),
    countTabs(scope, filter),
    sumPayments(scope, filter),
    listViews(scope, path),
  ])
  const { shown, filters } = viewOf(query)
  const mayNote = MemberScope.may(scope, scope.merchantId, 'books')
  return (
    <>
      <PageHeader
        title="Payments"
        description={description}
        actions={
          mayNote && (
            <SavedViews {...savedViewsOf(path, shown, views)} save={saveViewAction} remove={deleteViewAction} />
          )
        }
      />
      <TabBar label="Payments by outcome" tabs={tabsOf(path, query, tabs)} />
      <PaymentTotalsBar totals={totals} cap={Page.countMax.toLocaleString('en')} />
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields(resources)}
        noun="payments"
        exportPath={`${path}/export`}
        tools={<ViewOptions query={query} columns={columnNames} />}
        isFiltered={Object.keys(filters).length > 0}
        icon={ArrowLeftRight}
        none={{
          title: 'No payments yet',
          text: 'Payments of agents for your resources are listed here.',
          action: (
            <ButtonLink href="/" variant="outline">
              Make a test payment
            </ButtonLink>
          ),
        }}
      >
        {(empty) => (
          <PaymentSelection {...selectionActions(scope)}>
            <NotedTable
              payments={page.rows}
              columns={columns}
              isCompact={rows === 'compact'}
              order={{ by, isAscending: order === 'asc' }}
              orderHref={(column) => orderHref(query, column, by === column && order === 'desc')}
              peekHref={(id) => Filter.href(path, query, { peek: id, after: query['after'], before: query['before'] })}
              isSelectable={page.rows.length > 0}
              empty={empty}
            />
          </PaymentSelection>
        )}
      </FilteredList>
      {peek !== undefined && (
        <PaymentPeek
          scope={scope}
          id={peek}
          closeHref={Filter.href(path, query, { peek: undefined, after: query['after'], before: query['before'] })}
        />
      )}
    </>
  )
}

/** The list by this column: the other way round if it is ordered by it, and from its top. */
function orderHref(query: Record<string, string>, column: 'time' | 'amount', isReversed: boolean): string {
  const sort = column === 'amount' ? column : undefined
  return Filter.href(path, query, { sort, order: isReversed ? 'asc' : undefined, peek: undefined })
}

/** What the reader may do with a selection. */
function selectionActions(scope: MemberScope.MemberScope) {
  const may = (permission: MemberPermission) => MemberScope.may(scope, scope.merchantId, permission)
  return {
    ...(may('books') && { note: notePaymentsAction }),
    ...(may('refund') && {
      refund: { ownWallet: scope.address, preview: previewRefundsAction, request: requestRefundsAction },
    }),
  }
}

const columnNames: readonly { name: PaymentFilter.PaymentColumn; label: string }[] = [
  { name: 'settlement', label: 'Settlement' },
  { name: 'resource', label: 'Resource' },
  { name: 'payer', label: 'Payer' },
  { name: 'network', label: 'Network and wire' },
  { name: 'label', label: 'Label' },
  { name: 'time', label: 'Time' },
]

function fields(resources: readonly { id: string; label: string }[]): FilterField[] {
  return [
    {
      kind: 'single',
      name: 'kind',
      label: 'Kind',
      options: [
        { value: 'payment', label: 'Single payment' },
        { value: 'session', label: 'Session' },
      ],
    },
    paymentStatusField,
    { kind: 'choice', name: 'settlement', label: 'Settlement', options: statusOptions('settlement') },
    {
      kind: 'choice',
      name: 'wire',
      label: 'Wire',
      options: PaymentFilter.wires.map((wire) => ({ value: wire, label: wire.replace(/^mpp/, 'MPP') })),
    },
    networkField(),
    resourceField(resources),
    payerField,
    payToField('payTo'),
    tokenField,
    { kind: 'range', label: 'Amount', min: 'min', max: 'max', type: 'dollars', hint: 'In dollars, to six decimals.' },
    { kind: 'text', name: 'label', label: 'Label', placeholder: 'Promo', hint: 'A whole label.' },
    dateField,
  ]
}
