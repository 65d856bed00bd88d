import type { PayerRequest } from '@/lib/payments'
import { Address } from '../address'
import { column, timeColumn } from '../columns'
import { DataTable } from '../data-table'
import { Section } from '../panel'

/** Payers that wait for an answer, oldest first; nothing if there are none. */
export function PayerRequestTable({ requests }: { requests: readonly PayerRequest.PayerRequestView[] }) {
  if (requests.length === 0) return null
  return (
    <Section
      id="asked"
      title="Payers that wait for an answer"
      description="What they asked about a payment. Open it to answer, and to refund."
      className="mb-6"
    >
      <DataTable<PayerRequest.PayerRequestView>
        caption="Requests of payers, oldest first"
        rows={requests}
        rowKey={(row) => row.paymentId}
        rowHref={(row) => `/payments/${row.paymentId}#asked`}
        empty={null}
        columns={[
          column('Wants', (row) => (row.kind === 'refund' ? 'A refund' : 'Help')),
          column('Reason', (row) => (
            <span title={row.reason} className="block max-w-96 truncate">
              {row.reason}
            </span>
          )),
          column('Payer', { from: 'md' }, (row) => <Address value={row.wallet} label="payer" />),
          timeColumn('Asked', (row) => row.createdAt),
        ]}
      />
    </Section>
  )
}
