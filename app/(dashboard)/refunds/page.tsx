import { Undo2 } from 'lucide-react'
import type { Metadata } from 'next'
import { dateField, networkField, payToField, tokenField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { PayerRequestTable } from '@/components/payment/payer-request-table'
import { RefundTable } from '@/components/settlement/refund-table'
import { statusOptions } from '@/components/status'
import { Filter } from '@/lib/paging'
import { listPayerRequests, listRefunds, RefundFilter } from '@/lib/payments'

export const metadata: Metadata = { title: 'Refunds' }

export default async function RefundsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(RefundFilter.shape, await searchParams)
  const [page, asked] = await Promise.all([listRefunds(scope, values, ask), listPayerRequests(scope)])
  return (
    <>
      <PageHeader
        title="Refunds"
        description="Money that goes back to payers: because no answer was given, or because you refunded a payment on its page."
      />
      <PayerRequestTable requests={asked} />
      <FilteredList
        list={{ path: '/refunds', query, ignored, page }}
        fields={fields()}
        noun="refunds"
        exportPath="/refunds/export"
        icon={Undo2}
        none={{
          title: 'No refunds',
          text: 'A refund is due by itself if money moved and no answer was given. To refund anything else, open the payment.',
        }}
      >
        {(empty) => <RefundTable refunds={page.rows} empty={empty} />}
      </FilteredList>
    </>
  )
}

function fields(): FilterField[] {
  return [
    { kind: 'choice', name: 'status', label: 'State', options: statusOptions('refund') },
    {
      kind: 'choice',
      name: 'kind',
      label: 'Requested by',
      options: [
        { value: 'engine', label: 'Owed: no answer was given' },
        { value: 'member', label: 'A member or a key' },
      ],
    },
    networkField(),
    tokenField,
    payToField('payTo'),
    dateField,
  ]
}
