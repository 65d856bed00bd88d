import { Network } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/session'
import { AutoRefresh } from '@/components/auto-refresh'
import { Empty } from '@/components/empty'
import { NetworkCard } from '@/components/network/network-card'
import { PageHeader } from '@/components/page-header'
import { listNetworks } from '@/lib/execution'

export const metadata: Metadata = { title: 'Networks' }

export default async function NetworksPage() {
  const scope = await requireSession()
  const networks = await listNetworks(scope)
  return (
    <>
      <AutoRefresh everyMs={5_000} />
      <PageHeader
        title="Networks"
        description={
          scope.operator
            ? 'The chains that are sold on: their endpoints, and the signers that pay gas.'
            : 'The chains that are sold on. Signers and their lanes are shown to operators.'
        }
      />
      {networks.length === 0 && (
        <div className="rounded-lg border bg-card">
          <Empty icon={Network} title="No network is configured">
            Set NETWORKS in the environment and restart.
          </Empty>
        </div>
      )}
      <div className="flex flex-col gap-4">
        {networks.map((network) => (
          <NetworkCard key={network.label.network} network={network} />
        ))}
      </div>
    </>
  )
}
