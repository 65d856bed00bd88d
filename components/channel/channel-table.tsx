import { CirclePause } from 'lucide-react'
import type { ReactNode } from 'react'
import type { ChannelView } from '@/lib/channels'
import { Address } from '../address'
import { Amount } from '../amount'
import { DataTable } from '../data-table'
import { NetworkName } from '../network-name'
import { Status } from '../status'
import { Time } from '../time'
import { Badge } from '../ui/badge'
import { Countdown } from './countdown'

type Props = { channels: readonly ChannelView.ChannelListRow[]; nowMs: number; empty: ReactNode }

/** Channels, one a row, each row its page. What is at risk stands out; a requested close shows how long there is. */
export function ChannelTable({ channels, nowMs, empty }: Props) {
  const money = (row: ChannelView.ChannelListRow, base: string) => <Amount base={base} decimals={row.token.decimals} />
  return (
    <DataTable
      caption="Channels, newest first"
      rows={channels}
      rowKey={(row) => row.id}
      rowHref={(row) => `/channels/${row.id}`}
      empty={empty}
      columns={[
        { key: 'status', header: 'Status', cell: (row) => <State channel={row} nowMs={nowMs} /> },
        { key: 'risk', header: 'At risk', align: 'right', cell: (row) => <AtRisk channel={row} /> },
        {
          key: 'payer',
          header: 'Payer',
          from: 'sm',
          cell: (row) => <Address value={row.payer} label="payer address" />,
        },
        {
          key: 'resource',
          header: 'Resource and network',
          from: 'lg',
          cell: (row) => (
            <>
              <span title={row.resource.name} className="block max-w-44 truncate font-mono text-xs">
                <span className="text-muted-foreground">{row.resource.method}</span> {row.resource.path}
              </span>
              <span className="block text-xs whitespace-nowrap text-muted-foreground">
                <NetworkName network={row.network.network} name={row.network.name} />, {row.token.symbol}
              </span>
            </>
          ),
        },
        { key: 'deposit', header: 'Deposit', align: 'right', from: 'md', cell: (row) => money(row, row.depositBase) },
        {
          key: 'accepted',
          header: 'Accepted',
          align: 'right',
          from: 'lg',
          cell: (row) => money(row, row.acceptedBase),
        },
        { key: 'spent', header: 'Spent', align: 'right', cell: (row) => money(row, row.spentBase) },
        { key: 'settled', header: 'Settled', align: 'right', from: 'md', cell: (row) => money(row, row.settledBase) },
        {
          key: 'voucher',
          header: 'Last voucher',
          align: 'right',
          from: 'sm',
          cell: (row) =>
            row.lastVoucherAt ? (
              <Time at={row.lastVoucherAt} className="text-muted-foreground" />
            ) : (
              <span className="text-muted-foreground">–</span>
            ),
        },
      ]}
    />
  )
}

/** In one cell, so that a deadline stands beside what it is the deadline of. */
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
  if (atRiskBase === '0') return <span className="text-muted-foreground">–</span>
  const lost = state === 'closed'
  return (
    <span className={lost ? 'text-destructive' : 'text-warning'}>
      <Amount base={atRiskBase} decimals={token.decimals} className="font-semibold" />
      {lost && <span className="ml-1 text-xs">lost</span>}
    </span>
  )
}
