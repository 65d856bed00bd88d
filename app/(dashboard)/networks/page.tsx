import { Network } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { AutoRefresh } from '@/components/auto-refresh'
import { Empty } from '@/components/empty'
import { NetworkCard } from '@/components/network/network-card'
import { PageHeader } from '@/components/page-header'
import { listBaseFees, listEndpoints } from '@/lib/execution'

export const metadata: Metadata = { title: 'Networks' }

export default async function NetworksPage() {
  const scope = await requireSession()
  const [networks, fees] = await Promise.all([listEndpoints(), listBaseFees(scope)])
  return (
    <>
      <AutoRefresh everyMs={5_000} />
      <PageHeader
        title="Networks"
        description="The chains on which you sell: the health of their RPC endpoints, and the cost of a transaction."
      />
      {networks.length === 0 && (
        <div className="rounded-lg border bg-card">
          <Empty icon={Network} title="No network is configured">
            Set NETWORKS in the environment and restart.
          </Empty>
        </div>
      )}
      <div className="flex flex-col gap-4">
        {networks.map((network) => {
          const ours = fees.find((one) => one.network === network.label.network)
          return ours && <NetworkCard key={ours.network} network={network} fees={ours} />
        })}
      </div>
    </>
  )
}
