import type { TransactionView } from '@/lib/execution'
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

/** Every signed broadcast of a transaction: they share a nonce, so at most one of them is ever included. */
export function AttemptTable({ attempts, included, network }: Props) {
  return (
    <DataTable
      className="rounded-none border-0 border-t"
      caption="Attempts"
      rows={attempts}
      rowKey={(row) => row.hash}
      empty={<p className="p-4 text-muted-foreground">Nothing was signed yet.</p>}
      columns={[
        { key: 'seq', header: '#', cell: (row) => row.seq },
        {
          key: 'hash',
          header: 'Hash',
          cell: (row) => (
            <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
              <Hash value={row.hash} label="transaction hash" {...transactionUrl(network, row.hash)} />
              {row.hash === included && <Badge tone="success">Included</Badge>}
            </span>
          ),
        },
        { key: 'fee', header: 'Max fee', align: 'right', cell: (row) => <Price wei={row.maxFeePerGasWei} /> },
        { key: 'tip', header: 'Tip', align: 'right', cell: (row) => <Price wei={row.tipPerGasWei} /> },
        {
          key: 'gas',
          header: 'Gas limit',
          align: 'right',
          cell: (row) => (row.gas === '0' ? '–' : Number(row.gas).toLocaleString('en')),
        },
        { key: 'signed', header: 'Signed', cell: (row) => <Time at={row.signedAt} format="absolute" /> },
        {
          key: 'sent',
          header: 'Broadcast',
          cell: (row) =>
            row.firstBroadcastAt ? (
              <span className="whitespace-nowrap">
                <Time at={row.firstBroadcastAt} format="absolute" />
                {row.broadcasts > 1 && <span className="text-muted-foreground"> ×{row.broadcasts}</span>}
              </span>
            ) : (
              <span className="text-muted-foreground">not yet</span>
            ),
        },
        {
          key: 'answer',
          header: 'Node’s last answer',
          cell: (row) => <span className="block max-w-72 min-w-32 wrap-anywhere">{row.answer ?? '–'}</span>,
        },
      ]}
    />
  )
}

/** Zero where the payer set it: it stands inside the signed bytes. */
function Price({ wei }: { wei: string }) {
  return wei === '0' ? '–' : <Gwei wei={wei} />
}
