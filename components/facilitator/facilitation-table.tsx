import type { ReactNode } from 'react'
import type { FacilitationRow } from '@/lib/facilitator'
import { Amount } from '../amount'
import { DataTable, type Column } from '../data-table'
import { duration } from '../duration'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'

/** Every /verify and /settle, newest first. */
export function FacilitationTable({ rows, empty }: { rows: readonly FacilitationRow[]; empty: ReactNode }) {
  const columns: Column<FacilitationRow>[] = [
    {
      key: 'kind',
      header: 'Request',
      cell: ({ kind, caller, createdAt, x402Version, scheme, reason }) => (
        <div className="min-w-0">
          <p className="font-medium">
            {kind} <span className="text-xs font-normal text-muted-foreground">by {caller}</span>
          </p>
          <p className="text-xs text-muted-foreground">
            x402 v{x402Version} {scheme} · <Time at={createdAt} />
          </p>
          {reason && <p className="max-w-60 text-xs text-muted-foreground wrap-anywhere sm:max-w-80">{reason}</p>}
        </div>
      ),
    },
    { key: 'outcome', header: 'Outcome', cell: ({ outcome }) => <Status kind="facilitation" value={outcome} /> },
    {
      key: 'amount',
      header: 'Amount',
      align: 'right',
      from: 'sm',
      cell: ({ amountBase, token }) => <Amount base={amountBase} decimals={token.decimals} symbol={token.symbol} />,
    },
    {
      key: 'network',
      header: 'Network',
      from: 'md',
      cell: ({ network }) => <NetworkName network={network.network} name={network.name} />,
    },
    {
      key: 'payer',
      header: 'Payer',
      from: 'lg',
      cell: ({ payer }) => (payer === null ? '–' : <Hash value={payer} label="payer" copy={false} />),
    },
    {
      key: 'payment',
      header: 'Payment',
      from: 'lg',
      cell: ({ paymentId, facilitator }) => (
        <div>
          {paymentId === null ? (
            '–'
          ) : (
            <Hash value={paymentId} label="payment id" href={`/payments/${paymentId}`} copy={false} />
          )}
          {facilitator && <p className="text-xs text-muted-foreground">by {facilitator}</p>}
        </div>
      ),
    },
    {
      key: 'gas',
      header: 'Gas',
      align: 'right',
      from: 'xl',
      cell: ({ gasBase, network }) =>
        gasBase === null ? '–' : <Gas wei={gasBase} symbol={network.gasSymbol} decimals={network.gasDecimals} />,
    },
    { key: 'latency', header: 'Took', align: 'right', from: 'md', cell: ({ latencyMs }) => duration(latencyMs) },
  ]
  return (
    <DataTable
      caption="Requests to the facilitator, newest first"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      empty={empty}
    />
  )
}
