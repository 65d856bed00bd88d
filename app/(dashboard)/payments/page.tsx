import { ArrowLeftRight } from 'lucide-react'
import type { Metadata } from 'next'
import { listLinks } from '@/app/_lib/list-links'
import { requireSession } from '@/app/_lib/session'
import { Empty } from '@/components/empty'
import { FilterBar, type FilterField } from '@/components/list/filter-bar'
import { IgnoredHint } from '@/components/list/ignored-hint'
import { ListFooter } from '@/components/list/list-footer'
import { PageHeader } from '@/components/page-header'
import { PaymentTable } from '@/components/payment/payment-table'
import { statusOptions } from '@/components/status'
import { ButtonLink } from '@/components/ui/button-link'
import { labelServed } from '@/lib/chains'
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
      <IgnoredHint ignored={ignored} href={Filter.href(path, query, {})} />
      <FilterBar query={query} fields={fields(resources)} />
      <PaymentTable
        payments={page.rows}
        caption="Payments, newest first"
        empty={<NoPayments filtered={Object.keys(query).length > 0} />}
      />
      <ListFooter noun="payments" {...listLinks(path, query, page)} />
    </>
  )
}

function NoPayments({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <Empty
      icon={ArrowLeftRight}
      title="No payment matches"
      action={
        <ButtonLink href={path} variant="outline">
          Clear the filters
        </ButtonLink>
      }
    >
      No payment matches all of these filters.
    </Empty>
  ) : (
    <Empty
      icon={ArrowLeftRight}
      title="No payments yet"
      action={
        <ButtonLink href="/" variant="outline">
          Make a test payment
        </ButtonLink>
      }
    >
      Payments of agents for your resources are listed here.
    </Empty>
  )
}

function fields(resources: readonly { id: string; label: string }[]): FilterField[] {
  return [
    {
      kind: 'choice',
      name: 'status',
      label: 'Status',
      options: [
        ...statusOptions('payment'),
        ...statusOptions('channel').map(({ value, label }) => ({ value, label: `Session: ${label.toLowerCase()}` })),
      ],
    },
    { kind: 'choice', name: 'settlement', label: 'Settlement', options: statusOptions('settlement') },
    {
      kind: 'choice',
      name: 'wire',
      label: 'Wire',
      options: PaymentFilter.wires.map((wire) => ({ value: wire, label: wire.replace(/^mpp/, 'MPP') })),
    },
    {
      kind: 'single',
      name: 'network',
      label: 'Network',
      options: labelServed().map(({ network, name }) => ({ value: network, label: name })),
    },
    {
      kind: 'single',
      name: 'resource',
      label: 'Resource',
      options: resources.map(({ id, label }) => ({ value: id, label })),
    },
    { kind: 'text', name: 'payer', label: 'Payer', placeholder: '0x…', hint: 'A whole address, or its beginning.' },
    { kind: 'range', label: 'Amount', min: 'min', max: 'max', type: 'dollars', hint: 'In dollars, to six decimals.' },
    { kind: 'range', label: 'Date', min: 'from', max: 'to', type: 'date', hint: 'Days in UTC, both included.' },
  ]
}
