import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { column, countColumn, None, timeColumn, transactionColumn, walletColumn } from '../columns'
import { DataTable, type Column } from '../data-table'
import { Hash } from '../hash'
import { Status } from '../status'

type Props = {
  settlements: readonly ChannelView.ChannelSettlementView[]
  /** `channel`: the settlements of a channel, linked to their batches. `batch`: the channels of a batch, linked to their pages. */
  of: 'channel' | 'batch'
  empty: ReactNode
}

/** Settlements of channels with their payouts. */
export function SettlementTable({ settlements, of, empty }: Props) {
  const columns: (Column<ChannelView.ChannelSettlementView> | false)[] = [
    column('Paid', (row) =>
      row.paidBase === null ? (
        <None>not known yet</None>
      ) : (
        <Amount base={row.paidBase} decimals={row.token.decimals} symbol={row.token.symbol} />
      ),
    ),
    column('State', (row) => <Status kind="channelSettlement" value={row.status} />),
    of === 'batch' && column('Channel', { from: 'md' }, (row) => <Hash value={row.channelId} label="channel id" />),
    of === 'batch' && walletColumn('Payer', (row) => row.payer, { from: 'xl' }),
    column('Why', { from: 'sm' }, (row) => (
      <span title={row.error ?? undefined} className="block max-w-64 truncate">
        {row.error ?? `${row.kind === 'close' ? 'Closed: ' : ''}${row.reason}`}
      </span>
    )),
    countColumn('Vouchers', (row) => row.vouchers, { from: 'sm' }),
    countColumn('Units', (row) => row.units, { from: 'md' }),
    of === 'channel' && transactionColumn('Transaction', (row) => row.hash, { from: 'lg' }),
    timeColumn('Time', (row) => row.appliedAt ?? row.createdAt),
  ]
  return (
    <DataTable
      caption={of === 'channel' ? 'Settlements of this channel, newest first' : 'Channels of this batch'}
      rows={settlements}
      rowKey={(row) => row.id}
      rowHref={(row) => (of === 'channel' ? `/settlements/${row.batchId}` : `/channels/${row.channelId}`)}
      empty={empty}
      columns={columns}
    />
  )
}
