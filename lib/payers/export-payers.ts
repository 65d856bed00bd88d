import { db, sql } from '@/lib/db'
import { Sheet } from '@/lib/sheet'
import { type FoundPayer, payerConditions, payers } from './list-payers'
import type { PayerFilter } from './PayerFilter'

/** Wallets of one statement. Each adds up the merchant's sums, so that few statements are better than many. */
const walletsAtOnce = 5_000

/** The merchant's payers that the list shows with this filter, all of them, by wallet, as pieces of a file. Reads as the caller reads. */
export function exportPayers(
  merchantId: string,
  filter: PayerFilter,
  format: Sheet.SheetFormat,
): AsyncGenerator<string> {
  return Sheet.write(payerColumns, readPayers(merchantId, filter), format)
}

async function* readPayers(merchantId: string, filter: PayerFilter): AsyncGenerator<FoundPayer[]> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const from: string = after
    const last = await findLast(merchantId, from)
    if (last === undefined) return
    yield await db.query<FoundPayer>(sql`
      SELECT * FROM (${payers(merchantId, (wallet) => sql`${wallet} > ${from} AND ${wallet} <= ${last}`)}) p
      WHERE ${payerConditions(filter)} ORDER BY wallet`)
    after = last
  }
}

/** The last of the next wallets; undefined if there are none. */
async function findLast(merchantId: string, after: string): Promise<string | undefined> {
  const next = (table: ReturnType<typeof sql>, wallet: ReturnType<typeof sql>) => sql`
    (SELECT DISTINCT ${wallet} AS wallet FROM ${table} WHERE merchant_id = ${merchantId}::uuid AND ${wallet} > ${after}
      ORDER BY 1 LIMIT ${walletsAtOnce})`
  const [row] = await db.query<{ last: string | null }>(sql`
    SELECT max(wallet) AS last FROM (
      SELECT wallet FROM (
        ${next(sql`payer_sale`, sql`payer`)} UNION ${next(sql`channel`, sql`payer`)} UNION ${next(sql`payer_note`, sql`wallet`)}) every_wallet
      ORDER BY wallet LIMIT ${walletsAtOnce}) next_wallets`)
  return row?.last ?? undefined
}

/** Documented in docs/exports.md. */
export const payerColumns: readonly Sheet.SheetColumn<FoundPayer>[] = [
  { name: 'payer', about: 'The wallet.', cell: (row) => row.wallet },
  { name: 'payer_name', about: 'Your name for this wallet.', cell: (row) => row.label || null },
  { name: 'country', about: 'The country that you noted for tax, ISO 3166.', cell: (row) => row.country || null },
  { name: 'vat_id', about: 'The VAT id that you noted.', cell: (row) => row.vatId || null },
  { name: 'access', about: 'none, allow or deny.', cell: (row) => row.stance },
  {
    name: 'internal',
    about: 'yes for one of your own wallets, which revenue leaves out.',
    cell: (row) => (row.ours ? 'yes' : 'no'),
  },
  { name: 'calls', about: 'Payments and vouchers, whatever their outcome.', cell: (row) => row.calls.toString() },
  {
    name: 'failed',
    about: 'Those that were not charged, are refunded or will be.',
    cell: (row) => row.failed.toString(),
  },
  ...Sheet.amounts<FoundPayer>('spent_dollars', 'What it spent in tokens worth a dollar.', (row) => ({
    base: row.micros,
    decimals: 6,
  })),
  {
    name: 'spent_others',
    about: 'yes if it also spent other tokens, which spent_dollars leaves out.',
    cell: (row) => (row.hasOthers ? 'yes' : 'no'),
  },
  { name: 'protocols', about: 'x402, mpp or both.', cell: (row) => row.protocols.join(' ') || null },
  Sheet.time('first_at', 'Its first payment.', (row) => row.firstAt),
  Sheet.time('last_at', 'Its last payment.', (row) => row.lastAt),
]
