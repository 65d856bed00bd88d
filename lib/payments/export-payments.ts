import type { Reader } from '../ctx'
import { inGas, inToken, labelNetwork, tokenColumns } from '@/lib/chains'
import { db, sql } from '@/lib/db'
import { type Page, readAll } from '@/lib/paging'
import { Sheet } from '@/lib/sheet'
import { lineCursor, type LineRow, paymentConditions, paymentLines } from './load-payments'
import type { PaymentFilter } from './PaymentFilter'
import { readableLines } from './payment-rows'

type ExportedLine = LineRow & {
  protocol: string
  scheme: string
  settledAt: Date | null
  settledBase: bigint
  refundPaidBase: bigint
  refundDueBase: bigint
  /** The payment's equal part of its transaction's fee; null if this server paid none for it. */
  gasFee: bigint | null
  payerName: string | null
  payerCountry: string | null
  payerVatId: string | null
  label: string | null
  note: string | null
}

/**
 * The reader's payments and sessions that the list shows with this filter, all of them, newest first, as pieces of a file. Reads as
 * the caller reads.
 */
export function exportPayments(
  reader: Reader,
  filter: PaymentFilter,
  format: Sheet.SheetFormat,
): AsyncGenerator<string> {
  const { ofPayments, ofChannels } = readableLines(reader, filter)
  const wanted = [paymentConditions(ofPayments, ofChannels, filter)]
  const find = (ask: Page.PageRequest) =>
    db.query<ExportedLine>(sql`
      SELECT line.*, coalesce(f.paid, 0) AS refund_paid_base, coalesce(f.due, 0) AS refund_due_base, n.label AS payer_name,
        n.country AS payer_country, n.vat_id AS payer_vat_id, o.label, o.note,
        CASE WHEN b.form <> 'raw' AND x.fee_lamports IS NOT NULL THEN x.fee_lamports
          WHEN b.form <> 'raw' THEN div(x.gas_used * x.gas_price + coalesce(x.l1_fee_wei, 0), greatest(b.size, 1)) END AS gas_fee
      FROM (${paymentLines(wanted, ask, exported)}) line
        LEFT JOIN settlement_batch b ON b.id = line.batch_id
        LEFT JOIN transaction x ON x.id = line.transaction_id
        LEFT JOIN payer_note n ON n.merchant_id = line.merchant_id AND n.wallet = line.payer
        LEFT JOIN payment_note o ON o.merchant_id = line.merchant_id AND o.subject_id = line.id
        LEFT JOIN LATERAL (
          SELECT sum(r.amount_base) FILTER (WHERE r.status = 'paid') AS paid, sum(r.amount_base) FILTER (WHERE r.status IN ('due', 'sent')) AS due
          FROM refund r WHERE r.payment_id = line.payment_id) f ON true
      ORDER BY line.created_at DESC, line.id`)
  return Sheet.write(paymentColumns, readAll({ find, cursorOf: lineCursor }), format)
}

const exported = {
  line: sql`, line.merchant_id, line.payment_id, line.protocol, line.scheme, line.settled_at, line.settled_base, line.batch_id, line.transaction_id`,
  payment: sql`, t.merchant_id, t.id AS payment_id, t.protocol, t.scheme, t.settled_at,
    CASE WHEN t.settlement = 'settled' THEN t.amount_base ELSE 0 END AS settled_base, t.batch_id, t.transaction_id`,
  session: sql`, t.merchant_id, NULL, t.protocol, 'session', NULL, t.settled_base, NULL, NULL`,
}

/** What was charged: nothing of a payment that bought nothing and cost nothing. */
function grossOf({ kind, status, amountBase }: LineRow): bigint {
  return kind === 'session' || ['delivered', 'refund_due', 'refunded'].includes(status) ? amountBase : 0n
}

const netOf = (row: ExportedLine) => grossOf(row) - row.refundPaidBase - row.refundDueBase

/** Documented in docs/exports.md. */
export const paymentColumns: readonly Sheet.SheetColumn<ExportedLine>[] = [
  {
    name: 'kind',
    about: 'payment, or session: everything that was bought through one channel.',
    cell: (row) => row.kind,
  },
  { name: 'id', about: 'The id of the payment or channel.', cell: (row) => row.id },
  Sheet.time('created_at', 'When the credential was accepted or the channel opened.', (row) => row.createdAt),
  Sheet.time('settled_at', 'When the transfer of a payment was found on chain.', (row) => row.settledAt),
  { name: 'status', about: 'Whether it was earned, as in the list.', cell: (row) => row.status },
  {
    name: 'settlement',
    about: 'Whether the money moved: none, pending, partly, settled or failed.',
    cell: (row) => row.settlement,
  },
  { name: 'protocol', about: 'x402 or mpp.', cell: (row) => row.protocol },
  { name: 'scheme', about: 'exact, upto, charge or session.', cell: (row) => row.scheme },
  { name: 'wire', about: 'The wire form of the credential.', cell: (row) => row.wire },
  { name: 'resource_id', about: 'The id of the resource.', cell: ({ resource }) => resource?.id ?? null },
  {
    name: 'resource',
    about: 'Method and path of the resource.',
    cell: ({ resource }) => resource && `${resource.method} ${resource.path}`,
  },
  { name: 'resource_name', about: 'The name of the resource.', cell: ({ resource }) => resource?.name ?? null },
  ...tokenColumns<ExportedLine>(),
  ...Sheet.amounts<ExportedLine>(
    'amount',
    'What the credential pays; for a session what was spent so far.',
    inToken((row) => row.amountBase),
  ),
  ...Sheet.amounts<ExportedLine>(
    'gross',
    'What was charged: zero if the payment was not charged or has no outcome yet.',
    inToken(grossOf),
  ),
  ...Sheet.amounts<ExportedLine>(
    'refunded',
    'Refunds that are on chain.',
    inToken((row) => row.refundPaidBase),
  ),
  ...Sheet.amounts<ExportedLine>(
    'refund_due',
    'Refunds that are owed and not on chain yet.',
    inToken((row) => row.refundDueBase),
  ),
  ...Sheet.amounts<ExportedLine>('net', 'gross minus refunded minus refund_due.', inToken(netOf)),
  ...Sheet.amounts<ExportedLine>(
    'settled',
    'What the chain shows at the pay-to address.',
    inToken((row) => row.settledBase),
  ),
  {
    name: 'gas_token',
    about: 'The token that pays gas on the network.',
    cell: (row) => labelNetwork(row.network).gasSymbol,
  },
  ...Sheet.amounts<ExportedLine>(
    'gas',
    'The payment’s equal part of its batch’s fee; empty if the payer or another facilitator paid it, and for sessions.',
    inGas((row) => row.gasFee),
  ),
  { name: 'payer', about: 'The wallet that pays.', cell: (row) => row.payer },
  { name: 'payer_name', about: 'Your name for this wallet.', cell: (row) => row.payerName || null },
  {
    name: 'payer_country',
    about: 'The country that you noted for this wallet, ISO 3166. Never guessed.',
    cell: (row) => row.payerCountry || null,
  },
  { name: 'payer_vat_id', about: 'The VAT id that you noted for this wallet.', cell: (row) => row.payerVatId || null },
  { name: 'label', about: 'Your label for the payment.', cell: (row) => row.label || null },
  { name: 'note', about: 'Your note about the payment.', cell: (row) => row.note || null },
  { name: 'paid_to', about: 'The address that is paid.', cell: (row) => row.payTo },
  { name: 'tx_hash', about: 'The transaction in which the transfer was found.', cell: (row) => row.txHash },
]
