import { Pencil } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { Facts } from '@/components/facts'
import { PageHeader } from '@/components/page-header'
import { ArchivePolicy } from '@/components/policy/archive-policy'
import { ContractList } from '@/components/policy/contract-list'
import { PolicyVersions } from '@/components/policy/policy-versions'
import { UsageBars } from '@/components/policy/usage-bars'
import { Status } from '@/components/status'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardHeader, CardContent } from '@/components/ui/card'
import { Panel } from '@/components/panel'
import { listApiKeys, type ApiKeyRow, MemberScope } from '@/lib/auth'
import { labelNetwork } from '@/lib/chains'
import { Filter } from '@/lib/paging'
import { findPolicy, listUsage, listVersions, ExecutionPolicy, type StoredExecutionPolicy } from '@/lib/policies'
import { archivePolicyAction } from '../actions'
import { describeUsage } from './usage'

export const metadata: Metadata = { title: 'Policy' }

export default async function PolicyPage({ params }: { params: Promise<{ id: string }> }) {
  const scope = await requireSession()
  const { id } = await params
  const policy = Filter.isId(id) ? await findPolicy(scope, id) : undefined
  if (!policy) notFound()
  const [usage, versions, keys] = await Promise.all([listUsage(id), listVersions(scope, id), listApiKeys(scope)])
  const live = policy.archivedAt === null
  return (
    <>
      <PageHeader
        title={policy.name}
        crumbs={[{ label: 'Policies', href: '/policies' }, { label: policy.name }]}
        meta={<Status kind="policy" value={live ? 'used' : 'archived'} />}
        actions={
          MemberScope.may(scope, scope.merchantId, 'execute') &&
          live && (
            <>
              <ArchivePolicy name={policy.name} archive={archivePolicyAction.bind(null, id)} />
              <ButtonLink href={`/policies/${id}/edit`} variant="outline">
                <Pencil aria-hidden /> Edit
              </ButtonLink>
            </>
          )
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Panel
            isRegion
            title="Used today"
            description="Since midnight UTC, including what running transactions may still use."
          >
            <UsageBars subjects={describeUsage(policy.rules, usage, new Map(keys.map((key) => [key.id, key.name])))} />
          </Panel>
          <Panel isRegion title="May be called">
            <ContractList contracts={policy.rules.contracts.map(toContract)} />
          </Panel>
          <Card aria-labelledby="versions-title" className="overflow-hidden">
            <CardHeader id="versions-title" title="Versions" description="From the audit trail." />
            <PolicyVersions versions={versions} />
          </Card>
        </div>
        <Terms policy={policy} keys={keys.filter(({ policyId, state }) => policyId === id && state === 'active')} />
      </div>
    </>
  )
}

const refunds = { 'when-proven': 'If it provably did not run', never: 'Never' }
const finalities = { included: 'In a block', safe: 'In a safe block', final: 'In a final block' }

function Terms({ policy: { rules, version }, keys }: { policy: StoredExecutionPolicy; keys: readonly ApiKeyRow[] }) {
  const [network] = rules.contracts
  const words = (wei: bigint) => ExecutionPolicy.words(wei, network?.network ?? '')
  return (
    <Card aria-labelledby="terms-title">
      <CardHeader id="terms-title" title="Terms" className="pb-1" />
      <CardContent>
        <Facts
          facts={[
            { label: 'Value, each', value: `${words(rules.maxValueWei)} at most` },
            { label: 'Fee, each', value: `${words(rules.maxFeeWei)} at most` },
            { label: 'Urgency', value: rules.urgencies.join(', ') },
            { label: 'Submission', value: rules.submissions.join(', ') },
            { label: 'Outcome counts from', value: finalities[rules.finality] },
            { label: 'Refund', value: refunds[rules.refund] },
            {
              label: 'API keys',
              value:
                keys.length === 0 ? (
                  'None'
                ) : (
                  <Link href="/keys" className="rounded-sm text-brand hover:underline">
                    {keys.map(({ name }) => name).join(', ')}
                  </Link>
                ),
            },
            { label: 'Version', value: version },
          ]}
        />
      </CardContent>
    </Card>
  )
}

function toContract({ network, address, label, selectors }: ExecutionPolicy.AllowedContract) {
  const { name, explorer } = labelNetwork(network)
  return {
    key: `${network} ${address}`,
    label,
    address,
    network: name,
    explorer,
    functions: selectors === '*' ? null : selectors.map(ExecutionPolicy.nameOf),
  }
}
