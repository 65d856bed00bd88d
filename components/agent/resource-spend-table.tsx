import type { SpendView } from '@/lib/payers'
import { Amount } from '../amount'
import { CopyButton } from '../copy-button'
import { Section } from '../panel'
import { column, countColumn, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { TokenAmount } from './token-amount'

/** Spending by resource, highest first. */
export function ResourceSpendTable({ resources }: { resources: readonly SpendView.ResourceSpend[] }) {
  if (resources.length === 0) return null
  return (
    <Section title="By resource">
      <DataTable<SpendView.ResourceSpend>
        caption="Spent by resource, most first"
        rows={resources}
        rowKey={({ resource }) => resource?.id ?? 'elsewhere'}
        empty={null}
        columns={[
          column('Resource', ({ resource }) => <Bought resource={resource} />),
          column('Spent', { align: 'right' }, ({ spentMicros, others }) => (
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
          )),
          countColumn('Paid calls', ({ calls }) => calls, { from: 'sm' }),
          column(
            'Failed',
            {
              align: 'right',
              from: 'md',
            },
            ({ failed }) => (failed === 0 ? '–' : failed.toLocaleString('en')),
          ),
          timeColumn('Last', ({ lastAt }) => lastAt, { from: 'sm' }),
        ]}
      />
    </Section>
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
