import { Eye } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import type { PaymentFilter, PaymentView } from '@/lib/payments'
import { Address } from '../address'
import { column, None, timeColumn } from '../columns'
import { DataTable, type Column } from '../data-table'
import { SortLink } from '../list/sort-link'
import { ResourceName } from '../resource/method'
import { Status } from '../status'
import { Badge } from '../ui/badge'
import { lineAmountColumn } from './line-amount'
import { NetworkAndWire } from './network-and-wire'
import { stateOf } from './payment-state'

type Row = PaymentView.NotedLine

type Props = {
  payments: readonly Row[]
  /** The shown columns; amount and status always are. */
  columns: readonly PaymentFilter.PaymentColumn[]
  isCompact: boolean
  order: { by: 'time' | 'amount'; isAscending: boolean }
  /** The list ordered by this column; of the current one, the other way round. */
  orderHref: (column: 'time' | 'amount') => string
  /** The list with the panel of this payment. */
  peekHref: (id: string) => string
  /** Whether rows can be selected. */
  isSelectable: boolean
  empty: ReactNode
}

/** The merchant's payments, each row linked to its page. A session counts as one payment and links to its channel. */
export function NotedTable({ payments, columns, isCompact, order, orderHref, peekHref, isSelectable, empty }: Props) {
  const sortLink = (label: string, by: 'time' | 'amount') => (
    <SortLink label={label} href={orderHref(by)} isCurrent={order.by === by} isAscending={order.isAscending} />
  )
  const optional: Record<PaymentFilter.PaymentColumn, Column<Row>> = {
    settlement: column('Settlement', { from: 'sm' }, (row) => <Status kind="settlement" value={row.settlement} />),
    resource: column('Resource', { from: 'md' }, ({ resource }) =>
      resource ? <ResourceName resource={resource} className="max-w-56" /> : <None />,
    ),
    payer: column('Payer', { from: 'lg' }, (row) => <Payer row={row} />),
    network: column('Network and wire', { from: 'sm' }, (row) => (
      <NetworkAndWire network={row.network} wire={row.wire} />
    )),
    label: column('Label', { from: 'md' }, ({ label }) => (label ? <Badge tone="brand">{label}</Badge> : <None />)),
    time: timeColumn(sortLink('Time', 'time'), (row) => row.createdAt),
  }
  return (
    <DataTable<Row>
      caption={captionOf(order)}
      rows={payments}
      rowKey={(row) => row.id}
      rowHref={(row) => (row.kind === 'session' ? `/channels/${row.id}` : `/payments/${row.id}`)}
      empty={empty}
      isCompact={isCompact}
      columns={[
        isSelectable && {
          ...column<Row>(<span className="sr-only">Selected</span>, { className: 'w-8 pr-0' }, (row) => (
            <Choice row={row} />
          )),
          isTool: true,
        },
        lineAmountColumn(sortLink('Amount', 'amount')),
        column('Status', (row) =>
          row.kind === 'session' ? (
            <Status kind="channel" value={row.status} />
          ) : (
            <Status kind="payment" value={stateOf(row)} />
          ),
        ),
        ...(Object.keys(optional) as PaymentFilter.PaymentColumn[]).map(
          (name) => columns.includes(name) && optional[name],
        ),
        {
          ...column<Row>(<span className="sr-only">Preview</span>, { from: 'sm', className: 'w-8 pl-0' }, (row) =>
            row.kind === 'payment' ? <Peek href={peekHref(row.id)} /> : null,
          ),
          isTool: true,
        },
      ]}
    />
  )
}

function captionOf({ by, isAscending }: Props['order']): string {
  if (by === 'amount') return isAscending ? 'Payments, smallest first' : 'Payments, largest first'
  return isAscending ? 'Payments, oldest first' : 'Payments, newest first'
}

function Choice({ row }: { row: Row }) {
  return (
    <input
      type="checkbox"
      name="id"
      value={row.id}
      aria-label={`Select the payment of ${row.createdAt.replace('T', ' ').slice(0, 19)}`}
      className="relative z-10 size-3.5 align-middle accent-primary"
    />
  )
}

function Peek({ href }: { href: string }) {
  return (
    <Link
      href={href}
      scroll={false}
      data-peek
      aria-label="Preview the payment"
      className="relative z-10 inline-flex size-7 items-center justify-center rounded-md text-muted-foreground hover:bg-accent hover:text-foreground"
    >
      <Eye aria-hidden className="size-4" />
    </Link>
  )
}

function Payer({ row: { payer, payerName } }: { row: Row }) {
  if (payerName === null) return <Address value={payer} label="payer address" />
  return (
    <Link href={`/payers/${payer}`} title={payer} className="relative z-10 block max-w-40 truncate hover:underline">
      {payerName}
    </Link>
  )
}
