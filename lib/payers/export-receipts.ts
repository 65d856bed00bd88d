import { Chain, labelNetwork } from '@/lib/chains'
import { db, sql, type Sql } from '@/lib/db'
import { Amount, type Caip2 } from '@/lib/money'
import { Csv } from '@/lib/sheet'
import { env } from '../env'

const columns = [
  'kind',
  'id',
  'created_at',
  'status',
  'settlement',
  'seller',
  'resource',
  'request',
  'protocol',
  'scheme',
  'network',
  'token',
  'token_address',
  'amount',
  'amount_base_units',
  'decimals',
  'refunded',
  'refunded_base_units',
  'paid_to',
  'tx_hash',
  'receipt_headers',
  'paid_by',
] as const

type Row = {
  kind: 'payment' | 'session'
  id: string
  createdAt: Date
  status: string
  settlement: string
  seller: string | null
  slug: string | null
  method: string | null
  path: string | null
  request: { method?: string; host?: string; path?: string; query?: string } | null
  protocol: string
  scheme: string
  network: string
  asset: string
  base: bigint
  /** Refunds in total, due or paid. */
  refunded: bigint
  payer: string
  payTo: string
  txHash: string | null
  receipt: unknown
}

const rowsAtOnce = 500

/**
 * Everything that these wallets paid, newest first, as pieces of a CSV file: one row per payment, and one per session with what it
 * spent so far. Read as the client reads, so that a file of any length needs little memory. Reads only.
 * @param wallets canonical addresses of the reader, at least one; it sees only its own payments.
 */
export async function* exportReceipts(wallets: readonly string[]): AsyncGenerator<string> {
  yield Csv.line(columns)
  let after: { at: Date; id: string } | undefined
  for (;;) {
    const rows: Row[] = await findPage(wallets, after)
    if (rows.length > 0) yield rows.map(toLine).join('')
    const last = rows.at(-1)
    if (!last || rows.length < rowsAtOnce) return
    after = { at: last.createdAt, id: last.id }
  }
}

/** Ordered like the lists: by time, and rows of one instant by the bytes of their ids. */
async function findPage(wallets: readonly string[], after: { at: Date; id: string } | undefined): Promise<Row[]> {
  const id = sql`t.id::text COLLATE "C"`
  const window = after
    ? sql`t.created_at <= ${after.at} AND (t.created_at < ${after.at} OR ${id} > ${after.id})`
    : sql`true`
  // A page of each wallet by its own index; the first rows of all of them are the page.
  const lines = wallets
    .map((wallet) =>
      linesOf(sql`WHERE t.payer = ${wallet} AND ${window} ORDER BY t.created_at DESC, ${id} LIMIT ${rowsAtOnce}`),
    )
    .reduce((all, one) => sql`${all} UNION ALL ${one}`)
  return db.query<Row>(sql`
    SELECT line.*, m.name AS seller, m.slug, r.method, r.path FROM (${lines}) line LEFT JOIN resource r ON r.id = line.resource_id LEFT JOIN merchant m ON m.id = r.merchant_id
    ORDER BY line."createdAt" DESC, line.id LIMIT ${rowsAtOnce}`)
}

function linesOf(page: Sql): Sql {
  const id = sql`t.id::text COLLATE "C"`
  return sql`
    (SELECT 'payment' AS kind, ${id} AS id, t.created_at AS "createdAt", t.status::text, t.settlement::text, t.resource_id,
      t.request, t.protocol, t.scheme, t.network, t.asset, t.amount_base AS base, t.refunded_base AS refunded, t.payer, t.pay_to,
      t.tx_hash, t.receipt FROM payment t ${page})
    UNION ALL
    (SELECT 'session', ${id}, t.created_at, t.status::text,
      CASE WHEN t.settled_base = 0 THEN 'none' WHEN t.settled_base < t.spent_base THEN 'partly' ELSE 'settled' END,
      t.resource_id, NULL, t.protocol, t.wire, t.network, t.asset, t.spent_base, 0, t.payer, t.payee, NULL, NULL FROM channel t ${page})`
}

function toLine(row: Row): string {
  const asset = Chain.findAsset(row.network as Caip2, row.asset)
  const cells: Record<(typeof columns)[number], string> = {
    kind: row.kind,
    id: row.id,
    created_at: row.createdAt.toISOString(),
    status: row.status,
    settlement: row.settlement,
    seller: row.seller ?? '',
    resource: row.slug === null ? '' : `${row.method} ${env.PUBLIC_URL}/gateway/${row.slug}${row.path}`,
    request: requestOf(row.request),
    protocol: row.protocol,
    scheme: row.scheme,
    network: `${labelNetwork(row.network).name} (${row.network})`,
    token: asset?.symbol ?? '',
    token_address: row.asset,
    // Without its decimals, an amount of a token has no meaning.
    amount: asset ? Amount.toDecimal(row.base, asset.decimals) : '',
    amount_base_units: row.base.toString(),
    decimals: asset?.decimals.toString() ?? '',
    refunded: asset ? Amount.toDecimal(row.refunded, asset.decimals) : '',
    refunded_base_units: row.refunded.toString(),
    paid_to: row.payTo,
    tx_hash: row.txHash ?? '',
    receipt_headers: receiptOf(row.receipt),
    paid_by: row.payer,
  }
  return Csv.line(columns.map((name) => cells[name]))
}

function requestOf(request: Row['request']): string {
  if (!request) return ''
  const { method = '', host = '', path = '', query = '' } = request
  return `${method} ${host}${path}${query ? `?${query}` : ''}`.trim()
}

/** Stored as { name: value } or as [[name, value], …]. */
function receiptOf(receipt: unknown): string {
  if (typeof receipt !== 'object' || receipt === null) return ''
  const pairs = Array.isArray(receipt) ? (receipt as [string, string][]) : Object.entries(receipt)
  return pairs.map(([name, value]) => `${name}: ${String(value)}`).join('\n')
}
