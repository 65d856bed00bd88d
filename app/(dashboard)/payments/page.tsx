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
import { type FilterField } from '@/components/list/filter-bar'
import { PageHeader } from '@/components/page-header'
import { PaymentTable } from '@/components/payment/payment-table'
import { statusOptions } from '@/components/status'
import { ButtonLink } from '@/components/ui/button-link'
import { listResourceNames } from '@/lib/merchants'
import { Filter } from '@/lib/paging'
import { listPayments, PaymentFilter } from '@/lib/payments'

export const metadata: Metadata = { title: 'Payments' }

const path = '/payments'

export default async function PaymentsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(PaymentFilter.shape, await searchParams)
  const [page, resources] = await Promise.all([listPayments(scope, values, ask), listResourceNames(scope)])
  return (
    <>
      <PageHeader
        title="Payments"
        description="Every accepted credential and its outcome. A session is one line for all its calls."
      />
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields(resources)}
        noun="payments"
        exportPath={`${path}/export`}
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
        {(empty) => <PaymentTable payments={page.rows} caption="Payments, newest first" empty={empty} />}
      </FilteredList>
    </>
  )
}

function fields(resources: readonly { id: string; label: string }[]): FilterField[] {
  return [
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
    dateField,
  ]
}
