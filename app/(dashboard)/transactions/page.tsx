import { Activity } from 'lucide-react'
import type { Metadata } from 'next'
import { listLinks } from '@/app/_lib/list-links'
import { requireSession } from '@/app/_lib/session'
import { Empty } from '@/components/empty'
import { FilterBar, type FilterField } from '@/components/list/filter-bar'
import { IgnoredHint } from '@/components/list/ignored-hint'
import { ListFooter } from '@/components/list/list-footer'
import { NoMatch } from '@/components/list/no-match'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { TransactionTable } from '@/components/transaction/transaction-table'
import { labelServed } from '@/lib/chains'
import { listTransactions, TransactionFilter } from '@/lib/execution'
import { Filter } from '@/lib/paging'

export const metadata: Metadata = { title: 'Transactions' }

const path = '/transactions'

export default async function TransactionsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(TransactionFilter.shape, await searchParams)
  const page = await listTransactions(scope, values, ask)
  return (
    <>
      <PageHeader title="Transactions" description="On-chain calls, from the intent to the final block." />
      <IgnoredHint ignored={ignored} href={Filter.href(path, query, {})} />
      <FilterBar query={query} fields={fields()} />
      <TransactionTable
        transactions={page.rows}
        empty={
          Object.keys(query).length > 0 ? (
            <NoMatch icon={Activity} noun="transactions" path={path} />
          ) : (
            <Empty icon={Activity} title="No transactions yet">
              Settlements, refunds and executed actions are listed here with all their attempts.
            </Empty>
          )
        }
      />
      <ListFooter noun="transactions" {...listLinks(path, query, page)} />
    </>
  )
}

function fields(): FilterField[] {
  return [
    { kind: 'choice', name: 'status', label: 'State', options: statusOptions('transaction') },
    {
      kind: 'choice',
      name: 'purpose',
      label: 'Purpose',
      options: [
        { value: 'settlement', label: 'Settlement' },
        { value: 'refund', label: 'Refund' },
        { value: 'execution', label: 'Execution' },
      ],
    },
    {
      kind: 'single',
      name: 'network',
      label: 'Network',
      options: labelServed().map(({ network, name }) => ({ value: network, label: name })),
    },
    { kind: 'text', name: 'signer', label: 'Signer', placeholder: '0x…', hint: 'A whole address, or its beginning.' },
    { kind: 'range', label: 'Date', min: 'from', max: 'to', type: 'date', hint: 'Days in UTC, both included.' },
  ]
}
