import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { AutoRefresh } from '@/components/auto-refresh'
import { PageHeader } from '@/components/page-header'
import { BalanceList } from '@/components/settlement/balance-list'
import { listBalances } from '@/lib/settlement'

export const metadata: Metadata = { title: 'Balances' }

export default async function BalancesPage() {
  const scope = await requireSession()
  return (
    <>
      <AutoRefresh everyMs={10_000} />
      <PageHeader
        title="Balances"
        description="Where your money is: on each address, on its way, in escrow, and due back. Each figure opens its list; the mark says whether books and chain agree."
      />
      <BalanceList balances={await listBalances(scope)} />
    </>
  )
}
