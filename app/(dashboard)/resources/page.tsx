import { Boxes, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { requireSession } from '@/app/_lib/session'
import { Amount } from '@/components/amount'
import { ArchivedLink } from '@/components/archived-link'
import { column } from '@/components/columns'
import { DataTable, type Column } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { ChoiceNav } from '@/components/list/choice-nav'
import { IgnoredHint } from '@/components/list/ignored-hint'
import { NoMatch } from '@/components/list/no-match'
import { SortLink } from '@/components/list/sort-link'
import { NetworkName } from '@/components/network-name'
import { PageHeader } from '@/components/page-header'
import { MethodPath } from '@/components/resource/method'
import { ResourceSearch } from '@/components/resource/resource-search'
import { PauseShop, ShopClosed, ShopPaused } from '@/components/resource/shop-pause'
import { Status } from '@/components/status'
import { ButtonLink } from '@/components/ui/button-link'
import { MemberScope } from '@/lib/auth'
import { getMerchant, listResources, ResourceFilter, type ResourceRow } from '@/lib/merchants'
import { Filter } from '@/lib/paging'
import { setShopPausedAction } from './actions'

export const metadata: Metadata = { title: 'Resources' }

const path = '/resources'

type Query = Record<string, string>

/** The list by this column; by the current one, the other way round. */
function sortLink(label: string, by: ResourceFilter.ResourceSort, query: Query, filter: ResourceFilter.ResourceFilter) {
  const { sort = 'path' } = filter
  const isCurrent = sort === by
  const isAscending = ResourceFilter.isAscending(filter)
  const change = {
    sort: by === 'path' ? undefined : by,
    order: isCurrent && filter.order === undefined ? (isAscending ? 'desc' : 'asc') : undefined,
  }
  return (
    <SortLink label={label} href={Filter.href(path, query, change)} isCurrent={isCurrent} isAscending={isAscending} />
  )
}

type SortLabel = (label: string, by: ResourceFilter.ResourceSort) => ReactNode

const columnsOf = (pausedSlug: string | undefined, sorted: SortLabel): readonly Column<ResourceRow>[] => [
  column(sorted('Resource', 'path'), (row) => (
    <span className="flex flex-col">
      {row.name}
      <MethodPath method={row.method} path={row.path} className="font-normal" />
    </span>
  )),
  column(sorted('Price', 'price'), { align: 'right' }, (row) =>
    row.priceMicros === 0n ? (
      'Free'
    ) : (
      <>
        {row.priced === 'counted' && <span className="text-xs text-muted-foreground">up to </span>}
        <Amount base={row.priceMicros} />
        {row.priced === 'policy' && <span className="block text-xs text-muted-foreground">by policy</span>}
        {row.session && <span className="block text-xs text-muted-foreground">per {row.unitType}, sessions</span>}
      </>
    ),
  ),
  column('Paid on', { from: 'md' }, (row) => (
    <span className="flex flex-wrap gap-x-3">
      {row.networks.map((network) => (
        <NetworkName key={network.network} network={network.network} name={network.name} />
      ))}
    </span>
  )),
  column(sorted('Paid calls, 24 h', 'calls'), { align: 'right', from: 'sm' }, (row) =>
    row.paidCalls === 0 ? '–' : row.paidCalls.toLocaleString('en'),
  ),
  column(sorted('Revenue, 24 h', 'revenue'), { align: 'right', from: 'sm' }, (row) =>
    row.paidCalls === 0 ? '–' : <Amount base={row.revenueMicros} />,
  ),
  column('Status', (row) => (
    <Status kind="resource" value={row.status === 'live' && row.merchantSlug === pausedSlug ? 'paused' : row.status} />
  )),
]

type Props = { searchParams: Promise<Filter.FilterParams> }

export default async function ResourcesPage({ searchParams }: Props) {
  const scope = await requireSession()
  const { values, query, ignored } = Filter.read(ResourceFilter.shape, await searchParams)
  const isArchived = values.archived === '1'
  const isFiltered = values.q !== undefined || values.status !== undefined
  const [rows, merchant] = await Promise.all([
    listResources(scope, isArchived, values),
    getMerchant(scope, scope.merchantId),
  ])
  const sells = merchant.closedAt === null && MemberScope.may(scope, merchant.id, 'sell')
  const setPaused = setShopPausedAction.bind(null, merchant.id)
  const add = (
    <ButtonLink href="/resources/new">
      <Plus aria-hidden /> New resource
    </ButtonLink>
  )
  return (
    <>
      <PageHeader
        title="Resources"
        description="What you sell: one method on one path, its price, and where the money goes."
        actions={
          sells &&
          (rows.length > 0 || isFiltered) && (
            <>
              {!merchant.pausedAt && <PauseShop setPaused={setPaused} />}
              {add}
            </>
          )
        }
      />
      {merchant.closedAt && <ShopClosed at={merchant.closedAt.toISOString()} />}
      {merchant.pausedAt && !merchant.closedAt && (
        <ShopPaused at={merchant.pausedAt.toISOString()} setPaused={sells && setPaused} />
      )}
      <IgnoredHint ignored={ignored} href={Filter.href(path, query, {})} />
      {(rows.length > 0 || isFiltered) && <Choices query={query} filter={values} />}
      <DataTable
        caption={captionOf(values)}
        columns={columnsOf(merchant.pausedAt ? merchant.slug : undefined, (label, by) =>
          sortLink(label, by, query, values),
        )}
        rows={rows}
        rowKey={(row) => row.id}
        rowHref={(row) => `/resources/${row.id}`}
        empty={
          isFiltered ? (
            <NoMatch icon={Boxes} noun="resources" path={path} />
          ) : (
            <Empty
              icon={Boxes}
              title={isArchived ? 'Nothing is archived' : 'Nothing is on sale yet'}
              action={sells && add}
            >
              {isArchived
                ? 'Resources that you archive are listed here.'
                : 'Set a price for a URL of your API, and agents can buy it.'}
            </Empty>
          )
        }
      />
      <ArchivedLink path="/resources" isArchived={isArchived} />
    </>
  )
}

/** Search and status of the list. */
function Choices({ query, filter }: { query: Query; filter: ResourceFilter.ResourceFilter }) {
  const { q: _q, ...rest } = query
  const choice = (status: ResourceFilter.ResourceFilter['status'], label: string) => ({
    href: Filter.href(path, query, { status }),
    label,
    isCurrent: filter.status === status,
  })
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <ResourceSearch value={filter.q ?? ''} action={path} query={rest} />
      {filter.archived === undefined && (
        <ChoiceNav
          label="Status"
          choices={[
            choice(undefined, 'All'),
            choice('live', 'Live'),
            choice('paused', 'Paused'),
            choice('draft', 'Drafts'),
          ]}
        />
      )}
    </div>
  )
}

function captionOf(filter: ResourceFilter.ResourceFilter): string {
  const by = { path: 'path', price: 'price', calls: 'paid calls', revenue: 'revenue' }[filter.sort ?? 'path']
  const isUsual = filter.order === undefined
  return `Resources by ${by}${isUsual ? '' : ResourceFilter.isAscending(filter) ? ', smallest first' : ', backwards'}`
}
