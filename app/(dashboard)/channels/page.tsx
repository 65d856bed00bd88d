import { Waypoints } from 'lucide-react'
import type { Metadata } from 'next'
import { listLinks } from '@/app/_lib/list-links'
import { requireSession } from '@/app/_lib/session'
import { ChannelSummary } from '@/components/channel/channel-summary'
import { ChannelTable } from '@/components/channel/channel-table'
import { Empty } from '@/components/empty'
import { FilterBar, type FilterField } from '@/components/list/filter-bar'
import { IgnoredHint } from '@/components/list/ignored-hint'
import { ListFooter } from '@/components/list/list-footer'
import { NoMatch } from '@/components/list/no-match'
import { PageHeader } from '@/components/page-header'
import { statusOptions } from '@/components/status'
import { ButtonLink } from '@/components/ui/button-link'
import { labelNetwork } from '@/lib/chains'
import { ChannelFilter, listChannels, listSessionNetworks, summarizeChannels } from '@/lib/channels'
import { listResourceNames } from '@/lib/merchants'
import { Filter } from '@/lib/paging'

export const metadata: Metadata = { title: 'Channels' }

const path = '/channels'

export default async function ChannelsPage({ searchParams }: { searchParams: Promise<Filter.FilterParams> }) {
  const scope = await requireSession()
  const { values, ask, query, ignored } = Filter.read(ChannelFilter.shape, await searchParams)
  const [page, summary, resources] = await Promise.all([
    listChannels(scope, values, ask),
    summarizeChannels(scope),
    listResourceNames(scope),
  ])
  const nowMs = Date.now()
  return (
    <>
      <PageHeader
        title="Channels"
        description="Money that agents put into escrow and spend by signed vouchers, and how much of it is not paid out yet."
        actions={
          <ButtonLink href="/settlements#schedules" variant="outline">
            Schedule
          </ButtonLink>
        }
      />
      <ChannelSummary summary={summary} nowMs={nowMs} />
      <IgnoredHint ignored={ignored} href={Filter.href(path, query, {})} />
      <FilterBar query={query} fields={fields(resources)} />
      <ChannelTable
        channels={page.rows}
        nowMs={nowMs}
        empty={
          Object.keys(query).length > 0 ? (
            <NoMatch icon={Waypoints} noun="channels" path={path} />
          ) : (
            <Empty
              icon={Waypoints}
              title="No channels yet"
              action={
                <ButtonLink href="/resources" variant="outline">
                  See what is on sale
                </ButtonLink>
              }
            >
              Sell a resource by sessions. Each channel that an agent opens for it is listed here.
            </Empty>
          )
        }
      />
      <ListFooter noun="channels" {...listLinks(path, query, page)} />
    </>
  )
}

function fields(resources: readonly { id: string; label: string }[]): FilterField[] {
  return [
    { kind: 'choice', name: 'status', label: 'Status', options: statusOptions('channel') },
    {
      kind: 'single',
      name: 'network',
      label: 'Network',
      options: listSessionNetworks().map((network) => ({ value: network, label: labelNetwork(network).name })),
    },
    {
      kind: 'single',
      name: 'resource',
      label: 'Resource',
      options: resources.map(({ id, label }) => ({ value: id, label })),
    },
    { kind: 'text', name: 'payer', label: 'Payer', placeholder: '0x…', hint: 'A whole address, or its beginning.' },
    { kind: 'text', name: 'id', label: 'Channel', placeholder: '0x…', hint: 'A whole channel id, or its beginning.' },
    { kind: 'single', name: 'parked', label: 'Parked', options: [{ value: 'yes', label: 'Due, but not settled' }] },
  ]
}
