import type { TransferRow } from '@/lib/ledger'
import { Amount } from '../amount'
import { column } from '../columns'
import { DataTable } from '../data-table'
import { Hash } from '../hash'
import { Time } from '../time'
import { Badge } from '../ui/badge'

type Props = { transfers: readonly TransferRow[]; token: { symbol: string; decimals: number } }

const kinds = { direct: 'neutral', pending: 'warning', post: 'success', void: 'outline' } as const

/** The ledger entries of a payment. */
export function LedgerTable({ transfers, token }: Props) {
  return (
    <DataTable<TransferRow>
      className="rounded-none border-0 border-t"
      caption="Ledger entries in the order they were written"
      rows={transfers}
      rowKey={(row) => row.id}
      empty={<p className="p-4 text-muted-foreground">The ledger has no entries for it.</p>}
      columns={[
        column('Reason', (row) => row.reason.replaceAll('_', ' ')),
        column('Kind', (row) => <Badge tone={kinds[row.kind]}>{row.kind}</Badge>),
        column('Debit', (row) => <Account account={row.debit} />),
        column('Credit', (row) => <Account account={row.credit} />),
        column(
          'Amount',
          {
            align: 'right',
          },
          (row) => <Amount base={row.amountBase} decimals={token.decimals} symbol={token.symbol} />,
        ),
        column(
          'Time',
          {
            align: 'right',
          },
          (row) => <Time at={row.at} format="absolute" className="text-muted-foreground" />,
        ),
      ]}
    />
  )
}

function Account({ account }: { account: string }) {
  const [name = account, owner = ''] = account.split(':')
  return (
    <span className="inline-flex items-center gap-1 whitespace-nowrap">
      {name.replaceAll('_', ' ')}
      {owner && (
        <Hash value={owner} label={`owner of ${name.replaceAll('_', ' ')}`} className="text-muted-foreground" />
      )}
    </span>
  )
}
