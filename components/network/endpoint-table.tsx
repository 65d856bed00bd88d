import type { EndpointHealth } from '@/lib/execution'
import { column } from '../columns'
import { DataTable } from '../data-table'
import { duration } from '../duration'
import { Status } from '../status'
import { Time } from '../time'

/** The health of each RPC endpoint of a network, over all processes. */
export function EndpointTable({ endpoints, network }: { endpoints: readonly EndpointHealth[]; network: string }) {
  const isAmbiguous = ({ host }: EndpointHealth) => endpoints.filter((other) => other.host === host).length > 1
  return (
    <DataTable<EndpointHealth>
      className="rounded-none border-0 border-t"
      caption={`RPC endpoints of ${network}`}
      rows={endpoints}
      rowKey={({ host, digest }) => `${host} ${digest}`}
      empty={null}
      columns={[
        column('Endpoint', (row) => (
          <span className="block min-w-0">
            <span className="font-mono text-xs break-all">{row.host}</span>
            {isAmbiguous(row) && (
              <span className="ml-1.5 font-mono text-xs text-muted-foreground" title="Digest of its whole URL">
                {row.digest}
              </span>
            )}
            {row.isPrivate && <span className="ml-1.5 text-xs text-muted-foreground">private</span>}
            <span className="block text-xs text-muted-foreground tabular-nums sm:hidden">{inShort(row)}</span>
            <Trouble endpoint={row} />
          </span>
        )),
        column('State', (row) => <Status kind="rpcEndpoint" value={row.state ?? 'untold'} />),
        column(
          'Latency',
          {
            align: 'right',
            from: 'sm',
          },
          (row) => (row.latencyMs === null ? '–' : duration(row.latencyMs)),
        ),
        column(
          'Error rate',
          {
            align: 'right',
            from: 'md',
          },
          (row) => (row.errorRate === null ? '–' : percent(row.errorRate)),
        ),
        column(
          'Block',
          {
            align: 'right',
            from: 'lg',
          },
          (row) => (row.head === null ? '–' : Number(row.head).toLocaleString('en')),
        ),
        column('Behind', { align: 'right', from: 'sm' }, (row) => (
          <span className={row.lag !== null && row.lag > lagMax ? 'text-warning' : ''}>{row.lag ?? '–'}</span>
        )),
        column('Calls', { align: 'right', from: 'md' }, (row) => count(row.calls)),
        column('Errors', { align: 'right', from: 'sm' }, (row) => count(row.errors)),
        column(
          <span title="Answers that rejected the call itself. They do not count against the endpoint’s health.">
            Refusals
          </span>,
          { align: 'right', from: 'md' },
          (row) => count(row.refusals),
        ),
      ]}
    />
  )
}

// An endpoint further behind is called after the others (lib/chains/pool).
const lagMax = 3

/** Why its answers are not trusted, or else the last error. */
function Trouble({ endpoint: { dishonest, lastError, state } }: { endpoint: EndpointHealth }) {
  if (dishonest !== null) return <span className="block max-w-md text-xs text-destructive">{dishonest}</span>
  if (lastError === null) return null
  return (
    <span
      className={`block max-w-md text-xs wrap-anywhere ${state === 'open' ? 'text-destructive' : 'text-muted-foreground'}`}
    >
      {lastError.message} · <Time at={lastError.at} />
    </span>
  )
}

/** Shown on narrow screens instead of the columns. */
function inShort({ latencyMs, lag, calls, errors }: EndpointHealth): string {
  const parts = [
    latencyMs !== null && duration(latencyMs),
    lag !== null && `${lag} behind`,
    `${count(errors)} of ${count(calls)} lost`,
  ]
  return parts.filter(Boolean).join(' · ')
}

function count(decimal: string): string {
  return Number(decimal).toLocaleString('en')
}

function percent(share: number): string {
  return share > 0 && share < 0.001 ? '<0.1 %' : `${(Math.round(share * 1000) / 10).toString()} %`
}
