import type { TransactionView } from '@/lib/execution'
import { column, None } from '../columns'
import { DataTable } from '../data-table'
import { transactionUrl } from '../explorer'
import { Gwei } from '../gas'
import { Hash } from '../hash'
import { Time } from '../time'
import { Badge } from '../ui/badge'

type Props = {
  attempts: readonly TransactionView.AttemptView[]
  included: string | null
  network: { explorer: string | null }
}

/** All signed broadcasts of a transaction. They share a nonce, so at most one is included. */
export function AttemptTable({ attempts, included, network }: Props) {
  return (
    <DataTable<TransactionView.AttemptView>
      className="rounded-none border-0 border-t"
      caption="Attempts"
      rows={attempts}
      rowKey={(row) => row.hash}
      empty={<p className="p-4 text-muted-foreground">Nothing was signed yet.</p>}
      columns={[
        column('#', (row) => row.seq),
        column('Hash', (row) => (
          <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <Hash value={row.hash} label="transaction hash" {...transactionUrl(network, row.hash)} />
            {row.hash === included && <Badge tone="success">Included</Badge>}
          </span>
        )),
        column('Max fee', { align: 'right' }, (row) => <Price wei={row.maxFeePerGasWei} />),
        column('Tip', { align: 'right' }, (row) => <Price wei={row.tipPerGasWei} />),
        column(
          'Gas limit',
          {
            align: 'right',
          },
          (row) => (row.gas === '0' ? '–' : Number(row.gas).toLocaleString('en')),
        ),
        column('Signed', (row) => <Time at={row.signedAt} format="absolute" />),
        column('Broadcast', (row) =>
          row.firstBroadcastAt ? (
            <span className="whitespace-nowrap">
              <Time at={row.firstBroadcastAt} format="absolute" />
              {row.broadcasts > 1 && <span className="text-muted-foreground"> ×{row.broadcasts}</span>}
            </span>
          ) : (
            <None>not yet</None>
          ),
        ),
        column('Node’s last answer', (row) => (
          <span className="block max-w-72 min-w-32 wrap-anywhere">{row.answer ?? '–'}</span>
        )),
      ]}
    />
  )
}

/** Zero if the payer set the price: it is part of the signed bytes. */
function Price({ wei }: { wei: string }) {
  return wei === '0' ? '–' : <Gwei wei={wei} />
}
