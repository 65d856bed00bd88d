import type { SpendView } from '@/lib/payers'
import { Amount } from '../amount'
import { CopyButton } from '../copy-button'
import { DataTable } from '../data-table'
import { Time } from '../time'
import { TokenAmount } from './token-amount'

/** What the money went to, dearest first. */
export function ResourceSpendTable({ resources }: { resources: readonly SpendView.ResourceSpend[] }) {
  if (resources.length === 0) return null
  return (
    <section aria-labelledby="by-resource-title">
      <h2 id="by-resource-title" className="mb-3 text-sm font-semibold">
        By resource
      </h2>
      <DataTable
        caption="Spent by resource, most first"
        rows={resources}
        rowKey={({ resource }) => resource?.id ?? 'elsewhere'}
        empty={null}
        columns={[
          { key: 'resource', header: 'Resource', cell: ({ resource }) => <Bought resource={resource} /> },
          {
            key: 'spent',
            header: 'Spent',
            align: 'right',
            cell: ({ spentMicros, others }) => (
              <>
                {(spentMicros !== '0' || others.length === 0) && <Amount base={spentMicros} />}
                {others.map(({ network, token, amountBase }) => (
                  <TokenAmount
                    key={`${network.network} ${token.address}`}
                    base={amountBase}
                    token={token}
                    className="block"
                  />
                ))}
              </>
            ),
          },
          {
            key: 'calls',
            header: 'Paid calls',
            align: 'right',
            from: 'sm',
            cell: ({ calls }) => calls.toLocaleString('en'),
          },
          {
            key: 'failed',
            header: 'Came to nothing',
            align: 'right',
            from: 'md',
            cell: ({ failed }) => (failed === 0 ? '–' : failed.toLocaleString('en')),
          },
          {
            key: 'last',
            header: 'Last',
            align: 'right',
            from: 'sm',
            cell: ({ lastAt }) => <Time at={lastAt} className="text-muted-foreground" />,
          },
        ]}
      />
    </section>
  )
}

function Bought({ resource }: { resource: SpendView.ResourceSpend['resource'] }) {
  if (!resource) return <span className="text-muted-foreground">Sold by other servers, settled here</span>
  return (
    <span className="flex min-w-0 items-center gap-1">
      <span className="min-w-0">
        <span className="block truncate font-medium">{resource.name}</span>
        <span title={resource.url} className="block max-w-52 truncate text-xs text-muted-foreground sm:max-w-72">
          {resource.seller}, <span className="font-mono">{`${resource.method} ${resource.path}`}</span>
        </span>
      </span>
      <CopyButton value={resource.url} label="the address" />
    </span>
  )
}
