import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Address } from '../address'
import { Amount } from '../amount'
import { DataTable, type Column } from '../data-table'
import { transactionUrl } from '../explorer'
import { Hash } from '../hash'
import { Status } from '../status'
import { Time } from '../time'

type Props = {
  settlements: readonly ChannelView.ChannelSettlementView[]
  /** The history of a channel leads to batches; the members of a batch lead to channels. */
  of: 'channel' | 'batch'
  empty: ReactNode
}

/** What was paid out for channels, settlement by settlement. */
export function SettlementTable({ settlements, of, empty }: Props) {
  const columns: Column<ChannelView.ChannelSettlementView>[] = [
    {
      key: 'paid',
      header: 'Paid',
      cell: (row) =>
        row.paidBase === null ? (
          <span className="text-muted-foreground">not known yet</span>
        ) : (
          <Amount base={row.paidBase} decimals={row.token.decimals} symbol={row.token.symbol} />
        ),
    },
    { key: 'status', header: 'State', cell: (row) => <Status kind="channelSettlement" value={row.status} /> },
    {
      key: 'channel',
      header: 'Channel',
      from: 'md',
      cell: (row) => <Hash value={row.channelId} label="channel id" />,
    },
    { key: 'payer', header: 'Payer', from: 'xl', cell: (row) => <Address value={row.payer} label="payer address" /> },
    {
      key: 'why',
      header: 'Why',
      from: 'sm',
      cell: (row) => (
        <span title={row.error ?? undefined} className="block max-w-64 truncate">
          {row.error ?? `${row.kind === 'close' ? 'Closed: ' : ''}${row.reason}`}
        </span>
      ),
    },
    {
      key: 'vouchers',
      header: 'Vouchers',
      align: 'right',
      from: 'sm',
      cell: (row) => Number(row.vouchers).toLocaleString('en'),
    },
    {
      key: 'units',
      header: 'Units',
      align: 'right',
      from: 'md',
      cell: (row) => Number(row.units).toLocaleString('en'),
    },
    {
      key: 'hash',
      header: 'Transaction',
      from: 'lg',
      cell: (row) =>
        row.hash ? (
          <Hash value={row.hash} label="transaction hash" {...transactionUrl(row.network, row.hash)} />
        ) : (
          <span className="text-muted-foreground">–</span>
        ),
    },
    {
      key: 'time',
      header: 'Time',
      align: 'right',
      cell: (row) => <Time at={row.appliedAt ?? row.createdAt} className="text-muted-foreground" />,
    },
  ]
  const hidden = of === 'channel' ? ['channel', 'payer'] : ['hash']
  return (
    <DataTable
      caption={of === 'channel' ? 'Settlements of this channel, newest first' : 'Channels of this batch'}
      rows={settlements}
      rowKey={(row) => row.id}
      rowHref={(row) => (of === 'channel' ? `/settlements/${row.batchId}` : `/channels/${row.channelId}`)}
      empty={empty}
      columns={columns.filter(({ key }) => !hidden.includes(key))}
    />
  )
}
