import type { ReactNode } from 'react'
import type { PaymentView } from '@/lib/payments'
import { column, None, timeColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { ResourceName } from '../resource/method'
import { Status } from '../status'
import { stateOf } from './payment-state'
import { lineAmountColumn } from './line-amount'
import { NetworkAndWire } from './network-and-wire'

type Props = { payments: readonly PaymentView.PaymentLine[]; caption: string; empty: ReactNode }

/** Payments, each row linked to its page. A session counts as one payment and links to its channel. */
export function PaymentTable({ payments, caption, empty }: Props) {
  return (
    <DataTable<PaymentView.PaymentLine>
      caption={caption}
      rows={payments}
      rowKey={(row) => row.id}
      rowHref={(row) => (row.kind === 'session' ? `/channels/${row.id}` : `/payments/${row.id}`)}
      empty={empty}
      columns={[
        lineAmountColumn(),
        column('Status', (row) =>
          row.kind === 'session' ? (
            <Status kind="channel" value={row.status} />
          ) : (
            <Status kind="payment" value={stateOf(row)} />
          ),
        ),
        column('Settlement', { from: 'sm' }, (row) => <Status kind="settlement" value={row.settlement} />),
        column('Resource', { from: 'md' }, ({ resource }) =>
          resource ? <ResourceName resource={resource} className="max-w-56" /> : <None>Facilitated</None>,
        ),
        walletColumn('Payer', (row) => row.payer, { from: 'lg' }),
        column('Network and wire', { from: 'sm' }, (row) => <NetworkAndWire network={row.network} wire={row.wire} />),
        timeColumn('Time', (row) => row.createdAt),
      ]}
    />
  )
}
