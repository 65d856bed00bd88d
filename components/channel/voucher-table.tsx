import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { column, countColumn, None, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { ResourceName } from '../resource/method'
import { Hash } from '../hash'

type Props = { vouchers: readonly ChannelView.VoucherView[]; channel: ChannelView.ChannelListRow; empty: ReactNode }

/** Vouchers of a channel, the highest first, with the resource that each paid for. */
export function VoucherTable({ vouchers, channel, empty }: Props) {
  const money = (base: string) => <Amount base={base} decimals={channel.token.decimals} />
  return (
    <DataTable<ChannelView.VoucherView>
      caption="Vouchers, the highest first"
      rows={vouchers}
      rowKey={(row) => row.cumulativeBase}
      empty={empty}
      columns={[
        column('Cumulative', (row) => money(row.cumulativeBase)),
        column('Step', { align: 'right', from: 'md' }, (row) => money(row.stepBase)),
        column('Charged', { align: 'right' }, (row) => money(row.chargedBase)),
        countColumn('Units', (row) => row.units, { from: 'sm' }),
        column('Bought', { from: 'lg' }, (row) =>
          row.resource ? <ResourceName resource={row.resource} /> : <None>credit only</None>,
        ),
        column('Answer', { from: 'md' }, (row) => <Answer voucher={row} />),
        column('Signature', { from: 'sm' }, (row) => <Hash value={row.signature} label="voucher signature" />),
        timeColumn('Time', (row) => row.at),
      ]}
    />
  )
}

function Answer({ voucher }: { voucher: ChannelView.VoucherView }) {
  const { upstreamStatus, failures } = voucher
  return (
    <span className="whitespace-nowrap">
      {upstreamStatus === null ? <None /> : `HTTP ${upstreamStatus}`}
      {failures > 0 && <span className="ml-1.5 text-xs text-warning">{failures} not charged</span>}
    </span>
  )
}
