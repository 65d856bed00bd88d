import { Download, ReceiptText } from 'lucide-react'
import type { Metadata } from 'next'
import { dateField, networkField, paymentStatusField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireAgent } from '@/app/_lib/session'
import { BudgetTable } from '@/components/agent/budget-table'
import { CreditList } from '@/components/agent/credit-list'
import { OwedTable } from '@/components/agent/owed-table'
import { ResourceSpendTable } from '@/components/agent/resource-spend-table'
import { SpendChart } from '@/components/agent/spend-chart'
import { SpendFigures } from '@/components/agent/spend-figures'
import { SpendingTable } from '@/components/agent/spending-table'
import { Address } from '@/components/address'
import type { FilterField } from '@/components/list/filter-field'
import { Section } from '@/components/panel'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { buttonVariants } from '@/components/ui/button-variants'
import { listCredit } from '@/lib/channels'
import { Filter } from '@/lib/paging'
import { listBudgets, summarizeSpend, type SpendView } from '@/lib/payers'
import { listRefundsOwed, listSpending, PaymentFilter } from '@/lib/payments'
import { removeBudgetAction, setBudgetAction } from './actions'

export const metadata: Metadata = { title: 'My spending' }

const path = '/me'
const { status, settlement, network, resource, from, to } = PaymentFilter.shape
const shape = { status, settlement, network, resource, from, to }

/** The spending of the signed-in wallet at all merchants of this installation. */
export default async function MePage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const { wallet } = await requireAgent()
  const { values, ask, query, ignored } = Filter.read(shape, await searchParams)
  const [spend, page, channels, refunds, budgets] = await Promise.all([
    summarizeSpend(wallet, Date.now()),
    listSpending(wallet, values, ask),
    listCredit(wallet),
    listRefundsOwed(wallet),
    listBudgets([wallet]),
  ])
  return (
    <>
      <PageHeader
        title="My spending"
        description={
          <>
            Payments of <Address value={wallet} label="my address" /> to all merchants here. Visible to this wallet
            only.
          </>
        }
        actions={
          <a href="/me/receipts.csv" download className={buttonVariants({ variant: 'outline' })}>
            <Download aria-hidden /> Receipts as CSV
          </a>
        }
      />
      <div className="flex flex-col gap-4">
        <SpendFigures spend={spend} channels={channels} refunds={refunds} />
        <SpendChart days={spend.days} hasOthers={spend.others.length > 0} />
        <BudgetTable
          budgets={budgets}
          resources={resourcesOf(spend)}
          set={setBudgetAction}
          remove={removeBudgetAction}
        />
        <CreditList channels={channels} />
        <OwedTable refunds={refunds} />
        <ResourceSpendTable resources={spend.resources} />
        <Section title="Payments">
          <FilteredList
            list={{ path, query, ignored, page }}
            fields={fields(spend)}
            noun="payments"
            icon={ReceiptText}
            none={{ title: 'No payments yet', text: 'Payments of this wallet and their receipts are listed here.' }}
          >
            {(empty) => <SpendingTable payments={page.rows} sellers={sellersOf(spend)} empty={empty} />}
          </FilteredList>
        </Section>
      </div>
    </>
  )
}

function sellersOf({ resources }: SpendView.WalletSpend): Record<string, string> {
  return Object.fromEntries(resources.flatMap((row) => (row.resource ? [[row.resource.id, row.resource.seller]] : [])))
}

function resourcesOf({ resources }: SpendView.WalletSpend): { value: string; label: string }[] {
  return resources.flatMap((row) =>
    row.resource
      ? [{ value: row.resource.id, label: `${row.resource.seller}: ${row.resource.method} ${row.resource.path}` }]
      : [],
  )
}

function fields(spend: SpendView.WalletSpend): FilterField[] {
  return [
    paymentStatusField,
    { kind: 'choice', name: 'settlement', label: 'Settlement', options: statusOptions('settlement') },
    networkField(),
    {
      kind: 'single',
      name: 'resource',
      label: 'Resource',
      options: resourcesOf(spend),
    },
    dateField,
  ]
}
