import type { Reader } from '../ctx'
import { db, sql } from '@/lib/db'
import { Page } from '@/lib/paging'
import { listByAmount } from './list-by-amount'
import { loadPaymentLines, type LineOwner } from './load-payments'
import { readableLines } from './payment-rows'
import type { PaymentFilter } from './PaymentFilter'
import type * as PaymentView from './PaymentView'

/** The order of the list: newest or largest first with `desc`. */
type PaymentOrder = { by?: 'time' | 'amount'; order?: 'asc' | 'desc' }

/**
 * One page of the reader's payments, newest first unless `order` says otherwise; each session counts as one line, with the label
 * and the name that the reader's merchant gave. Reads only.
 */
export async function listPayments(
  reader: Reader,
  filter: PaymentFilter,
  ask: Page.PageRequest,
  { by = 'time', order = 'desc' }: PaymentOrder = {},
): Promise<Page.Page<PaymentView.NotedLine>> {
  const page =
    by === 'amount'
      ? await listByAmount(reader, filter, ask, order)
      : await listByTime(readableLines(reader, filter), filter, ask, order)
  const { labels, names } = await findNotes(reader, page.rows)
  return Page.map(page, (row) => ({
    ...row,
    label: labels.get(row.id) ?? null,
    payerName: names.get(row.payer) ?? null,
  }))
}

async function listByTime(
  owner: LineOwner,
  filter: PaymentFilter,
  ask: Page.PageRequest,
  order: 'asc' | 'desc',
): Promise<Page.Page<PaymentView.PaymentLine>> {
  return order === 'desc'
    ? loadPaymentLines([owner], filter, ask)
    : reversed(await loadPaymentLines([owner], filter, reversedAsk(ask), true), ask)
}

/** Before every row that there is. */
const beginning: Page.Cursor = { atMs: 0, id: '-' }

/** What is older in one order is newer in the other; the first page begins at the oldest row. */
function reversedAsk({ size, after, before }: Page.PageRequest): Page.PageRequest {
  return before ? { size, after: before } : { size, before: after ?? beginning }
}

function reversed<Row>(page: Page.Page<Row>, ask: Page.PageRequest): Page.Page<Row> {
  const { rows, total, size, newer, older } = page
  const isFirst = ask.after === undefined && ask.before === undefined
  return {
    rows: rows.toReversed(),
    total,
    size,
    ...(!isFirst && older !== undefined && { newer: older }),
    ...(newer !== undefined && { older: newer }),
  }
}

type Notes = { labels: ReadonlyMap<string, string>; names: ReadonlyMap<string, string> }

async function findNotes({ merchantId }: Reader, rows: readonly { id: string; payer: string }[]): Promise<Notes> {
  if (rows.length === 0) return { labels: new Map(), names: new Map() }
  const found = await db.query<{ kind: 'label' | 'name'; key: string; text: string }>(sql`
    SELECT 'label' AS kind, subject_id AS key, label AS text FROM payment_note
    WHERE merchant_id = ${merchantId}::uuid AND subject_id = ANY(${rows.map(({ id }) => id)}::text[]) AND label <> ''
    UNION ALL
    SELECT 'name', wallet, label FROM payer_note
    WHERE merchant_id = ${merchantId}::uuid AND wallet = ANY(${rows.map(({ payer }) => payer)}::text[]) AND label <> ''`)
  const of = (kind: 'label' | 'name') =>
    new Map(found.filter((row) => row.kind === kind).map(({ key, text }) => [key, text]))
  return { labels: of('label'), names: of('name') }
}
