import { Waypoints } from 'lucide-react'
import type { Metadata } from 'next'
import { payerField, payToField, resourceField, tokenField } from '@/app/_lib/filter-fields'
import { FilteredList } from '@/app/_lib/filtered-list'
import { requireSession } from '@/app/_lib/session'
import { ChannelSummary } from '@/components/channel/channel-summary'
import { ChannelTable } from '@/components/channel/channel-table'
import type { FilterField } from '@/components/list/filter-field'
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
      <FilteredList
        list={{ path, query, ignored, page }}
        fields={fields(resources)}
        noun="channels"
        exportPath={`${path}/export`}
        icon={Waypoints}
        none={{
          title: 'No channels yet',
          text: 'Sell a resource by sessions. Each channel that an agent opens for it is listed here.',
          action: (
            <ButtonLink href="/resources" variant="outline">
              See what is on sale
            </ButtonLink>
          ),
        }}
      >
        {(empty) => <ChannelTable channels={page.rows} nowMs={nowMs} empty={empty} />}
      </FilteredList>
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
    resourceField(resources),
    payerField,
    payToField('payee'),
    tokenField,
    { kind: 'text', name: 'id', label: 'Channel', placeholder: '0x…', hint: 'A whole channel id, or its beginning.' },
    { kind: 'single', name: 'parked', label: 'Parked', options: [{ value: 'yes', label: 'Due, but not settled' }] },
  ]
}
