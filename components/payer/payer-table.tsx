import type { ReactNode } from 'react'
import type { PayerFilter, PayerView } from '@/lib/payers'
import { Address } from '../address'
import { Amount } from '../amount'
import { column, None } from '../columns'
import { DataTable } from '../data-table'
import { SortLink } from '../list/sort-link'
import { Time } from '../time'
import { cn } from '../ui/cn'
import { Stance } from './stance'

type Props = {
  payers: readonly PayerView.PayerListRow[]
  sort: PayerFilter.PayerSort
  isAscending: boolean
  /** The same list in another order; of the current one the other way round. */
  sortHref: Readonly<Record<PayerFilter.PayerSort, string>>
  empty: ReactNode
}

/** Payers, each row linked to its page. */
export function PayerTable({ payers, sort, isAscending, sortHref, empty }: Props) {
  const sorted = (by: PayerFilter.PayerSort, label: string) => (
    <SortLink label={label} href={sortHref[by]} isCurrent={by === sort} isAscending={isAscending} />
  )
  return (
    <DataTable<PayerView.PayerListRow>
      caption="Payers"
      rows={payers}
      rowKey={(row) => row.wallet}
      rowHref={(row) => `/payers/${row.wallet}`}
      empty={empty}
      columns={[
        column('Payer', { label: (row) => row.label || row.wallet }, (row) => (
          <span className="flex flex-col items-start">
            {row.label && <span className="max-w-40 truncate sm:max-w-56">{row.label}</span>}
            <Address
              value={row.wallet}
              label="payer address"
              {...(row.label && { className: 'font-normal text-muted-foreground' })}
            />
            <span className="sm:hidden">
              <Stance {...row} />
            </span>
          </span>
        )),
        column('Noted', { from: 'sm' }, (row) => <Stance {...row} />),
        column(sorted('spent', 'Spent'), { align: 'right' }, (row) => (
          <>
            {row.spentMicros === '0' && row.hasOthers ? null : <Amount base={row.spentMicros} />}
            {row.hasOthers && <span className="block text-xs text-muted-foreground">and other tokens</span>}
          </>
        )),
        column(
          sorted('calls', 'Calls'),
          {
            align: 'right',
          },
          (row) => (row.calls === 0 ? '–' : row.calls.toLocaleString('en')),
        ),
        column(
          sorted('failures', 'Failed'),
          {
            align: 'right',
            from: 'md',
          },
          (row) => <Failures calls={row.calls} failed={row.failed} />,
        ),
        column('Protocols', { from: 'lg' }, (row) => (
          <span className="text-muted-foreground">
            {row.protocols.map((protocol) => protocol.replace('mpp', 'MPP')).join(', ') || '–'}
          </span>
        )),
        column(sorted('first', 'First seen'), { align: 'right', from: 'lg' }, (row) => <Seen at={row.firstAt} />),
        column(sorted('recent', 'Last seen'), { align: 'right', from: 'sm' }, (row) => <Seen at={row.lastAt} />),
      ]}
    />
  )
}

function Seen({ at }: { at: string | null }) {
  if (at === null) return <None>Never</None>
  return <Time at={at} className="text-muted-foreground" />
}

/** For a ratio only, so floating point is fine. */
export function Failures({ calls, failed }: { calls: number; failed: number }) {
  if (failed === 0) return <None />
  const rate = (failed / calls) * 100
  return (
    <span className={cn(rate >= 20 && 'text-warning')}>
      {failed.toLocaleString('en')}{' '}
      <span className="text-xs text-muted-foreground">({rate.toFixed(rate < 9.95 ? 1 : 0)} %)</span>
    </span>
  )
}
