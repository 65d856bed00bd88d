import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { DataTable } from '../data-table'
import { Hash } from '../hash'
import { Time } from '../time'

type Props = { vouchers: readonly ChannelView.VoucherView[]; channel: ChannelView.ChannelListRow; empty: ReactNode }

/** Vouchers of a channel, the highest first, with what each of them bought. */
export function VoucherTable({ vouchers, channel, empty }: Props) {
  const money = (base: string) => <Amount base={base} decimals={channel.token.decimals} />
  return (
    <DataTable
      caption="Vouchers, the highest first"
      rows={vouchers}
      rowKey={(row) => row.cumulativeBase}
      empty={empty}
      columns={[
        { key: 'cumulative', header: 'Cumulative', cell: (row) => money(row.cumulativeBase) },
        { key: 'step', header: 'Step', align: 'right', from: 'md', cell: (row) => money(row.stepBase) },
        { key: 'charged', header: 'Charged', align: 'right', cell: (row) => money(row.chargedBase) },
        {
          key: 'units',
          header: 'Units',
          align: 'right',
          from: 'sm',
          cell: (row) => Number(row.units).toLocaleString('en'),
        },
        {
          key: 'bought',
          header: 'Bought',
          from: 'lg',
          cell: (row) =>
            row.resource ? (
              <span className="block max-w-48 truncate font-mono text-xs">
                <span className="text-muted-foreground">{row.resource.method}</span> {row.resource.path}
              </span>
            ) : (
              <span className="text-muted-foreground">credit only</span>
            ),
        },
        { key: 'answer', header: 'Answer', from: 'md', cell: (row) => <Answer voucher={row} /> },
        {
          key: 'signature',
          header: 'Signature',
          from: 'sm',
          cell: (row) => <Hash value={row.signature} label="voucher signature" />,
        },
        {
          key: 'time',
          header: 'Time',
          align: 'right',
          cell: (row) => <Time at={row.at} className="text-muted-foreground" />,
        },
      ]}
    />
  )
}

function Answer({ voucher }: { voucher: ChannelView.VoucherView }) {
  const { upstreamStatus, failures } = voucher
  return (
    <span className="whitespace-nowrap">
      {upstreamStatus === null ? <span className="text-muted-foreground">–</span> : `HTTP ${upstreamStatus}`}
      {failures > 0 && <span className="ml-1.5 text-xs text-warning">{failures} not charged</span>}
    </span>
  )
}
