import type { Lane, NetworkView } from '@/lib/execution'
import { Address } from '../address'
import { DataTable } from '../data-table'
import { addressUrl } from '../explorer'
import { Gas } from '../gas'
import { Time } from '../time'

/** Signers with what they can still pay, and their row of nonces beside the chain's. */
export function LaneTable({ lanes, network }: { lanes: readonly Lane[]; network: NetworkView['label'] }) {
  return (
    <DataTable
      className="rounded-none border-0 border-t"
      caption={`Signers on ${network.name}`}
      rows={lanes}
      rowKey={(row) => `${row.purpose}|${row.address}`}
      empty={null}
      columns={[
        {
          key: 'signer',
          header: 'Signer',
          cell: (row) => (
            <span className="whitespace-nowrap">
              <Address value={row.address} label="signer address" {...addressUrl(network, row.address)} />
              <span className="ml-2 text-xs text-muted-foreground">{row.purpose}</span>
            </span>
          ),
        },
        {
          key: 'balance',
          header: 'Gas balance',
          align: 'right',
          cell: (row) =>
            row.balance ? (
              <span className={row.balance.base === '0' ? 'text-destructive' : ''}>
                <Gas wei={row.balance.base} symbol={row.balance.symbol} decimals={row.balance.decimals} />
              </span>
            ) : (
              <span className="text-muted-foreground">not known</span>
            ),
        },
        { key: 'ours', header: 'Next nonce', align: 'right', cell: (row) => row.ours ?? 'unused' },
        { key: 'mined', header: 'On chain', align: 'right', cell: (row) => row.mined ?? '–' },
        { key: 'pending', header: 'With pool', align: 'right', cell: (row) => row.pending ?? '–' },
        { key: 'queued', header: 'Queued', align: 'right', cell: (row) => row.queued },
        { key: 'flight', header: 'In flight', align: 'right', cell: (row) => row.inFlight },
        { key: 'held', header: 'Held', align: 'right', cell: (row) => row.held },
        {
          key: 'oldest',
          header: 'Oldest in flight',
          align: 'right',
          cell: (row) =>
            row.oldestInFlightAt ? (
              <span className={row.stuck ? 'text-warning' : 'text-muted-foreground'}>
                <Time at={row.oldestInFlightAt} />
                {row.stuck && ' (stuck)'}
              </span>
            ) : (
              <span className="text-muted-foreground">–</span>
            ),
        },
      ]}
    />
  )
}
