import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireSession } from '@/app/_lib/session'
import { AutoRefresh } from '@/components/auto-refresh'
import { Json } from '@/components/code-block'
import { PageHeader } from '@/components/page-header'
import { Status } from '@/components/status'
import { Card, CardHeader } from '@/components/ui/card'
import { Panel } from '@/components/panel'
import { DeliveryFacts } from '@/components/webhook/delivery-facts'
import { AnswerButton } from '@/components/webhook/endpoint-actions'
import { TryTable } from '@/components/webhook/try-table'
import { MemberScope } from '@/lib/auth'
import { Filter } from '@/lib/paging'
import { getDelivery } from '@/lib/webhooks'
import { resendDeliveryAction } from '../../actions'

export const metadata: Metadata = { title: 'Delivery' }

type Props = { params: Promise<{ id: string; delivery: string }> }

export default async function DeliveryPage({ params }: Props) {
  const scope = await requireSession()
  const { id, delivery: deliveryId } = await params
  const delivery = Filter.isId(deliveryId) ? await getDelivery(scope, deliveryId) : undefined
  if (!delivery || (delivery.endpointId ?? 'callbacks') !== id) notFound()
  return (
    <>
      {delivery.status === 'waiting' && <AutoRefresh everyMs={2_000} />}
      <PageHeader
        crumbs={[
          { label: 'Webhooks', href: '/webhooks' },
          { label: new URL(delivery.url).host, href: `/webhooks/${id}` },
          { label: deliveryId.slice(0, 8) },
        ]}
        title={delivery.type}
        meta={<Status kind="delivery" value={delivery.status} />}
        actions={
          MemberScope.may(scope, delivery.merchantId, 'integrate') && (
            <AnswerButton act={resendDeliveryAction.bind(null, deliveryId)} words="Resend" />
          )
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-2">
        <Panel title="Delivery">
          <DeliveryFacts delivery={delivery} />
        </Panel>
        <Panel title="Body" description="The signed body, which is sent without these line breaks." className="min-w-0">
          <Json value={JSON.parse(delivery.payload)} label="Body" />
        </Panel>
      </div>
      <Card className="mt-4 overflow-hidden">
        <CardHeader title="Tries" description="All tries have the same id, so that a receiver can drop duplicates." />
        <TryTable tries={delivery.tries} />
      </Card>
    </>
  )
}
