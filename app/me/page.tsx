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
import { WalletTable } from '@/components/agent/wallet-table'
import { ChoiceNav } from '@/components/list/choice-nav'
import type { FilterField } from '@/components/list/filter-field'
import { Section } from '@/components/panel'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { buttonVariants } from '@/components/ui/button-variants'
import { listCredit } from '@/lib/channels'
import { Filter } from '@/lib/paging'
import { listBudgets, summarizeSpend, type SpendView } from '@/lib/payers'
import { listRefundsOwed, listSpending, PaymentFilter } from '@/lib/payments'
import { z } from 'zod'
import { walletSetup } from '@/app/_lib/wallet-setup'
import {
  beginWalletLinkAction,
  linkWalletAction,
  removeBudgetAction,
  setBudgetAction,
  unlinkWalletAction,
} from './actions'

export const metadata: Metadata = { title: 'My spending' }

const path = '/me'
const { status, settlement, network, resource, from, to } = PaymentFilter.shape
const shape = { status, settlement, network, resource, from, to }

/** The spending of the signed-in wallet, and of those linked to it, at all merchants of this installation. */
export default async function MePage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const { wallets } = await requireAgent()
  const isOwn = z.string().refine((text) => wallets.includes(text))
  const { values, ask, query, ignored } = Filter.read({ ...shape, wallet: isOwn }, await searchParams)
  const { wallet: chosen, ...filter } = values
  const shown = chosen === undefined ? wallets : [chosen]
  const [spend, page, channels, refunds, budgets] = await Promise.all([
    summarizeSpend(shown, Date.now()),
    listSpending(shown, filter, ask),
    listCredit(shown),
    listRefundsOwed(shown),
    listBudgets(shown),
  ])
  return (
    <>
      <SpendHeader wallets={wallets} chosen={chosen} />
      <div className="flex flex-col gap-4">
        {wallets.length > 1 && <WalletChoice wallets={wallets} chosen={chosen} query={query} />}
        <SpendFigures spend={spend} channels={channels} refunds={refunds} />
        <SpendChart days={spend.days} hasOthers={spend.others.length > 0} />
        <BudgetTable
          budgets={budgets}
          wallets={shown}
          resources={resourcesOf(spend)}
          set={setBudgetAction}
          remove={removeBudgetAction}
        />
        <CreditList channels={channels} hasWallets={shown.length > 1} />
        <OwedTable refunds={refunds} hasWallets={shown.length > 1} />
        <ResourceSpendTable resources={spend.resources} />
        <WalletTable
          wallets={wallets}
          setup={walletSetup('agent')}
          begin={beginWalletLinkAction}
          link={linkWalletAction}
          unlink={unlinkWalletAction}
        />
        <Section title="Payments">
          <FilteredList
            list={{ path, query, ignored, page }}
            fields={fields(spend)}
            noun="payments"
            icon={ReceiptText}
            none={{ title: 'No payments yet', text: 'Your payments and their receipts are listed here.' }}
          >
            {(empty) => (
              <SpendingTable
                payments={page.rows}
                sellers={sellersOf(spend)}
                hasWallets={shown.length > 1}
                empty={empty}
              />
            )}
          </FilteredList>
        </Section>
      </div>
    </>
  )
}

type HeaderProps = { wallets: readonly string[]; chosen: string | undefined }

/** The title, with whose payments the page shows. */
function SpendHeader({ wallets, chosen }: HeaderProps) {
  const [only] = chosen === undefined ? wallets : [chosen]
  return (
    <PageHeader
      title="My spending"
      description={
        chosen === undefined && wallets.length > 1 ? (
          <>Payments of your {wallets.length} linked wallets to all merchants here. Visible to these wallets only.</>
        ) : (
          <>
            Payments of <Address value={only ?? ''} label="my address" /> to all merchants here. Visible to{' '}
            {wallets.length > 1 ? 'your linked wallets' : 'this wallet'} only.
          </>
        )
      }
      actions={
        <a
          href={`/me/receipts.csv${chosen === undefined ? '' : `?wallet=${chosen}`}`}
          download
          className={buttonVariants({ variant: 'outline' })}
        >
          <Download aria-hidden /> Receipts as CSV
        </a>
      }
    />
  )
}

type ChoiceProps = HeaderProps & { query: Record<string, string> }

/** What the whole page shows: all linked wallets, or one of them. */
function WalletChoice({ wallets, chosen, query }: ChoiceProps) {
  const choice = (wallet: string | undefined, label: string) => ({
    href: Filter.href(path, query, { wallet }),
    label,
    isCurrent: wallet === chosen,
  })
  return (
    <ChoiceNav
      label="Wallet"
      choices={[
        choice(undefined, 'All wallets'),
        ...wallets.map((wallet) => choice(wallet, `${wallet.slice(0, 6)}…${wallet.slice(-4)}`)),
      ]}
    />
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
