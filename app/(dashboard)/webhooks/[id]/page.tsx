import { Send } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { AutoRefresh } from '@/components/auto-refresh'
import type { FilterField } from '@/components/list/filter-field'
import { PageHeader } from '@/components/page-header'
import { Status, statusOptions } from '@/components/status'
import { DeliveryTable } from '@/components/webhook/delivery-table'
import { EndpointActions } from '@/components/webhook/endpoint-actions'
import { EndpointDialog } from '@/components/webhook/endpoint-dialog'
import { EndpointFacts } from '@/components/webhook/endpoint-facts'
import { stateOf } from '@/components/webhook/subscribed-to'
import { MemberScope } from '@/lib/auth'
import { Filter } from '@/lib/paging'
import { DeliveryFilter, Endpoint, getEndpoint, listDeliveries, type WebhookEndpointView } from '@/lib/webhooks'
import {
  rotateSecretAction,
  sendTestEventAction,
  setEndpointArchivedAction,
  setEndpointStatusAction,
  updateEndpointAction,
} from '../actions'

export const metadata: Metadata = { title: 'Webhook' }

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Filter.FilterParams> }

/** The id `callbacks` shows the callback URLs of all intents. */
export default async function EndpointPage({ params, searchParams }: Props) {
  const scope = await requireSession()
  const { id } = await params
  const endpoint = Filter.isId(id) ? await getEndpoint(scope, id) : undefined
  if (!endpoint && id !== 'callbacks') notFound()
  const { values, ask, query, ignored } = Filter.read(DeliveryFilter.shape, await searchParams)
  const page = await listDeliveries(scope, endpoint?.id ?? null, values, ask)
  const path = `/webhooks/${id}`
  const nowMs = Date.now()
  return (
    <>
      {page.rows.some(({ status }) => status === 'waiting') && <AutoRefresh everyMs={3_000} />}
      {endpoint ? <EndpointHeader endpoint={endpoint} scope={scope} /> : <CallbacksHeader />}
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields()}
        noun="deliveries"
        icon={Send}
        none={{
          title: 'No deliveries yet',
          text: endpoint
            ? 'Deliveries of subscribed events are listed here. Send a test to check the endpoint.'
            : 'Deliveries to callback URLs of transaction requests are listed here.',
        }}
      >
        {(empty) => (
          <DeliveryTable deliveries={page.rows} base={path} showUrl={!endpoint} nowMs={nowMs} empty={empty} />
        )}
      </FilteredList>
    </>
  )
}

function EndpointHeader({ endpoint, scope }: { endpoint: WebhookEndpointView; scope: MemberScope.MemberScope }) {
  const { id, url, description, types, merchantId, disabledAt, archivedAt } = endpoint
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Webhooks', href: '/webhooks' }, { label: new URL(url).host }]}
        title={<span className="break-all">{url}</span>}
        meta={<Status kind="endpoint" value={stateOf(endpoint)} />}
        description={description}
        actions={
          MemberScope.may(scope, merchantId, 'integrate') && (
            <>
              <EndpointActions
                isDisabled={disabledAt !== null}
                isArchived={archivedAt !== null}
                sendTest={sendTestEventAction.bind(null, id)}
                setStatus={setEndpointStatusAction.bind(null, id)}
                setArchived={setEndpointArchivedAction.bind(null, id)}
                rotate={rotateSecretAction.bind(null, id)}
              />
              <EndpointDialog
                key={`${url} ${description} ${types.join(' ')}`}
                initial={{ url, description, types }}
                save={updateEndpointAction.bind(null, id)}
              />
            </>
          )
        }
      />
      <EndpointFacts endpoint={endpoint} />
      <h2 className="mt-6 mb-2 text-sm font-semibold">Deliveries</h2>
    </>
  )
}

function CallbacksHeader() {
  return (
    <PageHeader
      crumbs={[{ label: 'Webhooks', href: '/webhooks' }, { label: 'Callback URLs' }]}
      title="Callback URLs"
      description="Deliveries to the callback URLs of transaction requests."
    />
  )
}

function fields(): FilterField[] {
  return [
    { kind: 'choice', name: 'status', label: 'Status', options: statusOptions('delivery') },
    {
      kind: 'choice',
      name: 'type',
      label: 'Event',
      options: [...Endpoint.offered, 'alert.opened', 'alert.resolved', 'webhook.test'].map((type) => ({
        value: type,
        label: type,
      })),
    },
    {
      kind: 'text',
      name: 'about',
      label: 'About',
      placeholder: '0190a5a0-…',
      hint: 'The whole id of an intent, a transaction without one, a payment, a channel, a batch or an alert.',
    },
  ]
}
