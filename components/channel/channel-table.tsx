import { CirclePause } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Amount } from '../amount'
import { column, None, timeColumn, walletColumn } from '../columns'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import { ResourceName } from '../resource/method'
import { Status } from '../status'
import { Badge } from '../ui/badge'
import { Countdown } from './countdown'

type Props = { channels: readonly ChannelView.ChannelListRow[]; nowMs: number; empty: ReactNode }

/** Channels, each row linked to its page. Money at risk is highlighted; a requested close shows the time left. */
export function ChannelTable({ channels, nowMs, empty }: Props) {
  const money = (row: ChannelView.ChannelListRow, base: string) => <Amount base={base} decimals={row.token.decimals} />
  return (
    <DataTable<ChannelView.ChannelListRow>
      caption="Channels, newest first"
      rows={channels}
      rowKey={(row) => row.id}
      rowHref={(row) => `/channels/${row.id}`}
      empty={empty}
      columns={[
        column('Status', (row) => <State channel={row} nowMs={nowMs} />),
        column('At risk', { align: 'right' }, (row) => <AtRisk channel={row} />),
        walletColumn('Payer', (row) => row.payer, { from: 'sm' }),
        column('Resource and network', { from: 'lg' }, (row) => (
          <>
            <ResourceName resource={row.resource} className="max-w-44" />
            <span className="block text-xs whitespace-nowrap text-muted-foreground">
              <NetworkName network={row.network.network} name={row.network.name} />, {row.token.symbol}
            </span>
          </>
        )),
        column('Deposit', { align: 'right', from: 'md' }, (row) => money(row, row.depositBase)),
        column('Accepted', { align: 'right', from: 'lg' }, (row) => money(row, row.acceptedBase)),
        column('Spent', { align: 'right' }, (row) => money(row, row.spentBase)),
        column('Settled', { align: 'right', from: 'md' }, (row) => money(row, row.settledBase)),
        timeColumn('Last voucher', (row) => row.lastVoucherAt, { from: 'sm' }),
      ]}
    />
  )
}

/** State and deadline in one cell, because the deadline belongs to the state. */
function State({ channel, nowMs }: { channel: ChannelView.ChannelListRow; nowMs: number }) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <Status kind="channel" value={channel.state} />
      {channel.closeDeadlineAt !== null && <Countdown until={channel.closeDeadlineAt} nowMs={nowMs} />}
      {channel.parkedReason !== null && (
        <Badge tone="warning">
          <CirclePause aria-hidden /> Parked
        </Badge>
      )}
    </span>
  )
}

function AtRisk({ channel }: { channel: ChannelView.ChannelListRow }) {
  const { atRiskBase, token, state } = channel
  if (atRiskBase === '0') return <None />
  const lost = state === 'closed'
  return (
    <span className={lost ? 'text-destructive' : 'text-warning'}>
      <Amount base={atRiskBase} decimals={token.decimals} className="font-semibold" />
      {lost && <span className="ml-1 text-xs">lost</span>}
    </span>
  )
}
