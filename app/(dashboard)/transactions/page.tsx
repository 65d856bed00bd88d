import { Activity } from 'lucide-react'
import type { Metadata } from 'next'
import { dateField, networkField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { TransactionTable } from '@/components/transaction/transaction-table'
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
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields()}
        noun="transactions"
        exportPath={`${path}/export`}
        icon={Activity}
        none={{
          title: 'No transactions yet',
          text: 'Settlements, refunds and executed actions are listed here with all their attempts.',
        }}
      >
        {(empty) => <TransactionTable transactions={page.rows} empty={empty} />}
      </FilteredList>
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
    networkField(),
    { kind: 'text', name: 'signer', label: 'Signer', placeholder: '0x…', hint: 'A whole address, or its beginning.' },
    dateField,
  ]
}
