import { Handshake } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { AutoRefresh } from '@/components/auto-refresh'
import { Empty } from '@/components/empty'
import { RouteList } from '@/components/facilitator/route-list'
import { UnknownTable } from '@/components/facilitator/unknown-table'
import { RemoteFacilitatorDialog } from '@/components/facilitator/remote-facilitator-dialog'
import { RemoteFacilitatorTable } from '@/components/facilitator/remote-facilitator-table'
import { UsageTable } from '@/components/facilitator/usage-table'
import { PageHeader } from '@/components/page-header'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardHeader } from '@/components/ui/card'
import { MemberScope } from '@/lib/auth'
import { listUnknowns, sumFacilitations } from '@/lib/facilitator'
import { listRoutes, listRemoteFacilitators } from '@/lib/remote-facilitators'
import {
  checkNowAction,
  createRemoteFacilitatorAction,
  setRouteAction,
  setRemoteFacilitatorStatusAction,
  testRemoteFacilitatorAction,
  updateRemoteFacilitatorAction,
} from './actions'

export const metadata: Metadata = { title: 'Facilitators' }

export default async function FacilitatorsPage() {
  const scope = await requireSession()
  const [facilitators, routes, unknowns, usage] = await Promise.all([
    listRemoteFacilitators(scope),
    listRoutes(scope),
    listUnknowns(scope),
    sumFacilitations(scope),
  ])
  const editable = MemberScope.may(scope, scope.merchantId, 'integrate')
  const own = facilitators.filter(({ merchantId }) => merchantId === scope.merchantId)
  return (
    <>
      <AutoRefresh everyMs={5_000} />
      <PageHeader
        title="Facilitators"
        description="Who settles your payments: this server, or remote facilitators, whose reports the chain must confirm. And what others settle here."
        actions={
          <>
            <ButtonLink href="/facilitators/requests" variant="outline">
              Requests
            </ButtonLink>
            {editable && <RemoteFacilitatorDialog save={createRemoteFacilitatorAction} />}
          </>
        }
      />
      <div className="flex flex-col gap-6">
        <Card className="overflow-hidden">
          <CardHeader
            title={unknowns.total > 0 ? `Unknown (${unknowns.total.toLocaleString('en')})` : 'Unknown'}
            description="Payments that were sent to another facilitator, until the chain shows them or proves that they can no longer settle."
          />
          <UnknownTable unknowns={unknowns.rows} editable={editable} check={checkNowAction} />
        </Card>
        <Card>
          <CardHeader title="Routes" description="The facilitators that settle, in order of preference." />
          <RouteList
            routes={routes}
            choices={[
              { value: 'local', label: 'This server' },
              ...own.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            editable={editable}
            save={setRouteAction}
          />
        </Card>
        <RemoteFacilitatorTable
          facilitators={facilitators}
          mayEdit={(merchantId) => MemberScope.may(scope, merchantId, 'integrate')}
          update={updateRemoteFacilitatorAction}
          setStatus={setRemoteFacilitatorStatusAction}
          test={testRemoteFacilitatorAction}
          empty={
            <Empty icon={Handshake} title="No other facilitators yet">
              Add CDP, x402.org, PayAI or any other x402 facilitator, and choose in the routes what it may settle.
            </Empty>
          }
        />
        <Card className="overflow-hidden">
          <CardHeader
            title="Settled for others"
            description="Settlements for callers of this server’s facilitator in the last seven days, and their gas cost."
          />
          <UsageTable usage={usage} />
        </Card>
      </div>
    </>
  )
}
