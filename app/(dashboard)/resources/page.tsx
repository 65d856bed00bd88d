import { Boxes, Plus } from 'lucide-react'
import type { Metadata } from 'next'
import { requireSession } from '@/app/_lib/session'
import { Amount } from '@/components/amount'
import { ArchivedLink } from '@/components/archived-link'
import { column } from '@/components/columns'
import { DataTable, type Column } from '@/components/data-table'
import { Empty } from '@/components/empty'
import { NetworkName } from '@/components/network-name'
import { PageHeader } from '@/components/page-header'
import { MethodPath } from '@/components/resource/method'
import { PauseShop, ShopPaused } from '@/components/resource/shop-pause'
import { Status } from '@/components/status'
import { ButtonLink } from '@/components/ui/button-link'
import { MemberScope } from '@/lib/auth'
import { getMerchant, listResources, type ResourceRow } from '@/lib/merchants'
import { setShopPausedAction } from './actions'

export const metadata: Metadata = { title: 'Resources' }

const columnsOf = (pausedSlug: string | undefined): readonly Column<ResourceRow>[] => [
  column('Resource', (row) => (
    <span className="flex flex-col">
      {row.name}
      <MethodPath method={row.method} path={row.path} className="font-normal" />
    </span>
  )),
  column('Price', { align: 'right' }, (row) =>
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
  column('Paid calls, 24 h', { align: 'right', from: 'sm' }, (row) =>
    row.paidCalls === 0 ? '–' : row.paidCalls.toLocaleString('en'),
  ),
  column('Revenue, 24 h', { align: 'right', from: 'sm' }, (row) =>
    row.paidCalls === 0 ? '–' : <Amount base={row.revenueMicros} />,
  ),
  column('Status', (row) => (
    <Status kind="resource" value={row.status === 'live' && row.merchantSlug === pausedSlug ? 'paused' : row.status} />
  )),
]

type Props = { searchParams: Promise<{ archived?: string | string[] }> }

export default async function ResourcesPage({ searchParams }: Props) {
  const scope = await requireSession()
  const isArchived = (await searchParams).archived === '1'
  const [rows, merchant] = await Promise.all([listResources(scope, isArchived), getMerchant(scope, scope.merchantId)])
  const sells = MemberScope.may(scope, merchant.id, 'sell')
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
          rows.length > 0 && (
            <>
              {!merchant.pausedAt && <PauseShop setPaused={setPaused} />}
              {add}
            </>
          )
        }
      />
      {merchant.pausedAt && <ShopPaused at={merchant.pausedAt.toISOString()} setPaused={sells && setPaused} />}
      <DataTable
        caption="Resources by path"
        columns={columnsOf(merchant.pausedAt ? merchant.slug : undefined)}
        rows={rows}
        rowKey={(row) => row.id}
        rowHref={(row) => `/resources/${row.id}`}
        empty={
          <Empty
            icon={Boxes}
            title={isArchived ? 'Nothing is archived' : 'Nothing is on sale yet'}
            action={sells && add}
          >
            {isArchived
              ? 'Resources that you archive are listed here.'
              : 'Set a price for a URL of your API, and agents can buy it.'}
          </Empty>
        }
      />
      <ArchivedLink path="/resources" isArchived={isArchived} />
    </>
  )
}
