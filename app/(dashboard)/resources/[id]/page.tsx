import { Pencil } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { Suspense } from 'react'
import { orNotFound } from '@/app/_lib/or-not-found'
import { requireSession } from '@/app/_lib/session'
import { Address } from '@/components/address'
import { Amount } from '@/components/amount'
import { EventList } from '@/components/audit/event-list'
import { Empty } from '@/components/empty'
import { addressUrl } from '@/components/explorer'
import { Facts } from '@/components/facts'
import { ListingHealth } from '@/components/listing/listing-health'
import { ListingPlaces } from '@/components/listing/listing-places'
import { NetworkName } from '@/components/network-name'
import { PageHeader } from '@/components/page-header'
import { Section } from '@/components/panel'
import { PaymentTable } from '@/components/payment/payment-table'
import { HeadCard } from '@/components/resource/head-card'
import { MethodPath } from '@/components/resource/method'
import { CurrentPrice } from '@/components/resource/price-versions'
import { StatusBadge, StatusButtons, StatusScope } from '@/components/resource/status-actions'
import { SecretHeaders } from '@/components/resource/secret-headers'
import { TryIt } from '@/components/resource/try-it'
import { Time } from '@/components/time'
import { ButtonLink } from '@/components/ui/button-link'
import { Card, CardContent, CardHeader } from '@/components/ui/card'
import { MemberScope } from '@/lib/auth'
import { listEvents, type EventRow } from '@/lib/audit'
import { labelNetwork } from '@/lib/chains'
import { checkListing, findListings, findSnippets } from '@/lib/gateway'
import { gatewayUrl, getResource, type Execution, type ResourceView } from '@/lib/merchants'
import { Page } from '@/lib/paging'
import { listPayments } from '@/lib/payments'
import { toVersion } from '../price-words'
import { removeResourceHeaderAction, setResourceHeaderAction, setResourceStatusAction } from '../actions'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const scope = await requireSession()
  const resource = await orNotFound(getResource(scope, (await params).id))
  return { title: resource.name }
}

export default async function ResourcePage({ params }: Props) {
  const scope = await requireSession()
  const { id } = await params
  const resource = await orNotFound(getResource(scope, id))
  const [payments, events, listing, snippets] = await Promise.all([
    listPayments(scope, { resource: id }, { size: 25 }),
    listEvents(scope, { subject: id }, { size: 25 }),
    checkListing(resource.merchantSlug, id),
    findSnippets(resource.merchantSlug, id),
  ])
  const editable = MemberScope.may(scope, scope.merchantId, 'sell')
  const [current] = resource.prices
  return (
    <>
      <ResourceHeader resource={resource} editable={editable} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <TryIt
            {...{ snippets, url: gatewayUrl(resource.merchantSlug) + resource.path }}
            status={resource.status}
            playgroundHref={`/playground?resource=${id}`}
          />
          <LatestPayments resourceId={id} payments={payments} />
          <Activity events={events.rows.slice(0, 8)} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {current && (
            <CurrentPrice
              price={toVersion(current)}
              versions={resource.prices.length}
              href={`/resources/${id}/prices`}
            />
          )}
          <ResourceFacts resource={resource} />
          <Suspense fallback={<ListingPlaces places={undefined} />}>
            <Places resource={resource} since={sinceOf(resource, events.rows)} />
          </Suspense>
          {listing && <ListingHealth health={listing.health} />}
          {listing?.head && <HeadCard head={listing.head} />}
          <SecretHeaders
            headers={resource.headers}
            editable={editable}
            setHeader={setResourceHeaderAction.bind(null, id)}
            removeHeader={removeResourceHeaderAction.bind(null, id)}
          />
        </div>
      </div>
    </>
  )
}

function ResourceHeader({ resource, editable }: { resource: ResourceView; editable: boolean }) {
  const { id } = resource
  const setStatus = setResourceStatusAction.bind(null, id)
  return (
    <StatusScope status={resource.status} setStatus={setStatus}>
      <PageHeader
        title={resource.name}
        crumbs={[{ label: 'Resources', href: '/resources' }, { label: resource.name }]}
        description={resource.description}
        meta={
          <>
            <StatusBadge />
            <MethodPath method={resource.method} path={resource.path} />
          </>
        }
        actions={
          editable && (
            <>
              <StatusButtons setStatus={setStatus} />
              <ButtonLink href={`/resources/${id}/edit`} variant={resource.status === 'draft' ? 'default' : 'outline'}>
                <Pencil aria-hidden /> {resource.status === 'draft' ? 'Finish and put on sale' : 'Edit'}
              </ButtonLink>
            </>
          )
        }
      />
    </StatusScope>
  )
}

function Activity({ events }: { events: readonly EventRow[] }) {
  return (
    <Card aria-labelledby="activity-title" className="overflow-hidden">
      <CardHeader id="activity-title" title="Activity" className="border-b" />
      <EventList events={events} />
    </Card>
  )
}

type LatestProps = { resourceId: string; payments: Awaited<ReturnType<typeof listPayments>> }

function LatestPayments({ resourceId, payments }: LatestProps) {
  return (
    <Section
      title="Payments"
      actions={
        <Link href={`/payments?resource=${resourceId}`} className="rounded-sm text-brand hover:underline">
          All {Page.totalWords(payments.total)}
        </Link>
      }
    >
      <PaymentTable
        payments={payments.rows.slice(0, 8)}
        caption="Latest payments of this resource"
        empty={<Empty title="No payments yet">Call the gateway address with a paying agent.</Empty>}
      />
    </Section>
  )
}

/** Loaded apart from the rest of the page, which does not wait for the directories. */
async function Places({ resource, since }: { resource: ResourceView; since: string }) {
  return <ListingPlaces places={await findListings(resource.merchantSlug, resource.id, since)} />
}

/** When the resource went on sale: the last resume among the latest events, or its creation. */
function sinceOf({ createdAt }: ResourceView, events: readonly { type: string; at: string }[]): string {
  return events.find(({ type }) => type === 'resource.resumed')?.at ?? createdAt.toISOString()
}

function upstreamFacts({ upstreamUrl }: ResourceView) {
  return [{ label: 'Upstream', value: <span className="font-mono text-xs">{upstreamUrl}</span> }]
}

/** What is executed, and under which policy. */
function actionFacts({ network, calls, urgency }: Execution.Execution, policyId: string | null) {
  const { name, explorer } = labelNetwork(network)
  return [
    { label: 'Executed on', value: <NetworkName network={network} name={name} /> },
    ...calls.flatMap(({ to, abi }, index) => [
      {
        label: calls.length > 1 ? `Contract ${index + 1}` : 'Contract',
        value: <Address value={to} label="contract" {...addressUrl({ explorer }, to)} />,
      },
      { label: 'Function', value: <span className="font-mono text-xs">{abi.replace('function ', '')}</span> },
    ]),
    { label: 'Urgency', value: urgency },
    {
      label: 'Policy',
      value: (
        <Link href={`/policies/${policyId}`} className="text-brand hover:underline">
          Show the policy
        </Link>
      ),
    },
  ]
}

function PriceFact({ resource: { pricing, priceMicros, session, unitType } }: { resource: ResourceView }) {
  if (priceMicros === 0n && !pricing) return 'Free'
  return (
    <>
      {pricing?.unit && 'up to '}
      <Amount base={priceMicros} />
      {session && ` per ${unitType}`}
    </>
  )
}

function ResourceFacts({ resource }: { resource: ResourceView }) {
  const before = resource.settle === 'before' || resource.streaming || resource.sideEffects
  return (
    <Card aria-labelledby="facts-title">
      <CardHeader id="facts-title" title="Terms" className="pb-1" />
      <CardContent>
        <Facts
          facts={[
            { label: 'Price', value: <PriceFact resource={resource} /> },
            resource.session && {
              label: 'Sessions',
              value: `By the ${resource.unitType}${resource.meter === 'request' ? '' : ' only'}`,
            },
            resource.session && {
              label: 'Into escrow',
              value: <Amount base={resource.priceMicros * BigInt(resource.depositUnits)} />,
            },
            ...resource.payouts.map(({ network, name, payTo, explorer }) => ({
              label: <NetworkName network={network} name={name} />,
              value: <Address value={payTo} label="pay-to address" {...addressUrl({ explorer }, payTo)} />,
            })),
            { label: '402 answers, 24 h', value: resource.challenges.toLocaleString('en') },
            { label: 'Paid calls, 24 h', value: resource.paidCalls.toLocaleString('en') },
            ...(resource.execution ? actionFacts(resource.execution, resource.policyId) : upstreamFacts(resource)),
            { label: 'Timeout', value: `${resource.timeoutMs.toLocaleString('en')} ms` },
            {
              label: 'Money moves',
              value: before ? 'Before the call' : resource.settle === 'after' ? 'After the answer' : 'By protocol',
            },
            { label: 'Media type', value: <span className="font-mono text-xs">{resource.mimeType}</span> },
            { label: 'Version', value: resource.revision },
            { label: 'Edited', value: <Time at={resource.updatedAt} /> },
          ]}
        />
      </CardContent>
    </Card>
  )
}
