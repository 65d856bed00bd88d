import { KeyRound } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { AutoRefresh } from '@/components/auto-refresh'
import { Empty } from '@/components/empty'
import { Gas } from '@/components/gas'
import { PageHeader } from '@/components/page-header'
import { MixedPayouts } from '@/components/signer/mixed-payouts'
import { SignerCard } from '@/components/signer/signer-card'
import { listSigners, type SignerView } from '@/lib/execution'
import { findMixedPayouts } from '@/lib/merchants'
import { sumUsage, type UsageSum } from '@/lib/policies'

export const metadata: Metadata = { title: 'Signers' }

export default async function SignersPage() {
  const scope = await requireSession()
  if (!scope.operator)
    return (
      <>
        <PageHeader title="Signers" />
        <div className="rounded-lg border bg-card">
          <Empty icon={KeyRound} title="For operators">
            Signers pay the gas of all merchants. Only operators of this server see them.
          </Empty>
        </div>
      </>
    )
  const [signers, payouts, usage] = await Promise.all([listSigners(), findMixedPayouts(), sumUsage()])
  const networks = [...new Map(signers.map(({ network }) => [network.network, network])).values()]
  return (
    <>
      <AutoRefresh everyMs={5_000} />
      <PageHeader title="Signers" description="The keys that send transactions: their gas balances and their queues." />
      <MixedPayouts payouts={payouts} />
      <div className="flex flex-col gap-6">
        {networks.map((network) => (
          <section key={network.network} aria-labelledby={network.network} className="flex flex-col gap-3">
            <NetworkHead network={network} usage={usage.find((row) => row.network === network.network)} />
            <div className="grid gap-3 lg:grid-cols-2">
              {signers
                .filter((signer) => signer.network.network === network.network)
                .map((signer) => (
                  <SignerCard key={`${signer.purpose}|${signer.address}`} signer={signer} />
                ))}
            </div>
          </section>
        ))}
      </div>
    </>
  )
}

function NetworkHead({ network, usage }: { network: SignerView['network']; usage: UsageSum | undefined }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
      <h2 id={network.network} className="font-semibold">
        {network.name}
        <span className="ml-2 font-mono text-xs font-normal text-muted-foreground">{network.network}</span>
      </h2>
      {usage && (
        <p className="text-xs text-muted-foreground">
          Used of the policies’ daily caps: {usage.transactions.toLocaleString('en')} transactions,{' '}
          <Gas wei={usage.valueWei} symbol={network.gasSymbol} inCoins /> of value,{' '}
          <Gas wei={usage.feeWei} symbol={network.gasSymbol} /> of fees
        </p>
      )}
    </div>
  )
}
