import type { ReactNode } from 'react'
import type { FacilitationRow } from '@/lib/facilitator'
import { amountColumn, column, networkColumn } from '../columns'
import { DataTable, type Column } from '../data-table'
import { duration } from '../duration'
import { Gas } from '../gas'
import { Hash } from '../hash'
import { Status } from '../status'
import { Time } from '../time'

/** Every /verify and /settle, newest first. */
export function FacilitationTable({ rows, empty }: { rows: readonly FacilitationRow[]; empty: ReactNode }) {
  const columns: Column<FacilitationRow>[] = [
    column('Request', ({ kind, caller, createdAt, x402Version, scheme, reason }) => (
      <div className="min-w-0">
        <p className="font-medium">
          {kind} <span className="text-xs font-normal text-muted-foreground">by {caller}</span>
        </p>
        <p className="text-xs text-muted-foreground">
          x402 v{x402Version} {scheme} · <Time at={createdAt} />
        </p>
        {reason && <p className="max-w-60 text-xs text-muted-foreground wrap-anywhere sm:max-w-80">{reason}</p>}
      </div>
    )),
    column('Outcome', ({ outcome }) => <Status kind="facilitation" value={outcome} />),
    amountColumn('Amount', (row) => row.amountBase, { align: 'right', from: 'sm' }),
    networkColumn(({ network }) => network, { from: 'md' }),
    column(
      'Payer',
      {
        from: 'lg',
      },
      ({ payer }) => (payer === null ? '–' : <Hash value={payer} label="payer" copy={false} />),
    ),
    column('Payment', { from: 'lg' }, ({ paymentId, facilitator }) => (
      <div>
        {paymentId === null ? (
          '–'
        ) : (
          <Hash value={paymentId} label="payment id" href={`/payments/${paymentId}`} copy={false} />
        )}
        {facilitator && <p className="text-xs text-muted-foreground">by {facilitator}</p>}
      </div>
    )),
    column('Gas', { align: 'right', from: 'xl' }, ({ gasBase, network }) =>
      gasBase === null ? '–' : <Gas wei={gasBase} symbol={network.gasSymbol} decimals={network.gasDecimals} />,
    ),
    column('Took', { align: 'right', from: 'md', className: 'whitespace-nowrap' }, ({ latencyMs }) =>
      duration(latencyMs),
    ),
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
